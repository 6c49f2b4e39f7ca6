import Bytes
import Metering
import Time

/// Dates and times as M-Bus codes them (EN 13757-3, annex A, types F, G, I and J).
enum DateTypes {
  /// Reads data of one of the date types, least significant byte first. A date that stands for many is
  /// none that a value could have been taken at: it is told apart from one that does not exist.
  static func decode(_ type: DataType, _ bytes: [UInt8]) -> Reading {
    let word = type == .timeJ ? "time" : "date"
    let hex = Hex.encode(bytes.reversed())
    guard let fields = fields(type, bytes), let first = fields.first else {
      return .invalid("invalid \(word) \(hex)", code: .invalidDate)
    }
    guard !fields.isRecurring else {
      return .invalid("recurring \(word) \(fields.pattern) (\(hex))", code: .recurringDate)
    }
    // A time of day has no date and so is text.
    return type == .timeJ
      ? .text(String(first.iso8601.drop { $0 != "T" }.dropFirst())) : .time(first)
  }

  private static func fields(_ type: DataType, _ bytes: [UInt8]) -> DateFields? {
    var cursor = ByteCursor(bytes)
    return switch type {
    case .dateG: typeG(&cursor)
    case .dateTimeF: typeF(&cursor)
    case .dateTimeI: typeI(&cursor)
    case .timeJ: typeJ(&cursor)
    default: nil
    }
  }

  /// Two bytes of a date: day and three bits of the year, month and four bits of the year.
  private struct Day {
    let day: Int
    let month: Int
    /// 0–127
    let year: Int

    init?(_ cursor: inout ByteCursor) {
      guard let low = try? cursor.readByte(), let high = try? cursor.readByte() else { return nil }
      day = Int(low & 0x1F)
      month = Int(high & 0x0F)
      year = Int((low & 0xE0) >> 5 | (high & 0xF0) >> 1)
    }

    /// Day 31 of every month in every year: all bits set.
    var isUnset: Bool { (day, month, year) == (31, Every.month, Every.year) }
    var hasYear: Bool { year <= 99 || year == Every.year }
  }

  /// What stands for every second, hour and so on.
  enum Every {
    static let second = 63
    static let minute = 63
    static let hour = 31
    static let day = 0
    static let month = 15
    static let year = 127
  }

  /// Meters older than the hundred-year bits send 81–99 for 1981–1999.
  private static func year(_ year: Int) -> Int { year > 80 ? 1900 + year : 2000 + year }

  private static func typeG(_ cursor: inout ByteCursor) -> DateFields? {
    guard let date = Day(&cursor), date.hasYear, !date.isUnset else { return nil }
    return DateFields(
      year: date.year == Every.year ? nil : year(date.year), month: date.month, day: date.day)
  }

  /// Minute and IV bit, hour with hundred-year bits and summer-time bit, day, month.
  private static func typeF(_ cursor: inout ByteCursor) -> DateFields? {
    guard let minute = try? cursor.readByte(), let hour = try? cursor.readByte(),
      minute & 0x80 == 0, let date = Day(&cursor), date.hasYear
    else { return nil }
    let hundreds = Int((hour & 0x60) >> 5)
    let whole = hundreds == 0 ? year(date.year) : 1900 + 100 * hundreds + date.year
    var fields = DateFields(
      year: date.year == Every.year ? nil : whole, month: date.month, day: date.day)
    fields.setTime(hour: hour & 0x1F, minute: minute & 0x3F)
    fields.isSummerTime = hour & 0x80 != 0
    return fields
  }

  /// Second with summer-time bit, minute with IV bit, hour with day of week, day, month, week. A date
  /// that is not given, of which only the time of day is meant, is that of every day.
  private static func typeI(_ cursor: inout ByteCursor) -> DateFields? {
    guard let second = try? cursor.readByte(), let minute = try? cursor.readByte(),
      let hour = try? cursor.readByte(), minute & 0x80 == 0, let date = Day(&cursor), date.hasYear
    else { return nil }
    let isGiven = (date.day, date.month, date.year) != (0, 0, Every.year)
    var fields = DateFields(
      year: date.year == Every.year ? nil : 2000 + date.year,
      month: isGiven ? date.month : Every.month, day: date.day)
    fields.setTime(hour: hour & 0x1F, minute: minute & 0x3F, second: second & 0x3F)
    fields.isSummerTime = second & 0x40 != 0
    return fields
  }

  /// Second, minute, hour; the bits above are reserved, and all set mean that there is no time.
  private static func typeJ(_ cursor: inout ByteCursor) -> DateFields? {
    guard let second = try? cursor.readByte(), let minute = try? cursor.readByte(),
      let hour = try? cursor.readByte(), (second, minute, hour) != (0xFF, 0xFF, 0xFF)
    else { return nil }
    var fields = DateFields(year: 2000, month: 1, day: 1)
    fields.hasDate = false
    fields.setTime(hour: hour & 0x1F, minute: minute & 0x3F, second: second & 0x3F)
    return fields
  }

  /// The data for a time; nil when the type cannot hold it (years 1981–2080 for G, 2000–2199 for F,
  /// 2000–2099 for I) or is no date. What is finer than the type is left out.
  static func encode(_ type: DataType, _ time: CivilTime) -> [UInt8]? {
    guard let minute = UInt8(exactly: time.minute), let hour = UInt8(exactly: time.hour),
      let second = UInt8(exactly: time.second)
    else { return nil }
    switch type {
    case .dateG where (1981...2080).contains(time.year):
      return dayBytes(time)
    case .dateTimeF where (2000...2199).contains(time.year):
      let hundreds: UInt8 = time.year < 2100 ? 1 << 5 : 2 << 5
      let mark: UInt8 = time.isSummerTime ? 0x80 : 0
      return dayBytes(time).map { [minute, hour | hundreds | mark] + $0 }
    case .dateTimeI where (2000...2099).contains(time.year):
      let mark: UInt8 = time.isSummerTime ? 0x40 : 0
      return dayBytes(time).map { [second | mark, minute, hour] + $0 + [0] }
    default: return nil
    }
  }

  private static func dayBytes(_ time: CivilTime) -> [UInt8]? {
    guard let year = UInt8(exactly: time.year % 100), let month = UInt8(exactly: time.month),
      let day = UInt8(exactly: time.day)
    else { return nil }
    return [day | (year & 0x07) << 5, month | (year & 0x78) << 1]
  }

  /// The data of type J for `10:47:26`; nil for everything else.
  static func encodeTimeOfDay(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.filter { $0.utf8.count == 2 }.compactMap { UInt8($0) }
    guard parts.count == 3, numbers.count == 3, numbers[0] <= 23, numbers[1] <= 59,
      numbers[2] <= 59
    else { return nil }
    return numbers.reversed()
  }
}
