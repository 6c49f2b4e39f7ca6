import Modbus
import NIOCore
import NIOPosix
import RegisterMap
import Time

/// The Modbus TCP listener: answers from a register bank on the event loop that it shares with the
/// bank. All of it, its closures included, is confined to that loop.
public final class ModbusServer {
  /// How it listens, and whom it drops.
  public private(set) var configuration: ModbusServerConfiguration
  /// The port that it listens on; nil while it does not.
  public private(set) var boundPort: Int?

  private let loop: any EventLoop
  private let source: RegisterSource
  private let report: (ModbusServerEvent) -> Void
  private var connections = ConnectionList()
  /// What closed connections have left, and how many there were.
  private var past = ModbusStatistics()
  /// The port that is held, and what was configured when it was taken.
  private var listener: (channel: any Channel, configuration: ModbusServerConfiguration)?
  /// A port is being taken or given up; done when that has ended. What is wanted by then is looked at again.
  private var change: EventLoopFuture<Void>?
  private var attempts = 0
  private var retry: Scheduled<Void>?
  private var sweep: RepeatedTask?
  private var isRunning = false

  /// - Parameters:
  ///   - configuration: how it listens, and whom it drops.
  ///   - loop: the loop of the bank; everything is called on it.
  ///   - bank: the registers that are in force now.
  ///   - identification: who the device is, asked anew with each request for it.
  ///   - clock: the device's clock.
  ///   - report: what is worth a line in the log.
  public init(
    _ configuration: ModbusServerConfiguration, on loop: any EventLoop,
    bank: @escaping () -> RegisterBank, identification: @escaping () -> DeviceIdentification,
    clock: @escaping () -> WallTime,
    report: @escaping (ModbusServerEvent) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.loop = loop
    self.source = RegisterSource(bank: bank, identification: identification, clock: clock)
    self.report = report
  }

  /// How many clients are connected.
  public var connectionCount: Int { connections.count }

  /// What has been done so far.
  public var statistics: ModbusStatistics {
    var sum = past
    sum.connections = connections.statistics
    for connection in sum.connections { sum.total += connection.traffic }
    return sum
  }

  /// Begins to listen, and goes on trying when the port cannot be had.
  public func start() {
    loop.preconditionInEventLoop()
    guard !isRunning else { return }
    isRunning = true
    startSweep()
    listen()
  }

  /// Takes over other settings. Connections stay, and a limit that is lower now counts from the next
  /// connection on. Another port is bound before the one so far is given up; of two addresses with the same
  /// port, one may include the other, so there the one so far is given up first.
  public func reconfigure(to configuration: ModbusServerConfiguration) {
    loop.preconditionInEventLoop()
    let before = self.configuration
    self.configuration = configuration
    guard isRunning else { return }
    sweep?.cancel()
    startSweep()
    guard !configuration.hasSameEndpoint(as: before) else { return }
    attempts = 0
    listen()
  }

  /// Stops listening and closes all connections. Requests that have arrived whole are answered by
  /// then; done when the port is free.
  public func stop() -> EventLoopFuture<Void> {
    loop.preconditionInEventLoop()
    isRunning = false
    retry?.cancel()
    sweep?.cancel()
    let changed = change ?? loop.makeSucceededVoidFuture()
    return giveUpListener().and(changed).and(connections.closeAll(on: loop)).map { _ in }
  }

  // MARK: Listening

  /// Goes for the configured endpoint, unless it is held already.
  private func listen() {
    retry?.cancel()
    guard isRunning, change == nil else { return }
    if let listener, holds(configuration.host, configuration.port) {
      self.listener = (listener.channel, configuration)
      return reportListening()
    }
    attempts += 1
    let address: SocketAddress
    do {
      guard (0...65_535).contains(configuration.port) else {
        throw ChannelError.operationUnsupported
      }
      address = try SocketAddress(ipAddress: configuration.host, port: configuration.port)
    } catch {
      return listenFailed(error)
    }
    bind(to: address)
  }

  /// One change at a time: else a listener that is no longer wanted could be in the way of the next one.
  private func bind(to address: SocketAddress) {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let wanted = configuration
    let done = loop.makePromise(of: Void.self)
    change = done.futureResult
    let isInTheWay = boundPort == wanted.port
    let vacated = isInTheWay ? giveUpListener() : loop.makeSucceededVoidFuture()
    vacated.assumeIsolated().flatMap { bound.value.bootstrap().bind(to: address) }
      .whenComplete { bound.value.bindEnded($0, wanted, done) }
  }

