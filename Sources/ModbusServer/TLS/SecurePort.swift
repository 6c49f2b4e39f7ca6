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
  /// Clients that have not shown who they are.
  private var pending: [HandshakeQueue.Ticket: TLSGate] = [:]
  private var queue = HandshakeQueue()
  private var nextTurn: Scheduled<Void>?
  private var limiter = RefusalLimiter()

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
      let files = TLSFiles(security)
      return (files.credentials, files.findings(now: Int64(time(nil))))
    }.whenSuccess { (result, findings) in this.value.loaded(result, findings, number) }
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
    for gate in pending.values { gate.close() }
    return port?.release() ?? loop.makeSucceededVoidFuture()
  }

  /// To be called now and then: tells how many refusals have not been told of.
  func tellRefusals(at now: NIODeadline) {
    if let count = limiter.sum(at: now) { report(.security(.moreRefused(count))) }
  }

  /// Closes a client that has not shown who it is, for one that the system has no descriptor for: one of an
  /// address that has several of them. False: there is none.
  func makeRoom() -> Bool {
    guard let gate = queue.dispensable().flatMap({ pending[$0] }) else { return false }
    gate.yieldPlace(.noDescriptors)
    return true
  }

  // MARK: -

  private func loaded(
    _ result: Result<TLSCredentials, TLSFileFailure>, _ findings: [TLSFileFinding], _ number: Int
  ) {
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
      for finding in findings { report(.security(.warning(finding))) }
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

  /// Nothing is read before it is the client's turn.
  private func setUp(_ channel: any Channel) throws {
    guard credentials != nil, let wanted else { throw ChannelError.ioOnClosedChannel }
    let gate = TLSGate(wanted.security, makeConnection: makeConnection) { [weak self] gate, event in
      self?.take(event, of: gate)
    }
    try channel.syncOptions?.setOption(.autoRead, value: false)
    try channel.pipeline.syncOperations.addHandler(gate)
  }

  private func take(_ event: TLSGate.Event, of gate: TLSGate) {
    if case .arrived(let host) = event { return arrived(gate, from: host) }
    if let ticket = gate.ticket {
      pending[ticket] = nil
      queue.leave(ticket)
    }
    switch event {
    case .arrived, .closed: break
    case .admitted(let client, let subject, let role):
      report(.security(.admitted(client: client, subject: subject, role: role)))
    case .refused(let client, let subject, let reason):
      let now = NIODeadline.now()
      tellRefusals(at: now)
      if limiter.note(at: now) {
        report(.security(.refused(client: client, subject: subject, reason)))
      }
    }
    giveTurns()
  }

  private func arrived(_ gate: TLSGate, from host: String) {
    guard wanted != nil else { return gate.close() }
    let (ticket, surplus) = queue.arrive(from: host)
    gate.ticket = ticket
    pending[ticket] = gate
    if let surplus { pending[surplus]?.yieldPlace(.tooMany) }
    giveTurns()
  }

  private func giveTurns() {
    guard let credentials, nextTurn == nil else { return }
    switch queue.next(at: .now()) {
    case .nobody: break
    case .begin(let ticket):
      pending[ticket]?.begin(credentials)
      giveTurns()
    case .wait(let deadline):
      let this = NIOLoopBound(self, eventLoop: loop)
      nextTurn = loop.scheduleTask(deadline: deadline) {
        this.value.nextTurn = nil
        this.value.giveTurns()
      }
    }
  }
}
