/// What there is to say of a file of Modbus/TCP Security that its owner should know.
public struct TLSFileFinding: Equatable, Sendable, CustomStringConvertible {
  /// What follows from it.
  public enum Weight: Sendable {
    /// Modbus/TCP Security cannot be served.
    case unusable
    /// It is served, and no client gets in.
    case useless
    /// Clients get in now.
    case notice
  }

  /// What follows from it.
  public let weight: Weight
  /// The setting.
  public let key: TLSFileFailure.Key
  /// Setting, file, and what is wrong.
  public let description: String

  init(_ weight: Weight, _ key: TLSFileFailure.Key, _ description: String) {
    self.weight = weight
    self.key = key
    self.description = description
  }
}

extension ModbusSecurity {
  /// What the server would say of the files if it read them now; it is the server's own code that reads
  /// them. Blocks.
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - planned: what files are to hold instead, by path; nil: they are to be removed.
  public func findings(now: Int64, planned: [String: [UInt8]?] = [:]) -> [TLSFileFinding] {
    TLSFiles(self, planned: planned).findings(now: now)
  }
}
