/// A time from which cycles are counted. The manuals name the fields for it (date and time of day, local)
/// and not how chip.ini writes them, so two forms are understood.
public enum PointInTime: Hashable, Sendable {
  /// Local date and time of day.
  case local(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int)
  /// Seconds since 1970-01-01 00:00 UTC.
  case unix(Int64)

  /// The forms, to follow "allowed: ".
  static let allowed = "\(localAllowed), or seconds since 1970"
  /// The form without seconds since 1970, to follow "allowed: ".
  public static let localAllowed = "local date and time such as 2026-01-31 06:00"

  /// The latest time in seconds: that of 32 bits without a sign.
  private static let latest = 4_294_967_295

  /// True for a text that `init` understands.
  static func isValid(_ text: String) -> Bool { PointInTime(text) != nil }

  /// From `YYYY-MM-DD`, `YYYY-MM-DD HH:MM`, `YYYY-MM-DD HH:MM:SS` (or with T in between), and from a number of
  /// seconds; nil for texts of another form.
  public init?(_ text: String) {
    if let seconds = Self.number(text, digits: 1...10) {
      guard seconds <= Self.latest else { return nil }
      self = .unix(Int64(seconds))
      return
    }
    let parts = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == " " || $0 == "T" })
    guard let date = parts.first, let (year, month, day) = Self.date(date) else { return nil }
    guard let time = parts.count == 1 ? [0, 0, 0] : Self.time(parts[1]), time.count == 3 else {
      return nil
    }
    self = .local(
      year: year, month: month, day: day, hour: time[0], minute: time[1], second: time[2])
  }

  private static func date(_ text: Substring) -> (Int, Int, Int)? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let year = number(parts[0], digits: 4...4),
      let month = number(parts[1], digits: 2...2), let day = number(parts[2], digits: 2...2),
      year >= 1970, (1...12).contains(month)
    else { return nil }
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day) ? (year, month, day) : nil
  }

  /// Hours, minutes and seconds.
  private static func time(_ text: Substring) -> [Int]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count) else { return nil }
    let numbers = zip(parts, [23, 59, 59]).compactMap { part, most in
      number(part, digits: 2...2).flatMap { $0 <= most ? $0 : nil }
    }
    return numbers.count == parts.count ? numbers + (parts.count == 2 ? [0] : []) : nil
  }

  /// The number that so many digits stand for.
  private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else { return nil }
    return Int(text)
  }
}
