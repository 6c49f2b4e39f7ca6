/// Why the files of Modbus/TCP Security cannot be used.
public struct TLSFileFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// A setting that names a file.
  public enum Key: String, Sendable {
    case authorities = "MODBUS_CA_FILE"
    case certificate = "MODBUS_CERT_FILE"
    case key = "MODBUS_KEY_FILE"
  }

  /// The setting.
  public let key: Key
  /// The file that it means; empty: it is not set.
  public let path: String
  /// What is wrong with it, and what is expected.
  public let reason: String

  /// All parts.
  public init(_ key: Key, path: String, reason: String) {
    self.key = key
    self.path = path
    self.reason = reason
  }

  /// Key, file and reason.
  public var description: String {
    path.isEmpty ? "\(key.rawValue) \(reason)" : "\(key.rawValue) = \(path): \(reason)"
  }
}
