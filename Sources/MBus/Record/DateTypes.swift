import Bytes
import Metering
import Time

/// Dates and times as M-Bus codes them (EN 13757-3, annex A, types F, G, I and J).
enum DateTypes {
  /// Reads data of one of the date types, least significant byte first.
  static func decode(_ type: DataType, _ bytes: [UInt8]) -> Reading {
    var cursor = ByteCursor(bytes)
    let invalid = Reading.invalid(
      "invalid date \(Hex.encode(bytes.reversed()))", code: .invalidDate)
    switch type {
    case .dateG:
      guard let low = try? cursor.readByte(), let high = try? cursor.readByte(),
        let date = day(low, high), let year = date.fullYear,
        let time = CivilTime(year: year, month: date.month, day: date.day)
      else { return invalid }
      return .time(time)
    case .dateTimeF: return typeF(&cursor) ?? invalid
    case .dateTimeI: return typeI(&cursor) ?? invalid
    case .timeJ:
      return typeJ(&cursor)
        ?? .invalid("invalid time \(Hex.encode(bytes.reversed()))", code: .invalidDate)
    default: return invalid
    }
  }

  /// Bits of the bytes of a date: day and three bits of the year, month and four bits of the year.
  private struct Day {
    var day: Int
    var month: Int
    /// 0–127; 127 stands for every year.
    var year: Int

    /// Meters older than the hundred-year bits send 81–99 for 1981–1999; 100 and up are no years.
    var fullYear: Int? {
      switch year {
      case 0...80: 2000 + year
      case 81...99: 1900 + year
      default: nil
      }
    }
  }

  private static func day(_ low: UInt8, _ high: UInt8) -> Day? {
    Day(
      day: Int(low & 0x1F), month: Int(high & 0x0F),
      year: Int((low & 0xE0) >> 5 | (high & 0xF0) >> 1))
  }

  /// Minute and IV bit, hour with hundred-year bits and summer-time bit, day, month.
  private static func typeF(_ cursor: inout ByteCursor) -> Reading? {
    guard let minute = try? cursor.readByte(), let hour = try? cursor.readByte(),
      let low = try? cursor.readByte(), let high = try? cursor.readByte(),
      minute & 0x80 == 0, let date = day(low, high), date.year <= 99
    else { return nil }
    let hundreds = Int((hour & 0x60) >> 5)
    let year = hundreds == 0 ? date.fullYear : 1900 + 100 * hundreds + date.year
    guard let year else { return nil }
    return CivilTime(
      year: year, month: date.month, day: date.day, hour: Int(hour & 0x1F),
      minute: Int(minute & 0x3F)
    ).map(Reading.time)
  }

  /// Second, minute with IV bit, hour with day of week, day, month, week.
  private static func typeI(_ cursor: inout ByteCursor) -> Reading? {
    guard let second = try? cursor.readByte(), let minute = try? cursor.readByte(),
      let hour = try? cursor.readByte(), let low = try? cursor.readByte(),
      let high = try? cursor.readByte(), minute & 0x80 == 0, let date = day(low, high),
      date.year <= 99
    else { return nil }
    return CivilTime(
      year: 2000 + date.year, month: date.month, day: date.day, hour: Int(hour & 0x1F),
      minute: Int(minute & 0x3F), second: Int(second & 0x3F)
    ).map(Reading.time)
  }

  /// Second, minute, hour; the bits above are reserved. A time of day has no date and so is text.
  private static func typeJ(_ cursor: inout ByteCursor) -> Reading? {
    guard let second = try? cursor.readByte(), let minute = try? cursor.readByte(),
      let hour = try? cursor.readByte(),
      let time = CivilTime(
        year: 2000, month: 1, day: 1, hour: Int(hour & 0x1F), minute: Int(minute & 0x3F),
        second: Int(second & 0x3F))
    else { return nil }
    return .text(String(time.iso8601.drop { $0 != "T" }.dropFirst()))
  }

  /// The data for a time; nil when the type cannot hold it (years 1981–2080 for G, 2000–2199 for F,
  /// 2000–2099 for I) or is no date.
  static func encode(_ type: DataType, _ time: CivilTime) -> [UInt8]? {
    guard let minute = UInt8(exactly: time.minute), let hour = UInt8(exactly: time.hour),
      let second = UInt8(exactly: time.second)
    else { return nil }
    switch type {
    case .dateG where (1981...2080).contains(time.year):
      return dayBytes(time)
    case .dateTimeF where (2000...2199).contains(time.year):
      let hundreds: UInt8 = time.year < 2100 ? 1 : 2
      return dayBytes(time).map { [minute, hour | hundreds << 5] + $0 }
    case .dateTimeI where (2000...2099).contains(time.year):
      return dayBytes(time).map { [second, minute, hour] + $0 + [0] }
    default: return nil
    }
  }

  private static func dayBytes(_ time: CivilTime) -> [UInt8]? {
    guard let year = UInt8(exactly: time.year % 100), let month = UInt8(exactly: time.month),
      let day = UInt8(exactly: time.day)
    else { return nil }
    return [day | (year & 0x07) << 5, month | (year & 0x78) << 1]
  }
}
