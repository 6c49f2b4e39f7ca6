import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// The port of Modbus/TCP Security: its files, and the clients that have not shown who they are yet. It
/// is confined to one event loop.
final class SecurePort {
  /// The port that is held; nil: none.
  var boundPort: Int? { port?.boundPort }

  private let loop: any EventLoop
  private let makeConnection: () -> ModbusConnection?
  private let report: (ModbusServerEvent) -> Void
  private var port: HeldPort?
  private var credentials: TLSCredentials?
  private var wanted: (security: ModbusSecurity, endpoint: HeldPort.Endpoint, retry: TimeAmount)?
  /// Counts readings of the files, since an earlier one may end later.
  private var reading = 0
  /// The files could not be used when they were read last.
  private var hasFailed = false
  /// Clients within the handshake, the first first.
  private var pending: [TLSGate] = []
  private var limiter = RefusalLimiter()

  /// How many clients may be within the handshake: more than connections are allowed, so that all can
  /// come back at once.
  private static let mostPending = 300

  /// - Parameters:
  ///   - bootstrap: makes a listener whose connections are set up by a function.
  ///   - makeConnection: makes the handler of an admitted client.
  init(
    on loop: any EventLoop,
    bootstrap: @escaping (@escaping (any Channel) throws -> Void) -> ServerBootstrap,
    makeConnection: @escaping () -> ModbusConnection?,
    report: @escaping (ModbusServerEvent) -> Void
  ) {
    self.loop = loop
    self.makeConnection = makeConnection
    self.report = report
    port = HeldPort(.tls, on: loop, report: report) { [weak self] address in
      bootstrap { channel in try self?.setUp(channel) }.bind(to: address)
    }
  }

  /// Serves from now on. The files are read each time, so that renewed ones are taken over; connections
  /// stay.
  func use(_ security: ModbusSecurity, host: String, retryInterval: TimeAmount) {
    wanted = (security, HeldPort.Endpoint(host: host, port: security.port), retryInterval)
    reading += 1
    let number = reading
    let this = NIOLoopBound(self, eventLoop: loop)
    NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
      Result { () throws(TLSFileFailure) in
        try TLSCredentials.load(security, now: Int64(time(nil)))
      }
    }.whenSuccess { this.value.loaded($0, number) }
  }

  /// Reads the files anew.
  func reread() {
    guard let wanted else { return }
    use(wanted.security, host: wanted.endpoint.host, retryInterval: wanted.retry)
  }

  /// Does not serve any more; done when the port is free. Connections of admitted clients stay.
  func release() -> EventLoopFuture<Void> {
    wanted = nil
    credentials = nil
    for gate in pending { gate.close() }
    pending = []
    return port?.release() ?? loop.makeSucceededVoidFuture()
  }

  /// To be called now and then: tells how many refusals have not been told of.
  func tellRefusals(at now: NIODeadline) {
    if let count = limiter.sum(at: now) { report(.security(.moreRefused(count))) }
  }

  // MARK: -

  private func loaded(_ result: Result<TLSCredentials, TLSFileFailure>, _ number: Int) {
    guard number == reading, let wanted else { return }
    switch result {
    case .failure(let failure):
      hasFailed = true
      report(.security(.unusable(failure, isServing: credentials != nil)))
      guard credentials != nil else { return tryLater(wanted.retry) }
    case .success(let new):
      if hasFailed || new.contents != credentials?.contents {
        hasFailed = false
        credentials = new
        report(.security(.usesCertificate(subject: new.subject, notAfter: new.notAfter)))
      }
      for warning in new.warnings { report(.security(.warning(warning))) }
    }
    port?.hold(wanted.endpoint, retryInterval: wanted.retry)
  }

  /// Files may appear by themselves, after a mount or an enrolment.
  private func tryLater(_ interval: TimeAmount) {
    let this = NIOLoopBound(self, eventLoop: loop)
    let number = reading
    loop.scheduleTask(in: interval) {
      if this.value.reading == number { this.value.reread() }
    }
  }

  private func setUp(_ channel: any Channel) throws {
    guard let credentials, let wanted else { throw ChannelError.ioOnClosedChannel }
    let tls = NIOSSLServerHandler(context: credentials.context)
    let gate = TLSGate(tls, wanted.security, makeConnection: makeConnection) {
      [weak self] gate, outcome in self?.take(outcome, of: gate)
    }
    try channel.pipeline.syncOperations.addHandlers(tls, gate)
    pending.append(gate)
    if pending.count > Self.mostPending { pending.first?.yieldPlace() }
  }

  private func take(_ outcome: TLSGate.Outcome, of gate: TLSGate) {
    pending.removeAll { $0 === gate }
    switch outcome {
    case .admitted(let client, let subject, let role):
      report(.security(.admitted(client: client, subject: subject, role: role)))
    case .refused(let client, let subject, let reason):
      let now = NIODeadline.now()
      tellRefusals(at: now)
      guard limiter.note(at: now) else { return }
      report(.security(.refused(client: client, subject: subject, reason)))
    }
  }
}
