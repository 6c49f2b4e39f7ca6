import Modbus
import NIOCore
import NIOPosix
import RegisterMap
import Time

/// The listeners in the network: Modbus TCP, Modbus UDP and Modbus/TCP Security, each as the configuration
/// wants it. The server is confined to one event loop, its closures included, where it lets clients in and
/// decides which of them stay; clients of plain Modbus TCP are answered on a thread of their own.
public final class ModbusServer {
  /// How it listens, and whom it drops.
  public private(set) var configuration: ModbusServerConfiguration
  private let loop: any EventLoop
  private let source: RegisterSource
  private let report: (ModbusServerEvent) -> Void
  private var connections = ConnectionList()
  private var churn = ConnectionChurn()
  /// What closed connections have left, and how many there were.
  private var past = ModbusStatistics()
  private let datagrams: DatagramServer
  private let sockets: SocketClients
  private let tcp: HeldPort
  private let udp: HeldPort
  private let tls: SecurePort
  private var sweep: RepeatedTask?
  private var isRunning = false
  /// By which port a connection came that is being closed for want of descriptors; nil: none is.
  private var makesRoom: ModbusTransport?

  /// - Parameters:
  ///   - configuration: how it listens, and whom it drops.
  ///   - loop: everything is called on it.
  ///   - registers: what clients see.
  ///   - clock: the device's clocks.
  ///   - report: what is worth a line in the log.
  public init(
    _ configuration: ModbusServerConfiguration, on loop: any EventLoop,
    registers: ServedRegisters, clock: @escaping @Sendable () -> Moment,
    report: @escaping (ModbusServerEvent) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.loop = loop
    source = RegisterSource(registers, clock: clock)
    self.report = report
    datagrams = DatagramServer(source)
    // None of them holds this object: one that is still taking its port may outlive it.
    let owner = Owner()
    let bootstrap: (@escaping (any Channel) throws -> Void) -> ServerBootstrap = {
      Self.bootstrap(on: loop, makeRoom: { owner.server?.makeRoom() ?? false }, $0)
    }
    sockets = SocketClients(
      source, on: loop, makeRoom: { owner.server?.awaitsRoom() ?? false },
      report: { owner.server?.socket($0) })
    tcp = HeldPort(.tcp, on: loop, report: report) { [sockets] address in
      do { try sockets.prepare() } catch { return loop.makeFailedFuture(error) }
      return bootstrap { try sockets.setUp($0) }.bind(to: address)
    }
    udp = HeldPort(.udp, on: loop, report: report) { [datagrams] address in
      datagrams.bind(to: address, on: loop)
    }
    tls = SecurePort(
      on: loop, bootstrap: bootstrap, makeConnection: { owner.server?.makeConnection() },
      report: report)
    owner.server = self
  }

  private final class Owner {
    weak var server: ModbusServer?
  }

  /// The port of Modbus TCP; nil while it is not served.
  public var boundPort: Int? { boundPort(.tcp) }

  /// The port that is listened on; nil: none.
  public func boundPort(_ transport: ModbusTransport) -> Int? {
    switch transport {
    case .tcp: tcp.boundPort
    case .udp: udp.boundPort
    case .tls: tls.boundPort
    }
  }

  /// How many datagrams were no requests, or could not be answered.
  public var ignoredDatagrams: Int { datagrams.ignored }

  /// How many clients are connected.
  public var connectionCount: Int { connections.count }

  /// What has been done so far.
  public var statistics: ModbusStatistics {
    var sum = past
    sum.total += datagrams.traffic
    sum.ignored += datagrams.ignored
    sum.connections = connections.statistics
    for connection in sum.connections { sum.total += connection.traffic }
    return sum
  }

  /// Begins to listen, and goes on trying when a port cannot be had.
  public func start() {
    loop.preconditionInEventLoop()
    guard !isRunning else { return }
    isRunning = true
    OpenFileLimit.raise()
    startSweep()
    listen()
  }

  /// Takes over other settings. Connections stay unless their way is switched off, and a limit that is
  /// lower now counts from the next connection on. Another port is bound before the one so far is given up; of two addresses with the same
  /// port, one may include the other, so there the one so far is given up first. The files of TLS are read
  /// anew; connections keep the certificates that they were made with.
  public func reconfigure(to configuration: ModbusServerConfiguration) {
    loop.preconditionInEventLoop()
    self.configuration = configuration
    guard isRunning else { return }
    sweep?.cancel()
    startSweep()
    listen()
  }

  /// Reads the files of TLS anew.
  public func rereadCertificates() {
    if isRunning { tls.reread() }
  }

