import NIOCore

/// A port that is held as long as it is wanted: it is tried again when it cannot be had or is lost, and
/// another one is bound before the one so far is given up. It is confined to one event loop.
final class HeldPort {
  /// Where to listen.
  struct Endpoint: Equatable {
    var host: String
    var port: Int
  }

  /// What it is for.
  let transport: ModbusTransport
  /// The port that is held; nil: none.
  private(set) var boundPort: Int?

  private let loop: any EventLoop
  private let bind: (SocketAddress) -> EventLoopFuture<any Channel>
  private let report: (ModbusServerEvent) -> Void
  private var wanted: Endpoint?
  private var retryInterval = TimeAmount.seconds(5)
  /// The port that is held, and what was wanted when it was taken.
  private var listener: (channel: any Channel, endpoint: Endpoint)?
  /// A port is being taken or given up; done when that has ended. What is wanted by then is looked at again.
  private var change: EventLoopFuture<Void>?
  private var attempts = 0
  private var retry: Scheduled<Void>?
  /// Counts planned attempts and those given up: one that is due runs although it is cancelled.
  private var retries = 0

  init(
    _ transport: ModbusTransport, on loop: any EventLoop,
    report: @escaping (ModbusServerEvent) -> Void,
    bind: @escaping (SocketAddress) -> EventLoopFuture<any Channel>
  ) {
    self.transport = transport
    self.loop = loop
    self.report = report
    self.bind = bind
  }

  /// Holds a port from now on. Of two addresses with the same port one may include the other, so there the
  /// one so far is given up first.
  func hold(_ endpoint: Endpoint, retryInterval: TimeAmount) {
    self.retryInterval = retryInterval
    guard endpoint != wanted else { return }
    wanted = endpoint
    attempts = 0
    take()
  }

  /// Gives the port up for good; done when it is free.
  func release() -> EventLoopFuture<Void> {
    wanted = nil
    cancelRetry()
    let changed = change ?? loop.makeSucceededVoidFuture()
    return giveUp().and(changed).map { _ in }
  }

  // MARK: -

  /// Goes for the wanted endpoint, unless it is held already.
  private func take() {
    cancelRetry()
    guard let wanted, change == nil else { return }
    if let listener, holds(wanted) {
      self.listener = (listener.channel, wanted)
      return reportListening(wanted)
    }
    attempts += 1
    do {
      guard (0...65_535).contains(wanted.port) else { throw ChannelError.operationUnsupported }
      bind(wanted, at: try SocketAddress(ipAddress: wanted.host, port: wanted.port))
    } catch {
      failed(wanted, error)
    }
  }

  /// One change at a time: else a listener that is no longer wanted could be in the way of the next one.
  private func bind(_ endpoint: Endpoint, at address: SocketAddress) {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let done = loop.makePromise(of: Void.self)
    change = done.futureResult
    let isInTheWay = boundPort == endpoint.port
    let vacated = isInTheWay ? giveUp() : loop.makeSucceededVoidFuture()
    vacated.assumeIsolated().flatMap { bound.value.bind(address) }
      .whenComplete { bound.value.bindEnded($0, endpoint, done) }
  }

  private func bindEnded(
    _ result: Result<any Channel, any Error>, _ endpoint: Endpoint, _ done: EventLoopPromise<Void>
  ) {
    guard endpoint == wanted else {
      let channel = try? result.get()
      let closed = channel?.close().recover { _ in } ?? loop.makeSucceededVoidFuture()
      let bound = NIOLoopBound(self, eventLoop: loop)
      return closed.assumeIsolated().whenComplete { _ in
        bound.value.change = nil
        bound.value.take()
        done.succeed()
      }
    }
    change = nil
    switch result {
    case .success(let channel): listening(on: channel, endpoint)
    case .failure(let error): failed(endpoint, error)
    }
    done.succeed()
  }

  /// Whether the listener is the one for this endpoint; the port that the system chose counts as given.
  private func holds(_ endpoint: Endpoint) -> Bool {
    guard let held = listener?.endpoint, held.host == endpoint.host else { return false }
    return held.port == endpoint.port || boundPort == endpoint.port
  }

  private func giveUp() -> EventLoopFuture<Void> {
    let channel = listener?.channel
    listener = nil
    boundPort = nil
    return channel?.close().recover { _ in } ?? loop.makeSucceededVoidFuture()
  }

  private func listening(on channel: any Channel, _ endpoint: Endpoint) {
    giveUp().whenComplete { _ in }
    listener = (channel, endpoint)
    attempts = 0
    boundPort = channel.localAddress?.port
    reportListening(endpoint)
    let bound = NIOLoopBound(self, eventLoop: loop)
    channel.closeFuture.assumeIsolated().whenComplete { _ in
      if bound.value.listener?.channel === channel { bound.value.lost() }
    }
  }

  private func reportListening(_ endpoint: Endpoint) {
    report(.listening(host: endpoint.host, port: boundPort ?? endpoint.port, transport))
  }

  private func failed(_ endpoint: Endpoint, _ error: any Error) {
    let failure = ListenFailure(
      transport, host: endpoint.host, port: endpoint.port, error: error)
    report(.cannotListen(failure, attempt: attempts, retryInterval: retryInterval))
    retryLater()
  }

  /// Also when the system took the port away, for example with its interface.
  private func lost() {
    guard wanted != nil else { return }
    listener = nil
    boundPort = nil
    retryLater()
  }

  private func retryLater() {
    cancelRetry()
    let number = retries
    let bound = NIOLoopBound(self, eventLoop: loop)
    retry = loop.assumeIsolated().scheduleTask(in: retryInterval) {
      if bound.value.retries == number { bound.value.take() }
    }
  }

  private func cancelRetry() {
    retries += 1
    retry?.cancel()
  }
}
