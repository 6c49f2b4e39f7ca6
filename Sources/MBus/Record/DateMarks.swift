import Metering

/// What a meter says of a date and time beside it (EN 13757-3:2013, annex A, types F and I).
public struct DateMarks: Hashable, Sendable {
  /// The meter shows summer time.
  public let isSummerTime: Bool
  /// 1: Monday to 7: Sunday; nil when the meter does not say, and in type F.
  public let dayOfWeek: Int?
  /// The week of the year, from 1; nil when the meter does not say, and in type F.
  public let week: Int?

  private static let daysOfWeek = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]

  /// - Parameter bytes: the data, least significant byte first; nil for other types than F and I.
  init?(_ type: DataType, _ bytes: [UInt8]) {
    guard bytes.count == type.length else { return nil }
    let (first, second, third) = (bytes.first, bytes.dropFirst().first, bytes.dropFirst(2).first)
    switch type {
    case .dateTimeF:
      isSummerTime = (second ?? 0) & 0x80 != 0
      (dayOfWeek, week) = (nil, nil)
    case .dateTimeI:
      isSummerTime = (first ?? 0) & 0x40 != 0
      let day = Int((third ?? 0) >> 5)
      dayOfWeek = day == 0 ? nil : day
      let number = Int((bytes.last ?? 0) & 0x3F)
      week = number == 0 ? nil : number
    default: return nil
    }
  }

  /// For people, one part each.
  public var words: [String] {
    let day = dayOfWeek.flatMap { Self.daysOfWeek.dropFirst($0 - 1).first }
    return [isSummerTime ? "summer time" : nil, day, week.map { "week \($0)" }].compactMap { $0 }
  }
}

extension DataRecord {
  /// What the meter says of the date in the record; nil when there is none of types F and I.
  public var dateMarks: DateMarks? {
    guard case .time = reading else { return nil }
    // Some meters send the most significant byte first: what reads as the date is the order.
    let orders = [data, data.reversed()]
    return orders.first { DateTypes.decode(type, $0) == reading }.flatMap { DateMarks(type, $0) }
  }
}
