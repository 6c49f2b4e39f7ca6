import Certificates
import Glibc
import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind TLS, and lets a connection through to the port once the client has shown what it has to.
final class GuestGate: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  /// How long a handshake may take.
  static let timeLimit = TimeAmount.seconds(10)

  private let port: TransparentPort
  private let tls: NIOSSLServerHandler
  private let credentials: TLSCredentials
  private var timer: Scheduled<Void>?
  /// While it is within the handshake.
  private var client: (name: String, host: String)?

  init(_ port: TransparentPort, _ tls: NIOSSLServerHandler, _ credentials: TLSCredentials) {
    self.port = port
    self.tls = tls
    self.credentials = credentials
  }

  func channelActive(context: ChannelHandlerContext) {
    let name = GuestClient(context.channel).name
    let host = context.remoteAddress?.ipAddress ?? name
    guard port.mayShake(host) else {
      port.refused(name, "too many clients want a handshake at the same time")
      return context.close(promise: nil)
    }
    client = (name, host)
    let this = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: Self.timeLimit) {
      this.value.0.end(this.value.1, "the handshake took too long")
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(context, "it has gone during the handshake")
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(context, TLSErrorText.reason(error))
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted? = event as? TLSUserEvent, client != nil else { return }
    // A session that is taken up again shows the certificate from before.
    if let shown = tls.peerCertificate.flatMap(PeerCertificate.init) {
      let now = Int64(time(nil))
      if shown.notAfter.unixSeconds < now {
        return end(context, "its certificate has expired on \(shown.notAfter)")
      }
      if let expired = credentials.expiredIssuer(of: shown, now: now) {
        return end(context, "the authority of its certificate has expired on \(expired)")
      }
    }
    forget()
    do {
      try context.pipeline.syncOperations.addHandler(
        StreamGuest(port), position: .after(context.handler))
      context.fireChannelActive()
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }

  /// No handshake any more. False: that was so already.
  @discardableResult
  private func forget() -> Bool {
    timer?.cancel()
    guard let client else { return false }
    self.client = nil
    port.hasShaken(client.host)
    return true
  }

  private func end(_ context: ChannelHandlerContext, _ why: String) {
    let name = client?.name
    guard forget(), let name else { return }
    port.refused(name, why)
    context.close(promise: nil)
  }
}
