import Metering

/// The extension table behind VIF FB (EN 13757-3:2013, ch. 6.4.5). Kilo and mega units are written as an
/// exponent of the base unit, but for kvarh and kvar, which are units of their own in the MUC500 manual
/// 1.1, table 29.
enum ExtensionFB {
  static let rows: [VIFRow] = quantities + fahrenheit + ratings + limits

  private static let quantities: [VIFRow] = [
    row(0x00...0x01, .energy, .wattHour, .rising(from: 5)),
    row(0x02...0x03, .reactiveEnergy, .kilovarHour, .rising(from: 0)),
    row(0x04...0x05, .apparentEnergy, .none, .rising(from: 3), "VAh", source: Clause.fb2018),
    reserved(0x06...0x07),
    row(0x08...0x09, .energy, .joule, .rising(from: 8)),
    reserved(0x0A...0x0B),
    row(0x0C...0x0F, .energy, .calorie, .rising(from: 5)),
    row(0x10...0x11, .volume, .cubicMetre, .rising(from: 2)),
    reserved(0x12...0x13),
    row(0x14...0x17, .reactivePower, .kilovar, .rising(from: -3)),
    row(0x18...0x19, .mass, .kilogram, .rising(from: 5), content: .unsigned),
    row(0x1A...0x1B, .relativeHumidity, .percent, .rising(from: -1), content: .unsigned),
    reserved(0x1C...0x1F),
    row(0x20...0x20, .volume, .cubicFoot),
    row(0x21...0x21, .volume, .cubicFoot, .fixed(-1)),
    row(0x22...0x23, .volume, .gallon, .rising(from: -1), source: Clause.fb2004),
    row(0x24...0x24, .volumeFlow, .gallonPerMinute, .fixed(-3), source: Clause.fb2004),
    row(0x25...0x25, .volumeFlow, .gallonPerMinute, source: Clause.fb2004),
    row(0x26...0x26, .volumeFlow, .gallonPerHour, source: Clause.fb2004),
    reserved(0x27...0x27),
    row(0x28...0x29, .power, .watt, .rising(from: 5)),
    row(0x2A...0x2A, .phaseVoltageToVoltage, .degree, .fixed(-1)),
    row(0x2B...0x2B, .phaseVoltageToCurrent, .degree, .fixed(-1)),
    row(0x2C...0x2F, .frequency, .hertz, .rising(from: -3)),
    row(0x30...0x31, .power, .joulePerHour, .rising(from: 8)),
    reserved(0x32...0x33),
    row(0x34...0x37, .apparentPower, .none, .rising(from: 0), "VA", source: Clause.fb2018),
    reserved(0x38...0x57),
  ]

  private static let fahrenheit: [VIFRow] = [
    row(0x58...0x5B, .flowTemperature, .degreeFahrenheit, .rising(from: -3), source: Clause.fb2004),
    row(
      0x5C...0x5F, .returnTemperature, .degreeFahrenheit, .rising(from: -3), source: Clause.fb2004),
    row(
      0x60...0x63, .temperatureDifference, .degreeFahrenheit, .rising(from: -3),
      source: Clause.fb2004),
    row(
      0x64...0x67, .externalTemperature, .degreeFahrenheit, .rising(from: -3),
      source: Clause.fb2004),
  ]

  /// Factors of heat cost allocators, each a multiple of 2^-12.
  private static let ratings: [VIFRow] = [
    rating(0x68, "Resulting rating factor K"),
    rating(0x69, "Thermal output rating factor Kq", .watt),
    rating(0x6A, "Thermal coupling rating factor overall Kc"),
    rating(0x6B, "Thermal coupling rating factor room side Kcr"),
    rating(0x6C, "Thermal coupling rating factor heater side Kch"),
    rating(0x6D, "Low temperature rating factor Kt"),
    rating(0x6E, "Display output scaling factor KD"),
    reserved(0x6F...0x6F),
  ]

  private static let limits: [VIFRow] = [
    row(
      0x70...0x73, .temperatureLimit, .degreeFahrenheit, .rising(from: -3), source: Clause.fb2004),
    row(0x74...0x77, .temperatureLimit, .degreeCelsius, .rising(from: -3)),
    row(0x78...0x7F, .cumulativeCountMaxPower, .watt, .rising(from: -3)),
  ]

  private static func row(
    _ codes: ClosedRange<UInt8>, _ type: MeasurementType, _ unit: MeterUnit,
    _ exponent: VIFRow.Exponent = .fixed(0), _ ownUnit: String? = nil,
    content: VIFRow.Content = .number, source: String = Clause.fb
  ) -> VIFRow {
    .number(.fb, codes, type, unit, exponent, ownUnit: ownUnit, content: content, source: source)
  }

  private static func rating(
    _ code: UInt8, _ description: String, _ unit: MeterUnit = .none
  ) -> VIFRow {
    .own(
      .fb, code...code, description, unit, factor: 1 / 4096, content: .unsigned,
      source: Clause.fb2018)
  }

  private static func reserved(_ codes: ClosedRange<UInt8>) -> VIFRow {
    .reserved(.fb, codes, source: Clause.fb)
  }
}