  private func bindEnded(
    _ result: Result<any Channel, any Error>, _ wanted: ModbusServerConfiguration,
    _ done: EventLoopPromise<Void>
  ) {
    let isStillWanted = isRunning && wanted.hasSameEndpoint(as: configuration)
    guard isStillWanted else {
      let channel = try? result.get()
      let closed = channel?.close().recover { _ in } ?? loop.makeSucceededVoidFuture()
      let bound = NIOLoopBound(self, eventLoop: loop)
      return closed.assumeIsolated().whenComplete { _ in
        bound.value.change = nil
        bound.value.listen()
        done.succeed()
      }
    }
    change = nil
    switch result {
    case .success(let channel): listening(on: channel)
    case .failure(let error): listenFailed(error)
    }
    done.succeed()
  }

  /// Whether the listener is the one for this endpoint; the port that the system chose counts as given.
  private func holds(_ host: String, _ port: Int) -> Bool {
    guard let held = listener?.configuration, held.host == host else { return false }
    return held.port == port || boundPort == port
  }

  private func giveUpListener() -> EventLoopFuture<Void> {
    let channel = listener?.channel
    listener = nil
    boundPort = nil
    return channel?.close().recover { _ in } ?? loop.makeSucceededVoidFuture()
  }

  private func bootstrap() -> ServerBootstrap {
    let bound = NIOLoopBound(self, eventLoop: loop)
    return ServerBootstrap(group: loop, childGroup: loop)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      // One read at a time: a client that floods gets no more turns than the others.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(
        .recvAllocator,
        value: FixedSizeRecvByteBufferAllocator(capacity: ModbusServerConfiguration.readSize)
      )
      .childChannelOption(
        .writeBufferWaterMark,
        value: ChannelOptions.Types.WriteBufferWaterMark(
          low: ModbusServerConfiguration.pendingOutputLimit / 2,
          high: ModbusServerConfiguration.pendingOutputLimit)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(bound.value.makeConnection())
        }
      }
  }

  private func listening(on channel: any Channel) {
    giveUpListener().whenComplete { _ in }
    listener = (channel, configuration)
    attempts = 0
    boundPort = channel.localAddress?.port
    reportListening()
    let bound = NIOLoopBound(self, eventLoop: loop)
    channel.closeFuture.assumeIsolated().whenComplete { _ in
      if bound.value.listener?.channel === channel { bound.value.listenerClosed() }
    }
  }

  private func reportListening() {
    report(.listening(host: configuration.host, port: boundPort ?? configuration.port))
  }

  private func listenFailed(_ error: any Error) {
    let failure = ListenFailure(
      host: configuration.host, port: configuration.port, error: error)
    report(
      .cannotListen(failure, attempt: attempts, retryInterval: configuration.retryInterval))
    retryLater()
  }

  /// Also when the system took the port away, for example with its interface.
  private func listenerClosed() {
    guard isRunning else { return }
    listener = nil
    boundPort = nil
    retryLater()
  }

  private func retryLater() {
    retry?.cancel()
    let bound = NIOLoopBound(self, eventLoop: loop)
    retry = loop.assumeIsolated().scheduleTask(in: configuration.retryInterval) {
      bound.value.listen()
    }
  }

  // MARK: Connections

  private func makeConnection() -> ModbusConnection {
    ModbusConnection(source) { [weak self] event in self?.connection(event) }
  }

  private func connection(_ event: ModbusConnection.Event) {
    switch event {
    case .opened(let connection):
      guard isRunning else {
        connection.close()
        return
      }
      past.connectionsMade += 1
      report(.connected(client: connection.client))
      let limit = configuration.maximumConnections
      for oldest in connections.add(connection, limit: limit) {
        drop(oldest, .connectionLimit(limit))
      }
    case .broken(let connection, let reason):
      drop(connection, reason)
    case .closed(let connection):
      remove(connection)
    }
  }

  private func remove(_ connection: ModbusConnection) {
    guard connections.remove(connection) else { return }
    past.total += connection.traffic
  }

  private func drop(_ connection: ModbusConnection, _ reason: DropReason) {
    remove(connection)
    past.dropped[reason.kind, default: 0] += 1
    report(.dropped(client: connection.client, reason))
    connection.close()
  }

  /// One timer for all connections costs nothing per request.
  private func startSweep() {
    let limits = [configuration.disconnectTimeout, configuration.stallTimeout]
    let shortest = limits.filter { $0 > .zero }.min() ?? .seconds(1)
    let quarter = TimeAmount.nanoseconds(shortest.nanoseconds / 4)
    let interval = max(TimeAmount.milliseconds(10), min(TimeAmount.seconds(1), quarter))
    let bound = NIOLoopBound(self, eventLoop: loop)
    sweep = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      bound.value.dropSilentConnections()
    }
  }

  private func dropSilentConnections() {
    let now = NIODeadline.now()
    for (connection, reason) in connections.overdue(at: now, configuration) {
      drop(connection, reason)
    }
  }
}
