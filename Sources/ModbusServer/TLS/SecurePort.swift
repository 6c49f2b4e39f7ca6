import Certificates
import NIOCore
import NIOPosix

/// The port of Modbus/TCP Security: its files, and the clients that have not shown who they are yet. It
/// is confined to one event loop.
final class SecurePort {
  /// The port that is held; nil: none.
  var boundPort: Int? { port?.boundPort }

  private let loop: any EventLoop
  private let makeConnection: () -> ModbusConnection?
  private let report: (ModbusServerEvent) -> Void
  private var port: HeldPort?
  private let files: CertificateKeeper
  private var wanted: (security: ModbusSecurity, endpoint: HeldPort.Endpoint, retry: TimeAmount)?
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
    files = CertificateKeeper(on: loop)
    files.onEvent = { event in report(.security(.certificates(event))) }
    port = HeldPort(.tls, on: loop, report: report) { [weak self] address in
      bootstrap { channel in try self?.setUp(channel) }.bind(to: address)
    }
    files.onReady = { [weak self] in self?.hold() }
  }

  /// Serves from now on. The files are read each time, so that renewed ones are taken over; connections
  /// stay.
  func use(_ security: ModbusSecurity, host: String, retryInterval: TimeAmount) {
    wanted = (security, HeldPort.Endpoint(host: host, port: security.port), retryInterval)
    files.use(security.files, retry: retryInterval)
  }

  /// Reads the files anew.
  func reread() { files.reread() }

  /// Does not serve any more; done when the port is free. Connections of admitted clients stay.
  func release() -> EventLoopFuture<Void> {
    wanted = nil
    files.release()
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

  private func hold() {
    guard let wanted else { return }
    port?.hold(wanted.endpoint, retryInterval: wanted.retry)
  }

  /// Nothing is read before it is the client's turn.
  private func setUp(_ channel: any Channel) throws {
    guard files.credentials != nil, let wanted else { throw ChannelError.ioOnClosedChannel }
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
    guard let credentials = files.credentials, nextTurn == nil else { return }
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
