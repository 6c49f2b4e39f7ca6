import Metering

/// The tables of combinable VIFEs (EN 13757-3:2013, ch. 6.4.6 and 6.4.7; errors ch. 6.5).
public enum VIFETable {
  /// The VIFE behind which a second table of codes follows.
  static let extensionFC: UInt8 = 0x7C
  /// The VIFE behind which everything is the maker's own.
  static let manufacturer: UInt8 = 0x7F

  /// When what the value counts began.
  static let startDate: UInt8 = 0x39
  /// Leakage and overflow: what VIFEs 60–67, 6A, 6B, 6E and 6F tell the time of when they follow.
  static let occasions: Set<UInt8> = [0x69, 0x6D]

  static let noError = "no error"

  /// All codes of the main table, in order.
  public static let rows: [VIFERow] = errors + rates + limits + corrections

  private static let errors: [VIFERow] = [
    VIFERow(0x00...0x00, .words, noError, source: Clause.errors),
    error(0x01, "too many DIFEs"),
    error(0x02, "storage number not implemented"),
    error(0x03, "unit number not implemented"),
    error(0x04, "tariff number not implemented"),
    error(0x05, "function not implemented"),
    error(0x06, "data class not implemented"),
    error(0x07, "data size not implemented"),
    .reserved(0x08...0x0A, source: Clause.errors),
    error(0x0B, "too many VIFEs"),
    error(0x0C, "illegal VIF group"),
    error(0x0D, "illegal VIF exponent"),
    error(0x0E, "VIF and DIF do not match"),
    error(0x0F, "action not implemented"),
    .reserved(0x10...0x11, source: Clause.errors),
    words(0x12, "average value"),
    VIFERow(0x13...0x13, .profile(.inverse), "inverse compact profile"),
    words(0x14, "relative deviation").of(.ratio),
    error(0x15, "no data available (undefined value)"),
    error(0x16, "data overflow"),
    error(0x17, "data underflow"),
    error(0x18, "data error"),
    .reserved(0x19...0x1B, source: Clause.errors),
    error(0x1C, "premature end of record"),
    words(0x1D, "standard conform data content"),
    VIFERow(
      0x1E...0x1E, .profile(.registerNumbers), "compact profile with register numbers",
      source: Clause.combinable2018),
    VIFERow(0x1F...0x1F, .profile(.compact), "compact profile"),
  ]

  private static let rates: [VIFERow] = [
    words(0x20, "per second").of(.behind("/s")),
    words(0x21, "per minute").of(.behind("/min")),
    words(0x22, "per hour").of(.behind("/h")),
    words(0x23, "per day").of(.behind("/d")),
    words(0x24, "per week").of(.behind("/week")),
    words(0x25, "per month").of(.behind("/month")),
    words(0x26, "per year").of(.behind("/year")),
    words(0x27, "per revolution or measurement").of(.behind("/revolution")),
    words(0x28, "increment per input pulse on channel 0").of(.behind("/pulse")),
    words(0x29, "increment per input pulse on channel 1").of(.behind("/pulse")),
    words(0x2A, "increment per output pulse on channel 0").of(.behind("/pulse")),
    words(0x2B, "increment per output pulse on channel 1").of(.behind("/pulse")),
    words(0x2C, "per litre").of(.behind("/l")),
    words(0x2D, "per m³").of(.behind("/m^3")),
    words(0x2E, "per kg").of(.behind("/kg")),
    words(0x2F, "per K").of(.behind("/K")),
    words(0x30, "per kWh").of(.behind("/kWh")),
    words(0x31, "per GJ").of(.behind("/GJ")),
    words(0x32, "per kW").of(.behind("/kW")),
    words(0x33, "per K·l").of(.behind("/(K·l)")),
    words(0x34, "per V").of(.behind("/V")),
    words(0x35, "per A").of(.behind("/A")),
    words(0x36, "multiplied by s").of(.behind("·s")),
    words(0x37, "multiplied by s/V").of(.behind("·s/V")),
    words(0x38, "multiplied by s/A").of(.behind("·s/A")),
    date(0x39, "start date of"),
    words(0x3A, "uncorrected unit"),
    words(0x3B, "forward"),
    words(0x3C, "backward"),
    VIFERow(0x3D...0x3D, .nonMetric, "non-metric unit system"),
    words(0x3E, "at base conditions"),
    VIFERow(0x3F...0x3F, .unsigned, "OBIS declaration", source: Clause.combinable2018),
  ]

  private static let limits: [VIFERow] = [
    limit(0x40, "lower limit"), limit(0x48, "upper limit"),
    durations(0x50, "duration of the first exceed of the lower limit"),
    durations(0x54, "duration of the last exceed of the lower limit"),
    durations(0x58, "duration of the first exceed of the upper limit"),
    durations(0x5C, "duration of the last exceed of the upper limit"),
    durations(0x60, "duration of the first"),
    durations(0x64, "duration of the last"),
    [
      words(0x68, "value during exceed of the lower limit"),
      words(0x69, "leakage"),
      date(0x6A, "begin of the first"),
      date(0x6B, "end of the first"),
      words(0x6C, "value during exceed of the upper limit"),
      words(0x6D, "overflow"),
      date(0x6E, "begin of the last"),
      date(0x6F, "end of the last"),
    ],
  ].flatMap { $0 }

  private static let corrections: [VIFERow] = [
    VIFERow(0x70...0x77, .scale(from: -6), "×10^n"),
    VIFERow(0x78...0x7B, .add(from: -3), "+10^n"),
    .reserved(0x7C...0x7C),
    VIFERow(0x7D...0x7D, .scale(from: 3), "×10^n"),
    words(0x7E, "future value"),
    words(0x7F, "manufacturer specific"),
  ]

  private static func words(_ code: UInt8, _ words: String) -> VIFERow {
    VIFERow(code...code, .words, words)
  }

  private static func error(_ code: UInt8, _ words: String) -> VIFERow {
    VIFERow(code...code, .error, words, source: Clause.errors)
  }

  private static func date(_ code: UInt8, _ words: String) -> VIFERow {
    VIFERow(code...code, .date, words)
  }

  private static func durations(_ code: UInt8, _ words: String) -> [VIFERow] {
    [MeterUnit.second, .minute, .hour, .day].enumerated().map { index, unit in
      let own = code &+ UInt8(truncatingIfNeeded: index)
      return VIFERow(own...own, .duration(unit), words)
    }
  }

  /// The eight codes that belong to one limit.
  private static func limit(_ code: UInt8, _ limit: String) -> [VIFERow] {
    [
      words(code, limit),
      VIFERow((code &+ 1)...(code &+ 1), .count, "number of exceeds of the \(limit)"),
      date(code &+ 2, "begin of the first exceed of the \(limit)"),
      date(code &+ 3, "end of the first exceed of the \(limit)"),
      .reserved((code &+ 4)...(code &+ 5)),
      date(code &+ 6, "begin of the last exceed of the \(limit)"),
      date(code &+ 7, "end of the last exceed of the \(limit)"),
    ]
  }
}
