import Certificates
import NIOCore
import NIOSSL

/// What the client of a connection has shown.
public enum ClientCertificate {
  /// The certificate that the client of a connection with TLS has shown, and that the authorities in force at its
  /// beginning have issued; nil: none.
  public static func shown(on channel: any Channel) async -> PeerCertificate? {
    let found = channel.eventLoop.submit {
      try channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self).peerCertificate
        .flatMap(PeerCertificate.init)
    }
    return try? await found.get()
  }
}
