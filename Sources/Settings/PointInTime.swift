/// A time from which cycles are counted. The manuals name the fields for it (date and time of day, local)
/// and not how chip.ini writes them, so two forms are understood.
enum PointInTime {
  /// The forms, to follow "allowed: ".
  static let allowed = "local date and time such as 2026-01-31 06:00, or seconds since 1970"

  /// The latest time in seconds: that of 32 bits without a sign.
  private static let latest = 4_294_967_295

  /// True for `YYYY-MM-DD`, `YYYY-MM-DD HH:MM`, `YYYY-MM-DD HH:MM:SS` (or with T in between), and for a
  /// number of seconds.
  static func isValid(_ text: String) -> Bool {
    if let seconds = number(text, digits: 1...10) { return seconds <= latest }
    let parts = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == " " || $0 == "T" })
    guard let date = parts.first, isDate(date) else { return false }
    return parts.count == 1 || isTime(parts[1])
  }

  private static func isDate(_ text: Substring) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let year = number(parts[0], digits: 4...4),
      let month = number(parts[1], digits: 2...2), let day = number(parts[2], digits: 2...2),
      year >= 1970, (1...12).contains(month)
    else { return false }
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  private static func isTime(_ text: Substring) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count) else { return false }
    return zip(parts, [23, 59, 59]).allSatisfy { part, most in
      number(part, digits: 2...2).map { $0 <= most } ?? false
    }
  }

  /// The number that so many digits stand for.
  private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else { return nil }
    return Int(text)
  }
}
