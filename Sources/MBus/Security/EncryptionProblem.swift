/// Why an encrypted telegram cannot be read.
public enum EncryptionProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// No key is known.
  case keyMissing(mode: UInt8)
  /// There is a key, but neither the telegram nor the meter list says who the meter is.
  case identityMissing(mode: UInt8)
  /// What comes out is no data.
  case keyWrong(mode: UInt8)
  /// A way to encrypt that is not known here.
  case unsupported(mode: UInt8)
  /// The message was sent in several parts.
  case fragments(mode: UInt8)
  /// There are fewer bytes than the header says.
  case truncated(mode: UInt8, needed: Int, available: Int)

  /// What became of the telegram.
  public var report: SecurityReport {
    switch self {
    case .keyMissing(let mode), .identityMissing(let mode):
      SecurityReport(mode: mode, state: .keyMissing)
    case .keyWrong(let mode): SecurityReport(mode: mode, state: .keyWrong)
    case .unsupported(let mode), .fragments(let mode):
      SecurityReport(mode: mode, state: .unsupported)
    case .truncated(let mode, _, _): SecurityReport(mode: mode, state: .truncated)
    }
  }

  /// What is wrong, and what can be done.
  public var description: String {
    switch self {
    case .fragments: problem
    default: problem + Self.wayOut
    }
  }

  /// For data that is plain and looks too much like random bytes to be told from them.
  private static let wayOut =
    "; if the meter sends plain data all the same, MBUS_DISABLE_DECRYPTION = 1 takes it as it is"

  private var problem: String {
    switch self {
    case .keyMissing(let mode):
      "key missing: the telegram is encrypted (security mode \(mode)), and no key of the meter is known"
    case .identityMissing(let mode):
      "the telegram is encrypted (security mode \(mode)) and does not say who sent it: serial, manufacturer, version and medium must be known of the meter"
    case .keyWrong(let mode):
      "key wrong: the telegram is encrypted (security mode \(mode)), and the key of the meter does not open it"
    case .unsupported(let mode):
      "unsupported mode \(mode): the telegram announces a security mode other than 5 and 7"
    case .fragments(let mode):
      "the telegram is a part of a longer message (security mode \(mode)); such messages are not put together"
    case .truncated(let mode, let needed, let available):
      "truncated: \(needed) encrypted bytes are announced (security mode \(mode)), \(available) are there"
    }
  }
}
