import Certificates

/// How Modbus/TCP Security is served (Modbus/TCP Security Protocol Specification V36): TLS 1.2 or later,
/// both sides show certificates, and the client's certificate names its role.
public struct ModbusSecurity: Equatable, Sendable {
  /// The TCP port; 0 lets the system choose one.
  public var port: Int
  /// The file with the certificates of those who may issue client certificates, in PEM.
  public var authorities: String
  /// The file with the certificate of this server and those that lead to its issuer, in PEM.
  public var certificate: String
  /// The file with the key of that certificate, in PEM, not encrypted.
  public var key: String
  /// The roles that may read; case matters.
  public var roles: [String]
  /// How long a handshake may take.
  public var handshakeTimeoutSeconds: Int64

  /// The port that is registered for it (specification, ch. 6).
  public static let usualPort = 802

  /// A configuration; the paths are those of PEM files.
  public init(
    port: Int = usualPort, authorities: String, certificate: String, key: String, roles: [String],
    handshakeTimeoutSeconds: Int64 = 10
  ) {
    self.port = port
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
    self.roles = roles
    self.handshakeTimeoutSeconds = handshakeTimeoutSeconds
  }
}

extension ModbusSecurity {
  /// Its files, with the settings that name them.
  public var files: TLSServerFiles {
    TLSServerFiles(
      reason: "MODBUS_TLSENABLE", certificate: .init("MODBUS_CERT_FILE", path: certificate),
      key: .init("MODBUS_KEY_FILE", path: key),
      authorities: .init("MODBUS_CA_FILE", path: authorities), clients: .known)
  }
}
