import Bytes
import Metering
import Time

/// A series of values in one record: behind LVAR a byte that says how they are coded, one that says how
/// far they are apart, then the elements (EN 13757-3:2018, annex F).
public struct Profile: Hashable, Sendable {
  /// Which of the VIFEs made the record a profile.
  public enum Kind: Hashable, Sendable {
    /// Values that are younger than the base value (VIFE 1F).
    case compact
    /// Values that are older (VIFE 13).
    case inverse
    /// As the first, numbered as the meter numbers its registers (VIFE 1E).
    case registerNumbers
  }

  /// What an element is.
  public enum Mode: UInt8, Hashable, Sendable {
    /// A value.
    case absolute = 0
    /// How much the younger of two values is greater.
    case increase = 1
    /// How much it is less.
    case decrease = 2
    /// How much it is greater, or less with a sign.
    case difference = 3
  }

  /// How far two values are apart.
  public enum Spacing: Hashable, Sendable {
    /// They are not in time, or the meter says so in a way that has no meaning.
    case none
    /// Of time that passes, whatever is done to clocks meanwhile.
    case seconds(Int64)
    /// Of the calendar: at the same time of day.
    case days(Int)
    case months(Int)
    case halfMonth
  }

  /// Which VIFE.
  public let kind: Kind
  /// What an element is.
  public let mode: Mode
  /// How far two values are apart.
  public let spacing: Spacing
  /// How an element is coded.
  public let type: DataType
  /// The elements as sent, in their order: the first is next to the base value.
  public let elements: [[UInt8]]
  /// What kind of data the values are.
  let content: VIFRow.Content
  /// The VIF of the values: that of the record without the VIFE which made it a profile.
  let vif: [UInt8]

  /// The bits of the first byte.
  private enum Control {
    static let size: UInt8 = 0x0F
    static let unitShift: UInt8 = 4
    static let modeShift: UInt8 = 6
  }

  /// Reads what follows LVAR, elements with the least significant byte first. What is left over behind
  /// the last whole element is no element.
  /// - Returns: nil when there are not both bytes, or the elements have no length or none that is fixed.
  init?(_ kind: Kind, _ bytes: [UInt8], content: VIFRow.Content, vif: [UInt8]) {
    var cursor = ByteCursor(bytes)
    guard let control = try? cursor.readByte(), let distance = try? cursor.readByte(),
      let type = DataType.fixed(dataField: control & Control.size), let length = type.length,
      length > 0, let mode = Mode(rawValue: control >> Control.modeShift)
    else { return nil }
    self.kind = kind
    self.mode = mode
    self.type = type
    self.content = content
    self.vif = vif
    spacing = Self.spacing(distance, unit: control >> Control.unitShift & 0x3)
    var elements: [[UInt8]] = []
    while let element = try? cursor.read(length) { elements.append(element) }
    self.elements = elements
  }

  /// EN 13757-3:2018, annex F, table of spacing values: units are 0 s, 1 min, 2 h and 3 d.
  private static func spacing(_ value: UInt8, unit: UInt8) -> Spacing {
    switch (value, unit) {
    case (1...250, 0): .seconds(Int64(value))
    case (1...250, 1): .seconds(Int64(value) * 60)
    case (1...250, 2): .seconds(Int64(value) * 3600)
    case (1...250, 3): .days(Int(value))
    case (253, 3): .halfMonth
    case (254, 1): .months(6)
    case (254, 2): .months(3)
    case (254, 3): .months(1)
    default: .none
    }
  }

  /// When a value was taken: so many seconds after a time that the meter's clock showed. How far its clock was put
  /// forward or back meanwhile only its place tells.
  struct Instant: Hashable, Sendable {
    var shown: CivilTime
    var elapsed: Int64 = 0

    /// What a clock shows then that nobody sets.
    var unset: CivilTime? { elapsed == 0 ? shown : shown.adding(seconds: elapsed) }
  }

  /// When an element was taken.
  /// - Parameters:
  ///   - number: 1 for the first.
  ///   - base: when the base value was taken.
  func time(of number: Int, from base: CivilTime) -> Instant? {
    let steps = kind == .inverse ? -number : number
    let instant: Instant? =
      switch spacing {
      case .none: nil
      case .seconds(let seconds): Instant(shown: base, elapsed: seconds * Int64(steps))
      case .days(let days):
        base.adding(seconds: 86_400 * Int64(days * steps)).map { Instant(shown: $0) }
      case .months(let months): base.adding(months: months * steps).map { Instant(shown: $0) }
      case .halfMonth: base.adding(halfMonths: steps).map { Instant(shown: $0) }
      }
    return instant?.unset == nil ? nil : instant
  }

  /// An element as it stands there: a value, or what two values differ by.
  func reading(of element: [UInt8]) -> Reading {
    switch mode {
    case .absolute:
      guard content == .date else { return DataField.decode(type, element, content) }
      return type.asDate.map { DataField.decode($0, element, .date) }
        ?? DataField.uncodedDate(type)
    case .increase, .decrease: return DataField.decode(type, element, .unsigned)
    case .difference: return DataField.decode(type, element, .number)
    }
  }
}

extension CivilTime {
  /// So many halves of a month later: of each month the same two days, fifteen days apart.
  fileprivate func adding(halfMonths: Int) -> CivilTime? {
    let months = halfMonths >> 1
    guard halfMonths & 1 != 0 else { return adding(months: months) }
    guard day > 15 else {
      let length = adding(months: months).map { CivilTime.daysIn(month: $0.month, of: $0.year) }
      let days = min(15, (length ?? 0) - day)
      return adding(months: months)?.adding(seconds: Int64(days) * 86_400)
    }
    // From the 16th on: the other day is in the first half of the month that follows.
    return adding(seconds: -Int64(day - 1) * 86_400)?.adding(months: months + 1)?
      .adding(seconds: Int64(day - 16) * 86_400)
  }
}
