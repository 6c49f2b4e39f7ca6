/// A network port that settings can secure by TLS, with the keys of its files.
public struct SecuredPort: Hashable, Sendable {
  /// What is served there, for messages.
  public let service: String
  /// The key that asks for TLS.
  public let reason: FlagKey
  /// The key of the file with the gateway's own certificate.
  public let certificate: TextKey
  /// The key of the file with the key of that certificate.
  public let key: TextKey
  /// The key of the file with the certificates of those who issue client certificates.
  public let authorities: TextKey

  /// Modbus/TCP Security.
  public static let modbus = SecuredPort(
    service: "Modbus/TCP Security", reason: .modbusTLSEnable, certificate: .modbusCertFile,
    key: .modbusKeyFile, authorities: .modbusCAFile)
  /// The transparent mode of the M-Bus.
  public static let transparent = SecuredPort(
    service: "the transparent M-Bus", reason: .mbusTransparentTLSEnable,
    certificate: .mbusTransparentCertFile, key: .mbusTransparentKeyFile,
    authorities: .mbusTransparentCAFile)

  /// The keys of its files.
  public var fileKeys: [TextKey] { [authorities, certificate, key] }
}

extension Settings {
  /// The ports that are secured by TLS.
  public var securedPorts: [SecuredPort] {
    [
      flag(.modbusEnable) && flag(.modbusTLSEnable) ? .modbus : nil,
      isTransparentSecured ? .transparent : nil,
    ].compactMap { $0 }
  }

  /// A file of TLS as it was written; nil when it is not set. The MUC500 writes 0 for that.
  public func tlsFile(_ key: TextKey) -> String? {
    ["", "0"].contains(text(key)) ? nil : text(key)
  }

  /// Whether an outside master comes by TLS.
  var isTransparentSecured: Bool {
    flag(.mbusEnable) && flag(.mbusTransparentTLSEnable)
      && ["TCP", "SHARED"].contains(text(.mbusTransparent))
  }
}
