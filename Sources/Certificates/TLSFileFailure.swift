/// Why a file of a port with TLS cannot be used.
public struct TLSFileFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The setting that names the file.
  public let setting: String
  /// The file that it means; empty: it is not set.
  public let path: String
  /// What is wrong with it, and what is expected.
  public let reason: String

  /// All parts.
  public init(_ setting: String, path: String, reason: String) {
    self.setting = setting
    self.path = path
    self.reason = reason
  }

  /// Setting, file and reason.
  public var description: String {
    path.isEmpty ? "\(setting) \(reason)" : "\(setting) = \(path): \(reason)"
  }
}
