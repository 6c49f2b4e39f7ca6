/// The status byte of a meter (EN 13757-7:2018, ch. 7.5.6).
public struct MeterStatus: OptionSet, Hashable, Sendable, CustomStringConvertible {
  /// As sent.
  public let rawValue: UInt8

  /// - Parameter rawValue: as sent.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The supply voltage or the battery is low.
  public static let powerLow = MeterStatus(rawValue: 0x04)
  /// An error that stays until somebody mends it.
  public static let permanentError = MeterStatus(rawValue: 0x08)
  /// An error that may go by itself.
  public static let temporaryError = MeterStatus(rawValue: 0x10)
  /// The three bits that each maker gives a meaning to.
  public static let manufacturerBits = MeterStatus(rawValue: 0xE0)

  /// What the application of the meter says in the two lowest bits.
  public enum Application: UInt8, CaseIterable, Sendable {
    case noError = 0
    /// It is doing something else just now.
    case busy = 1
    /// Any error of the application.
    case error = 2
    /// Something is not as it should be, such as a leak or a reversed flow; the meter itself works.
    case abnormal = 3
  }

  /// What the application of the meter says.
  public var application: Application { Application(rawValue: rawValue & 0x03) ?? .noError }

  /// What of it tells of an error; the maker's own bits, and that the meter is busy, do not.
  public var errors: MeterStatus {
    let kept = intersection([.powerLow, .permanentError, .temporaryError])
    switch application {
    case .noError, .busy: return kept
    case .error, .abnormal: return kept.union(MeterStatus(rawValue: rawValue & 0x03))
    }
  }

  /// Each thing it says, in words; empty for 0.
  public var words: [String] {
    var words: [String] = []
    switch application {
    case .noError: break
    case .busy: words.append("application busy")
    case .error: words.append("application error")
    case .abnormal: words.append("abnormal condition")
    }
    if contains(.powerLow) { words.append("power low") }
    if contains(.permanentError) { words.append("permanent error") }
    if contains(.temporaryError) { words.append("temporary error") }
    let own = (5...7).filter { rawValue >> $0 & 1 != 0 }.map { "manufacturer bit \($0)" }
    return words + own
  }

  /// For logs and people: `power low, permanent error`, or `no error`.
  public var description: String { words.isEmpty ? "no error" : words.joined(separator: ", ") }
}
