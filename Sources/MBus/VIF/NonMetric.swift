import Metering

/// What VIFE 3D makes of a quantity: another unit, and with some another exponent (EN 13757-3:2013,
/// annex C). Of others no source is sure what their unit is: it is not the metric one, and so none that is known.
struct NonMetric: Hashable, Sendable {
  /// The table of the VIF.
  let table: VIFTable
  /// Its codes.
  let codes: ClosedRange<UInt8>
  /// The unit in place of the metric one.
  let unit: MeterUnit
  /// What is added to the exponent of the metric unit.
  let shift: Int

  static let rows = [
    NonMetric(table: .primary, codes: 0x00...0x07, unit: .kiloBTU, shift: 0),
    NonMetric(table: .primary, codes: 0x10...0x17, unit: .gallon, shift: 3),
    NonMetric(table: .primary, codes: 0x28...0x2F, unit: .milliBTUPerSecond, shift: 0),
    NonMetric(table: .primary, codes: 0x40...0x47, unit: .gallonPerMinute, shift: 3),
    NonMetric(table: .primary, codes: 0x58...0x67, unit: .degreeFahrenheit, shift: 0),
    NonMetric(table: .fb, codes: 0x74...0x77, unit: .degreeFahrenheit, shift: 0),
  ]

  /// The units that have another one in systems that are not metric.
  static let metricUnits: Set<MeterUnit> = [
    .wattHour, .joule, .cubicMetre, .kilogram, .watt, .joulePerHour, .cubicMetrePerHour,
    .cubicMetrePerMinute, .cubicMetrePerSecond, .kilogramPerHour, .degreeCelsius, .kelvin, .bar,
  ]

  /// The row of a code; nil where there is none.
  static func row(_ code: UInt8, in table: VIFTable) -> NonMetric? {
    rows.first { $0.table == table && $0.codes.contains(code & 0x7F) }
  }
}