  /// Stops listening and closes all connections; what clients have sent meanwhile is not read any more.
  /// Done when the ports are free.
  public func stop() -> EventLoopFuture<Void> {
    loop.preconditionInEventLoop()
    isRunning = false
    sweep?.cancel()
    let released = [tcp.release(), udp.release(), tls.release()]
    let closed = connections.closeAll(on: loop)
    return EventLoopFuture.andAllComplete(released + [closed, sockets.stop()], on: loop)
  }

  // MARK: Listening

  /// What is not wanted any more is closed with its connections: who switches the way without TLS off
  /// wants nobody to stay on it.
  private func listen() {
    let plain = HeldPort.Endpoint(host: configuration.host, port: configuration.port)
    for (port, isWanted) in [(tcp, configuration.servesTCP), (udp, configuration.servesUDP)] {
      if isWanted {
        port.hold(plain, retryInterval: configuration.retryInterval)
      } else {
        _ = port.release()
        closeConnections(over: port.transport)
      }
    }
    if let security = configuration.security {
      tls.use(
        security, host: configuration.host, retryInterval: configuration.retryInterval)
    } else {
      _ = tls.release()
      closeConnections(over: .tls)
    }
  }

  private func closeConnections(over transport: ModbusTransport) {
    for connection in connections.over(transport) { drop(connection, .switchedOff(transport)) }
  }

  // MARK: Connections

  private func makeConnection() -> ModbusConnection {
    ModbusConnection(source) { [weak self] event in
      switch event {
      case .opened(let connection): self?.opened(connection)
      case .broken(let connection, let reason): self?.drop(connection, reason)
      case .closed(let connection): self?.remove(connection)
      }
    }
  }

  private func socket(_ event: SocketClients.Event) {
    switch event {
    case .opened(let connection): opened(connection)
    case .ended(let connection, let reason):
      if let reason, connections.has(connection) {
        drop(connection, reason)
      } else {
        remove(connection)
      }
    }
  }

  private func opened(_ connection: any ClientConnection) {
    guard isRunning else {
      connection.close()
      return
    }
    past.connectionsMade += 1
    report(.connected(client: connection.client))
    let limit = configuration.maximumConnections
    for oldest in connections.add(connection, limit: limit) {
      displace(oldest, by: connection, limit: limit)
    }
  }

  private func displace(
    _ oldest: any ClientConnection, by newcomer: any ClientConnection, limit: Int
  ) {
    let verdict = churn.note(oldest.clientHost, for: newcomer.clientHost, at: .now())
    drop(oldest, .connectionLimit(limit), isTold: verdict != .counted)
    if case .frequent(let displacements) = verdict {
      report(.crowded(displacements, limit: limit))
    }
  }

  /// Closes the oldest connection for one that the system has no descriptor for, strangers before it. One at
  /// a time: a socket's thread frees the descriptor in a moment, with TLS it takes longer.
  private func makeRoom() -> Bool {
    if tls.makeRoom() { return true }
    if let makesRoom { return makesRoom == .tcp }
    guard let oldest = connections.oldest else {
      report(.noDescriptors)
      return false
    }
    makesRoom = oldest.transport
    let server = NIOLoopBound(self, eventLoop: loop)
    let closed = oldest.close() ?? loop.makeSucceededVoidFuture()
    closed.whenComplete { _ in server.value.makesRoom = nil }
    drop(oldest, .descriptorLimit)
    return true
  }

  /// Whether there is going to be a descriptor.
  private func awaitsRoom() -> Bool { makesRoom != nil || makeRoom() }

  private func remove(_ connection: any ClientConnection) {
    guard connections.remove(connection) else { return }
    past.total += connection.activity.traffic
  }

  private func drop(
    _ connection: any ClientConnection, _ reason: DropReason, isTold: Bool = true
  ) {
    // First, so that nothing is counted behind the back of the sum.
    connection.close()
    remove(connection)
    if reason != .left { past.dropped[reason.kind, default: 0] += 1 }
    if isTold { report(.dropped(client: connection.client, reason)) }
  }

  /// One timer for all connections costs nothing per request.
  private func startSweep() {
    let limits = [
      configuration.connectionTimeout, configuration.disconnectTimeout, configuration.stallTimeout,
    ]
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
    tls.tellRefusals(at: now)
    for (connection, reason) in connections.overdue(at: now, configuration) {
      drop(connection, reason)
    }
    if let displacements = churn.overdueWarning(at: now) {
      report(.crowded(displacements, limit: configuration.maximumConnections))
    }
  }
}
