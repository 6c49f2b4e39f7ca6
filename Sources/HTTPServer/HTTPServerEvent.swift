import Certificates

/// What a port of the web page has to tell.
public enum HTTPServerEvent: Equatable, Sendable {
  /// Clients can come, here.
  case listening(host: String, port: Int)
  /// They cannot: why. It is tried again.
  case cannotListen(String)
  /// What became of the files of TLS.
  case certificates(CertificateEvent)
  /// A client was refused: its address, and why.
  case refused(String, String)
}
