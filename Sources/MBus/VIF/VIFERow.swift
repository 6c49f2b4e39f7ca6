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
    /// The meter reports that the value is no value.
    case error
    /// The data is a date or a date and time.
    case date
    /// The data is a duration in this unit.
    case duration(MeterUnit)
    /// The data is a number of events.
    case count
  }

  /// The codes, without the extension bit.
  public let codes: ClosedRange<UInt8>
  /// What they do.
  public let effect: Effect
  /// What they say, for people.
  public let words: String

  init(_ codes: ClosedRange<UInt8>, _ effect: Effect, _ words: String) {
    self.codes = codes
    self.effect = effect
    self.words = words
  }

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
    guard case .scale(let first) = effect else { return words }
    return "×10^\(first + Int((code & 0x7F) &- codes.lowerBound))"
  }

  private static let byCode = table(VIFETable.rows)
  private static let behindFCByCode = table(VIFETable.rowsBehindFC)

  private static func table(_ rows: [VIFERow]) -> [VIFERow] {
    (0..<128).map { (code: UInt8) in
      rows.first { $0.codes.contains(code) } ?? VIFERow(code...code, .words, "reserved")
    }
  }
}
