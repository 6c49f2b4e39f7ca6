import Glibc
import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind the TLS of one connection and lets nothing through until the client has shown a
/// certificate with a role that may read. From then on a `ModbusConnection` behind it has the client.
final class TLSGate: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// What became of the client.
  enum Outcome {
    case admitted(client: String, subject: String, role: String)
    case refused(client: String, subject: String?, SecurityEvent.Refusal)
  }

  private enum State {
    case handshaking
    case admitted
    case refused
  }

  private let tls: NIOSSLServerHandler
  private let security: ModbusSecurity
  private let makeConnection: () -> ModbusConnection?
  private let report: (TLSGate, Outcome) -> Void
  private var state = State.handshaking
  private var client = "unknown"
  private var timer: Scheduled<Void>?
  private var context: ChannelHandlerContext?

  /// - Parameters:
  ///   - tls: the handler before it.
  ///   - report: called once, with what became of the client.
  init(
    _ tls: NIOSSLServerHandler, _ security: ModbusSecurity,
    makeConnection: @escaping () -> ModbusConnection?,
    report: @escaping (TLSGate, Outcome) -> Void
  ) {
    self.tls = tls
    self.security = security
    self.makeConnection = makeConnection
    self.report = report
  }

  /// Gives the place to somebody else; nothing once the client was admitted.
  func yieldPlace() { refuse(.tooMany) }

  /// Closes without a word in the log.
  func close() {
    guard state == .handshaking else { return }
    state = .refused
    timer?.cancel()
    context?.close(promise: nil)
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    client = context.remoteAddress.map(ModbusConnection.name) ?? client
    let this = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: .seconds(security.handshakeTimeoutSeconds)) {
      this.value.refuse(.slow)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent, state == .handshaking {
      decide(context)
    }
    if state == .admitted { context.fireUserInboundEventTriggered(event) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if state == .admitted { context.fireChannelRead(data) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if state == .admitted {
      context.fireChannelInactive()
    } else {
      refuse(.left)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if state == .admitted {
      context.fireErrorCaught(error)
    } else {
      let shown = tls.peerCertificate.flatMap(PeerCertificate.init)
      refuse(TLSErrorText.refusal(error, shown, now: now()), shown)
    }
  }

  /// The certificate is valid and the client has its key; a session that is taken up again shows the one
  /// from before, which may have expired since.
  private func decide(_ context: ChannelHandlerContext) {
    guard let certificate = tls.peerCertificate else { return refuse(.noCertificate) }
    guard let shown = PeerCertificate(certificate) else {
      return refuse(.handshake("its certificate cannot be read"))
    }
    guard shown.notAfter.unixSeconds >= now() else {
      return refuse(.expired(shown.notAfter), shown)
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
    guard state == .handshaking else { return }
    state = .refused
    timer?.cancel()
    report(self, .refused(client: client, subject: shown?.subject, reason))
    context?.close(promise: nil)
  }

  private func now() -> Int64 { Int64(time(nil)) }
}

/// What an error of TLS means for people; the library tells it in its descriptions only.
enum TLSErrorText {
  /// - Parameter shown: the certificate that the client has shown so far.
  static func refusal(
    _ error: any Error, _ shown: PeerCertificate?, now: Int64
  ) -> SecurityEvent.Refusal {
    let text = "\(error)"
    if text.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE") { return .noCertificate }
    guard text.contains("CERTIFICATE_VERIFY_FAILED"), let shown else {
      return text.contains("uncleanShutdown") || text.contains("EOF during handshake")
        ? .left : .handshake(LogText.plain(summary(text)))
    }
    if shown.notAfter.unixSeconds < now { return .expired(shown.notAfter) }
    if shown.notBefore.unixSeconds > now { return .notYetValid(shown.notBefore) }
    return .foreign(issuer: shown.issuer)
  }

  /// The part of BoringSSL's message that names the reason.
  private static func summary(_ text: String) -> String {
    let reasons = text.split { $0 == ":" || $0 == " " || $0 == "[" || $0 == "]" || $0 == ")" }
      .filter { $0.count > 6 && $0.allSatisfy { $0.isUppercase || $0 == "_" || $0.isNumber } }
      .filter { !$0.hasPrefix("OPENSSL") }
    return reasons.first.map(String.init) ?? text
  }
}
