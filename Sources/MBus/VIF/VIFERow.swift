import Metering

/// One row of the table of combinable (orthogonal) VIFEs: what a run of codes does to the value that
/// it qualifies (EN 13757-3, ch. 6.4.6 and 6.4.7).
public struct VIFERow: Hashable, Sendable {
  /// What the codes do.
  public enum Effect: Hashable, Sendable {
    /// They only say more about the value.
    case words
    /// They move the exponent: this for the first code, one more for each that follows.
    case scale(from: Int)
    /// They add a power of ten of the unit to the value: 10 to this for the first code, to one more for
    /// each that follows.
    case add(from: Int)
    /// The meter reports that the value is no value.
    case error
    /// The data is a date or a date and time.
    case date
    /// The data is a duration in this unit.
    case duration(MeterUnit)
    /// The data is a number of events.
    case count
    /// The data is a number without a sign (EN 13757-3, annex A, type C).
    case unsigned
    /// The data is bits (type D).
    case bits
    /// The unit is not the metric one.
    case nonMetric
    /// The data is a series of values.
    case profile(Profile.Kind)
  }

  /// The codes, without the extension bit.
  public let codes: ClosedRange<UInt8>
  /// What they do.
  public let effect: Effect
  /// What they say, for people.
  public let words: String
  /// The clause that the row comes from.
  public let source: String

  init(
    _ codes: ClosedRange<UInt8>, _ effect: Effect, _ words: String,
    source: String = Clause.combinable
  ) {
    self.codes = codes
    self.effect = effect
    self.words = words
    self.source = source
  }

  /// What the unit of a quantity becomes.
  public enum Dimension: Hashable, Sendable {
    /// It has this behind it, such as `/h`.
    case behind(String)
    /// The value is a ratio.
    case ratio
  }

  /// What the unit becomes; nil: it stays.
  public private(set) var dimension: Dimension?

  /// The same with another dimension.
  func of(_ dimension: Dimension) -> VIFERow {
    var row = self
    row.dimension = dimension
    return row
  }

  /// Whether a value with it is another than one without.
  var saysWhichValue: Bool {
    switch effect {
    case .words, .date, .duration, .count: !isReserved && words != VIFETable.noError
    case .scale, .add, .error, .unsigned, .bits, .nonMetric, .profile: false
    }
  }

  static let reservedWords = "reserved"

  static func reserved(
    _ codes: ClosedRange<UInt8>, source: String = Clause.combinable
  ) -> VIFERow {
    VIFERow(codes, .words, reservedWords, source: source)
  }

  /// True for codes that have no meaning yet.
  public var isReserved: Bool { words == Self.reservedWords }

  /// The row of a code of the main table; the extension bit does not matter.
  public static func row(_ code: UInt8) -> VIFERow {
    byCode[Int(code & 0x7F)]
  }

  /// The row of a code behind VIFE FC; the extension bit does not matter.
  public static func rowBehindFC(_ code: UInt8) -> VIFERow {
    behindFCByCode[Int(code & 0x7F)]
  }

  /// What the codes say, for people, with their power of ten where they have one.
  public func words(of code: UInt8) -> String {
    switch effect {
    case .scale(let first): "×10^\(exponent(of: code, from: first))"
    case .add(let first): "+10^\(exponent(of: code, from: first))"
    default: words
    }
  }

  /// The exponent of a code of a row whose first code has this one.
  func exponent(of code: UInt8, from first: Int) -> Int {
    first + Int((code & 0x7F) &- codes.lowerBound)
  }

  private static let byCode = table(VIFETable.rows)
  private static let behindFCByCode = table(VIFETable.rowsBehindFC)

  private static func table(_ rows: [VIFERow]) -> [VIFERow] {
    (0..<128).map { (code: UInt8) in
      rows.first { $0.codes.contains(code) } ?? .reserved(code...code)
    }
  }
}
