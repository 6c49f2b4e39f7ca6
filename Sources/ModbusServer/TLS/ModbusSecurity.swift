import Certificates

/// How Modbus/TCP Security is served (Modbus/TCP Security Protocol Specification V36): TLS 1.2 or later,
/// both sides show certificates, and the client's certificate names its role.
public struct ModbusSecurity: Equatable, Sendable {
  /// The TCP port; 0 lets the system choose one.
  public var port: Int
  /// The files that prove who the server is, and whose certificates clients must have.
  public var files: TLSServerFiles
  /// The roles that may read; case matters.
  public var roles: [String]
  /// How long a handshake may take.
  public var handshakeTimeoutSeconds: Int64

  /// The port that is registered for it (specification, ch. 6).
  public static let usualPort = 802

  /// A configuration; what is left out is as usual.
  public init(
    port: Int = usualPort, files: TLSServerFiles, roles: [String],
    handshakeTimeoutSeconds: Int64 = 10
  ) {
    self.port = port
    self.files = files
    self.roles = roles
    self.handshakeTimeoutSeconds = handshakeTimeoutSeconds
  }
}
