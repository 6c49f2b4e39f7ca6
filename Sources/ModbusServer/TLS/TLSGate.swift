import Certificates
import Glibc
import NIOCore
import NIOSSL
import NIOTLS

/// Stands in the way of one connection: first it waits for its turn, without TLS and without reading, then it
/// stands behind TLS and lets nothing through until the client has shown a certificate with a role that may
/// read. From then on a `ModbusConnection` behind it has the client.
final class TLSGate: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// What becomes of the client.
  enum Event {
    /// It has connected, and waits for `begin`. A connection that never comes about is never heard of.
    case arrived(host: String)
    case admitted(client: String, subject: String, role: String)
    case refused(client: String, subject: String?, SecurityEvent.Refusal)
    /// It was closed by `close`.
    case closed
  }

  private enum State {
    case unborn
    case waiting
    case handshaking(NIOSSLServerHandler, TLSCredentials)
    case admitted
    case refused
  }

  /// What the queue calls it.
  var ticket: HandshakeQueue.Ticket?

  private let security: ModbusSecurity
  private let makeConnection: () -> ModbusConnection?
  private let report: (TLSGate, Event) -> Void
  private var state = State.unborn
  private var client = "unknown"
  private var timer: Scheduled<Void>?
  private var context: ChannelHandlerContext?

  /// - Parameters:
  ///   - security: whom it admits.
  ///   - makeConnection: makes the handler of an admitted client.
  ///   - report: told that the client has arrived, then once what became of it.
  init(
    _ security: ModbusSecurity, makeConnection: @escaping () -> ModbusConnection?,
    report: @escaping (TLSGate, Event) -> Void
  ) {
    self.security = security
    self.makeConnection = makeConnection
    self.report = report
  }

  /// It is the client's turn.
  func begin(_ credentials: TLSCredentials) {
    guard case .waiting = state, let context else { return }
    let tls = NIOSSLServerHandler(context: credentials.context)
    state = .handshaking(tls, credentials)
    limitTime(context)
    do {
      try context.pipeline.syncOperations.addHandler(tls, position: .before(self))
      // Meanwhile the client may have gone.
      if case .handshaking = state {
        try context.channel.syncOptions?.setOption(.autoRead, value: true)
      }
    } catch {
      refuse(.handshake("\(error)"))
    }
  }

  /// Gives the place to somebody else; nothing once the client was admitted.
  func yieldPlace(_ reason: SecurityEvent.Refusal) { refuse(reason) }

  /// Closes without a word in the log; nothing once the client was admitted.
  func close() { end(.closed) }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    refuse(.left)
  }

  func channelActive(context: ChannelHandlerContext) {
    guard case .unborn = state else { return }
    state = .waiting
    client = context.remoteAddress?.forPeople.client ?? client
    limitTime(context)
    report(self, .arrived(host: context.remoteAddress?.ipAddress ?? client))
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent,
      case .handshaking(let tls, let credentials) = state
    {
      decide(context, tls, credentials)
    }
    if case .admitted = state { context.fireUserInboundEventTriggered(event) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .admitted = state { context.fireChannelRead(data) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if case .admitted = state {
      context.fireChannelInactive()
    } else {
      refuse(.left)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch state {
    case .admitted: context.fireErrorCaught(error)
    case .handshaking(let tls, let credentials):
      let shown = tls.peerCertificate.flatMap(PeerCertificate.init)
      refuse(TLSErrorText.refusal(error, shown, credentials, now: now()), shown)
    case .unborn, .waiting, .refused: refuse(.left)
    }
  }

  // MARK: -

  /// The certificate is valid and the client has its key; a session that is taken up again shows the one
  /// from before, which may have expired since, as its issuer's may, and its role may have lost its rights.
  private func decide(
    _ context: ChannelHandlerContext, _ tls: NIOSSLServerHandler, _ credentials: TLSCredentials
  ) {
    guard let certificate = tls.peerCertificate else { return refuse(.noCertificate) }
    guard let shown = PeerCertificate(certificate) else {
      return refuse(.handshake("its certificate cannot be read"))
    }
    guard shown.notAfter.unixSeconds >= now() else {
      return refuse(.expired(shown.notAfter), shown)
    }
    if let end = credentials.expiredIssuer(of: shown, now: now()) {
      return refuse(.authorityExpired(shown.issuer, end), shown)
    }
    switch shown.role {
    case .none: refuse(.noRole, shown)
    case .unclear: refuse(.unclearRole, shown)
    case .named(let role) where security.roles.contains(role): admit(context, shown, role)
    case .named(let role): refuse(.role(LogText.plain(role), allowed: security.roles), shown)
    }
  }

  private func admit(_ context: ChannelHandlerContext, _ shown: PeerCertificate, _ role: String) {
    // None when the server is gone.
    guard let connection = makeConnection() else { return close() }
    do {
      try context.pipeline.syncOperations.addHandler(connection)
    } catch {
      return refuse(.handshake("\(error)"), shown)
    }
    timer?.cancel()
    state = .admitted
    report(self, .admitted(client: client, subject: shown.subject, role: LogText.plain(role)))
    context.fireChannelActive()
  }

  private func refuse(_ reason: SecurityEvent.Refusal, _ shown: PeerCertificate? = nil) {
    end(.refused(client: client, subject: shown?.subject, reason))
  }

  private func end(_ event: Event) {
    switch state {
    case .admitted, .refused: return
    case .unborn:
      state = .refused
    case .waiting, .handshaking:
      state = .refused
      timer?.cancel()
      report(self, event)
    }
    context?.close(promise: nil)
  }

  /// The wait for the turn and the handshake have so much time each.
  private func limitTime(_ context: ChannelHandlerContext) {
    timer?.cancel()
    let this = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: .seconds(security.handshakeTimeoutSeconds)) {
      this.value.timeIsUp()
    }
  }

  private func timeIsUp() {
    if case .waiting = state { refuse(.tooMany) } else { refuse(.slow) }
  }

  private func now() -> Int64 { Int64(time(nil)) }
}

extension TLSErrorText {
  /// - Parameter shown: the certificate that the client has shown so far.
  static func refusal(
    _ error: any Error, _ shown: PeerCertificate?, _ credentials: TLSCredentials, now: Int64
  ) -> SecurityEvent.Refusal {
    if isWithoutCertificate(error) { return .noCertificate }
    guard isUnverified(error), let shown else {
      return isFlight(error) ? .left : .handshake(summary(error))
    }
    if shown.notAfter.unixSeconds < now { return .expired(shown.notAfter) }
    if shown.notBefore.unixSeconds > now { return .notYetValid(shown.notBefore) }
    if let end = credentials.expiredIssuer(of: shown, now: now) {
      return .authorityExpired(shown.issuer, end)
    }
    return .foreign(issuer: shown.issuer)
  }
}
