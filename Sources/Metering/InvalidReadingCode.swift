/// Why a value that came cannot be used, as a number for machines. Codes below 0x80 are those by which a
/// meter itself reports the error of a record (EN 13757-3, ch. 6.5: VIFE without its extension bit);
/// those from 0x80 on are ours, for what was sent as a value and is none, or not sent at all.
public struct InvalidReadingCode: RawRepresentable, Hashable, Sendable {
  /// The number as the quality registers show it.
  public let rawValue: UInt8

  /// - Parameter rawValue: the number as the quality registers show it.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// No code says why.
  public static let other = InvalidReadingCode(rawValue: 0)
  /// A BCD number with digits above 9, by which meters show errors (EN 13757-3, annex A, type A).
  public static let notBCD = InvalidReadingCode(rawValue: 0x80)
  /// The lowest number of its length, which stands for none (EN 13757-3, annex A, type B); of numbers
  /// without a sign the highest (type C).
  public static let noNumber = InvalidReadingCode(rawValue: 0x81)
  /// A floating point number that is none (NaN).
  public static let notANumber = InvalidReadingCode(rawValue: 0x82)
  /// A floating point number that is infinite, of either sign.
  public static let infinite = InvalidReadingCode(rawValue: 0x83)
  /// A date or time that does not exist, or is marked as invalid.
  public static let invalidDate = InvalidReadingCode(rawValue: 0x84)
  /// A date in a coding that none can have.
  public static let uncodedDate = InvalidReadingCode(rawValue: 0x85)
  /// A record without data.
  public static let noData = InvalidReadingCode(rawValue: 0x86)
  /// The meter's telegrams, though all have come, have no such value.
  public static let notSent = InvalidReadingCode(rawValue: 0x87)
  /// A date that stands for many: every day, month or year, or every hour or minute (EN 13757-3,
  /// annex A, types F, G, I and J).
  public static let recurringDate = InvalidReadingCode(rawValue: 0x88)
  /// A series of values in a coding that none can have.
  public static let uncodedProfile = InvalidReadingCode(rawValue: 0x89)

  /// True for what meters send in the ordinary case where they have nothing: a record without data, a date that
  /// was not filled in, one that stands for many. It is no error of the meter.
  public var saysNone: Bool { [.noData, .invalidDate, .recurringDate].contains(self) }
}
