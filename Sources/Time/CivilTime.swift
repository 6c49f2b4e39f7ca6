/// A date, or a date with a time of day, as a clock on the wall shows it: no zone is known.
public struct CivilTime: Hashable, Sendable {
  /// How much of the time of day was given.
  public enum Precision: Hashable, Sendable {
    /// A date only; the time of day is 00:00:00.
    case day
    /// Hours and minutes; seconds are 0.
    case minute
    /// Hours, minutes and seconds.
    case second
  }

  /// For example 2026.
  public var year: Int { Int(parts.year) }
  /// 1–12
  public var month: Int { Int(parts.month) }
  /// 1–31, as long as the month is.
  public var day: Int { Int(parts.day) }
  /// 0–23
  public var hour: Int { Int(parts.hour & 0x7F) }
  /// 0–59
  public var minute: Int { Int(parts.minute) }
  /// 0–59
  public var second: Int { Int(parts.second) }
  /// The source marks it as summer time. False says nothing: many clocks mark no time at all.
  public var isSummerTime: Bool { parts.hour & 0x80 != 0 }

  /// Small, since a gateway keeps several of them for each of thousands of values.
  private struct Parts: Hashable, Sendable {
    let year: UInt16
    let month, day: UInt8
    /// With the mark of summer time on top.
    let hour: UInt8
    let minute, second: UInt8
  }

  private let parts: Parts
  /// How much of the time of day was given.
  public let precision: Precision

  /// A date; nil when there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    self.init(year, month, day, 0, 0, 0, .day)
  }

  /// A date and time of day; nil when there is no such day or time.
  /// - Parameters:
  ///   - second: nil when the source does not give seconds.
  ///   - isSummerTime: true when the source marks it as such.
  public init?(
    year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int? = nil,
    isSummerTime: Bool = false
  ) {
    self.init(
      year, month, day, hour, minute, second ?? 0, second == nil ? .minute : .second, isSummerTime)
  }

  private init?(
    _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int,
    _ precision: Precision, _ isSummerTime: Bool = false
  ) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.daysIn(month: month, of: year), (0...23).contains(hour),
      (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    parts = Parts(
      year: UInt16(truncatingIfNeeded: year), month: UInt8(truncatingIfNeeded: month),
      day: UInt8(truncatingIfNeeded: day),
      hour: UInt8(truncatingIfNeeded: hour) | (isSummerTime ? 0x80 : 0),
      minute: UInt8(truncatingIfNeeded: minute), second: UInt8(truncatingIfNeeded: second))
    self.precision = precision
  }

  /// The UTC date and time of a Unix time; nil outside the years 0–9999.
  public init?(unixSeconds: Int64) {
    let days = unixSeconds.floorDivided(by: 86_400)
    guard (-719_528...2_932_896).contains(days) else { return nil }
    let rest = Int(unixSeconds - days * 86_400)
    let (year, month, day) = Self.civil(fromDays: Int(days))
    self.init(year, month, day, rest / 3600, rest / 60 % 60, rest % 60, .second)
  }

  /// The Unix time if the clock on the wall shows UTC.
  public var unixSecondsAsUTC: Int64 {
    Int64(Self.days(year: year, month: month, day: day)) * 86_400
      + Int64(hour * 3600 + minute * 60 + second)
  }

  /// ISO 8601 without zone, as precise as the source: `2014-03-13`, `2014-03-13T11:11`,
  /// `2014-03-13T11:11:05`.
  public var iso8601: String {
    let date = "\(Self.padded(year, 4))-\(Self.padded(month))-\(Self.padded(day))"
    let minutes = "\(Self.padded(hour)):\(Self.padded(minute))"
    return switch precision {
    case .day: date
    case .minute: "\(date)T\(minutes)"
    case .second: "\(date)T\(minutes):\(Self.padded(second))"
    }
  }

  /// So many seconds later, by the same clock; nil outside the years 0–9999. It is as precise as it must
  /// be to tell the two apart. Whether it is summer time then is not known.
  public func adding(seconds: Int64) -> CivilTime? {
    let (sum, overflow) = unixSecondsAsUTC.addingReportingOverflow(seconds)
    guard !overflow, let later = CivilTime(unixSeconds: sum) else { return nil }
    let needed: Precision =
      seconds % 60 != 0 ? .second : seconds % 86_400 != 0 && precision == .day ? .minute : precision
    return CivilTime(
      later.year, later.month, later.day, later.hour, later.minute, later.second, needed)
  }

  /// The same day so many months later, or the last one of a month that is too short for it; nil
  /// outside the years 0–9999.
  public func adding(months: Int) -> CivilTime? {
    let (total, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    guard !overflow, total >= 0 else { return nil }
    let (year, month) = (total / 12, total % 12 + 1)
    return CivilTime(
      year, month, min(day, Self.daysIn(month: month, of: year)), hour, minute, second, precision)
  }

  /// How many days a month has; 0 for a month that does not exist.
  public static func daysIn(month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return switch month {
    case 1, 3, 5, 7, 8, 10, 12: 31
    case 4, 6, 9, 11: 30
    case 2: isLeap ? 29 : 28
    default: 0
    }
  }

  private static func padded(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in eras of 400 years that
  /// begin on 1 March.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = Int(Int64(marchYear).floorDivided(by: 400))
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = Int(Int64(shifted).floorDivided(by: 146_097))
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}

extension Int64 {
  fileprivate func floorDivided(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
