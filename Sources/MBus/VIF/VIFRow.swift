import Metering

/// The tables of value information codes (EN 13757-3, ch. 6.4).
public enum VIFTable: String, CaseIterable, Sendable {
  /// The primary table: codes of the VIF itself.
  case primary
  /// The extension behind VIF FB.
  case fb
  /// The extension behind VIF FD.
  case fd
  /// The second level of that extension, behind FD FD.
  case fdfd
  /// The third extension, behind VIF EF: all of it is reserved.
  case ef

  /// The table that the next code is in when this one, of this table, is no meaning of its own.
  func extended(by code: UInt8) -> VIFTable? {
    switch (self, code) {
    case (.primary, 0xFB): .fb
    case (.primary, 0xFD): .fd
    case (.primary, 0xEF): .ef
    case (.fd, 0xFD): .fdfd
    default: nil
    }
  }

  /// The bytes that stand before a code of the table.
  var prefix: [UInt8] {
    switch self {
    case .primary: []
    case .fb: [0xFB]
    case .fd: [0xFD]
    case .fdfd: [0xFD, 0xFD]
    case .ef: [0xEF]
    }
  }
}

/// One row of a table of value information: what a run of codes means.
public struct VIFRow: Hashable, Sendable {
  /// How the exponent of ten follows from the code.
  public enum Exponent: Hashable, Sendable {
    /// The same for all codes.
    case fixed(Int)
    /// This for the first code, one more for each that follows.
    case rising(from: Int)
  }

  /// What kind of data the codes stand for.
  public enum Content: Hashable, Sendable {
    /// A number with a sign, of which the lowest of its length means that there is none; or text.
    case number
    /// A number without a sign, of which the highest of its length means that there is none (EN 13757-3,
    /// annex A, type C); or text.
    case unsigned
    /// A number without a sign that counts through all that its length can hold: none of them means
    /// that there is none.
    case counter
    /// A date or a date and time; which type follows from the length of the data.
    case date
    /// Bits: no sign, and no pattern of them means "invalid". Eight bytes with the top bit set are
    /// the negative number that has these bits.
    case bits
    /// Bytes whose meaning is the maker's or another standard's; of variable length too, never text.
    case bytes
    /// When summer time begins and ends (EN 13757-3, annex A, type K).
    case daylightSaving
  }

  /// The table that the row is in.
  public let table: VIFTable
  /// The codes, without the extension bit.
  public let codes: ClosedRange<UInt8>
  /// What is measured, and in which unit.
  public let meaning: ValueMeaning
  /// The exponent that belongs to the unit.
  public let exponent: Exponent
  /// A factor that is no power of ten; nil for 1.
  public let factor: Double?
  /// What kind of data it is.
  public let content: Content
  /// The clause that the row comes from.
  public let source: String

  /// The exponent for one of the codes.
  public func exponent(of code: UInt8) -> Int {
    switch exponent {
    case .fixed(let exponent): exponent
    case .rising(let first): first + Int(code &- codes.lowerBound)
    }
  }

  /// The row of a code; the extension bit does not matter.
  public static func row(_ code: UInt8, in table: VIFTable) -> VIFRow {
    let index = Int(code & 0x7F)
    return switch table {
    case .primary: primaryByCode[index]
    case .fb: fbByCode[index]
    case .fd: fdByCode[index]
    case .fdfd: fdfdByCode[index]
    case .ef: efByCode[index]
    }
  }

  /// All rows of a table, in the order of their codes.
  public static func rows(of table: VIFTable) -> [VIFRow] {
    switch table {
    case .primary: PrimaryVIF.rows
    case .fb: ExtensionFB.rows
    case .fd: ExtensionFD.rows
    case .fdfd: ExtensionFDFD.rows
    case .ef: [.reserved(.ef, 0x00...0x7F, source: Clause.primary)]
    }
  }

  private static let primaryByCode = byCode(.primary)
  private static let fbByCode = byCode(.fb)
  private static let fdByCode = byCode(.fd)
  private static let fdfdByCode = byCode(.fdfd)
  private static let efByCode = byCode(.ef)

  /// A row for each of the 128 codes.
  private static func byCode(_ table: VIFTable) -> [VIFRow] {
    (0..<128).map { (code: UInt8) in
      rows(of: table).first { $0.codes.contains(code) } ?? .reserved(table, code...code, source: "")
    }
  }
}

extension VIFRow {
  static let reservedDescription = "Reserved"

  static func number(
    _ table: VIFTable, _ codes: ClosedRange<UInt8>, _ type: MeasurementType, _ unit: MeterUnit,
    _ exponent: Exponent = .fixed(0), ownUnit: String? = nil, content: Content = .number,
    source: String
  ) -> VIFRow {
    VIFRow(
      table: table, codes: codes, meaning: ValueMeaning(type, unit, ownUnit: ownUnit),
      exponent: exponent, factor: nil, content: content, source: source)
  }

  /// A row whose description the manuals' table does not have.
  static func own(
    _ table: VIFTable, _ codes: ClosedRange<UInt8>, _ description: String,
    _ unit: MeterUnit = .none, _ exponent: Exponent = .fixed(0), ownUnit: String? = nil,
    factor: Double? = nil, content: Content = .number, source: String
  ) -> VIFRow {
    VIFRow(
      table: table, codes: codes,
      meaning: ValueMeaning(.meterSpecific, unit, ownDescription: description, ownUnit: ownUnit),
      exponent: exponent, factor: factor, content: content, source: source)
  }

  /// Codes that have no meaning yet: the number is shown as it is.
  static func reserved(_ table: VIFTable, _ codes: ClosedRange<UInt8>, source: String) -> VIFRow {
    own(table, codes, reservedDescription, source: source)
  }

  /// True for codes that have no meaning yet.
  public var isReserved: Bool { meaning.ownDescription == Self.reservedDescription }

  /// Consecutive codes of one duration, each with its own unit.
  static func durations(
    _ table: VIFTable, from code: UInt8, _ type: MeasurementType, _ units: [MeterUnit],
    content: Content = .number, source: String
  ) -> [VIFRow] {
    units.enumerated().map { index, unit in
      let own = code &+ UInt8(truncatingIfNeeded: index)
      return number(table, own...own, type, unit, content: content, source: source)
    }
  }
}
