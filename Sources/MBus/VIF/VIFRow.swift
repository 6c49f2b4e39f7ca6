import Metering

/// The tables of value information codes (EN 13757-3, ch. 6.4).
public enum VIFTable: String, CaseIterable, Sendable {
  /// The primary table: codes of the VIF itself.
  case primary
  /// The extension behind VIF FB.
  case fb
  /// The extension behind VIF FD.
  case fd
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
    /// A number, or text.
    case number
    /// A date or a date and time; which type follows from the length of the data.
    case date
    /// Bits: no sign, and no pattern of them means "invalid". Eight bytes with the top bit set are
    /// the negative number that has these bits.
    case bits
  }

  /// The table that the row is in.
  public let table: VIFTable
  /// The codes, without the extension bit.
  public let codes: ClosedRange<UInt8>
  /// What is measured, and in which unit.
  public let meaning: ValueMeaning
  /// The exponent that belongs to the unit.
  public let exponent: Exponent
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
    }
  }

  /// All rows of a table, in the order of their codes.
  public static func rows(of table: VIFTable) -> [VIFRow] {
    switch table {
    case .primary: PrimaryVIF.rows
    case .fb: ExtensionFB.rows
    case .fd: ExtensionFD.rows
    }
  }

  private static let primaryByCode = byCode(.primary)
  private static let fbByCode = byCode(.fb)
  private static let fdByCode = byCode(.fd)

  /// A row for each of the 128 codes.
  private static func byCode(_ table: VIFTable) -> [VIFRow] {
    (0..<128).map { (code: UInt8) in
      rows(of: table).first { $0.codes.contains(code) } ?? .reserved(table, code...code, source: "")
    }
  }
}

extension VIFRow {
  static func number(
    _ table: VIFTable, _ codes: ClosedRange<UInt8>, _ type: MeasurementType, _ unit: MeterUnit,
    _ exponent: Exponent = .fixed(0), ownUnit: String? = nil, content: Content = .number,
    source: String
  ) -> VIFRow {
    VIFRow(
      table: table, codes: codes, meaning: ValueMeaning(type, unit, ownUnit: ownUnit),
      exponent: exponent, content: content, source: source)
  }

  /// A row whose description the manuals' table does not have.
  static func own(
    _ table: VIFTable, _ codes: ClosedRange<UInt8>, _ description: String, source: String
  ) -> VIFRow {
    VIFRow(
      table: table, codes: codes,
      meaning: ValueMeaning(.meterSpecific, .none, ownDescription: description),
      exponent: .fixed(0), content: .number, source: source)
  }

  /// Codes that have no meaning yet: the number is shown as it is.
  static func reserved(_ table: VIFTable, _ codes: ClosedRange<UInt8>, source: String) -> VIFRow {
    own(table, codes, "Reserved", source: source)
  }

  /// Consecutive codes of one duration, each with its own unit.
  static func durations(
    _ table: VIFTable, from code: UInt8, _ type: MeasurementType, _ units: [MeterUnit],
    source: String
  ) -> [VIFRow] {
    units.enumerated().map { index, unit in
      let own = code &+ UInt8(truncatingIfNeeded: index)
      return number(table, own...own, type, unit, source: source)
    }
  }
}
