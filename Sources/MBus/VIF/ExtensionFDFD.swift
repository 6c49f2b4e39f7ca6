import Metering

/// The second level of the extension behind FD: codes behind FD FD (EN 13757-3:2018, table 13). The
/// manuals' tables have few of them. What sensors have got since stands here too, marked by its source.
enum ExtensionFDFD {
  static let rows: [VIFRow] = general + air + weather + smokeDetectors

  private static let general: [VIFRow] = [
    own(0x00, "Currently selected application", source: Clause.fdfd),
    reserved(0x01...0x01),
    battery(0x02, .month),
    battery(0x03, .year),
    reserved(0x04...0x0F),
  ]

  private static let air: [VIFRow] = [
    own(0x10...0x11, "Carbon dioxide", "ppm"),
    own(0x12...0x13, "Carbon monoxide", "ppm"),
    own(0x14...0x15, "Volatile organic compounds", "ppb"),
    own(0x16, "Volatile organic compounds", "µg/m^3"),
    own(0x17, "Particles", "µg/m^3"),
    own(0x18, "Particles PM1", "µg/m^3"),
    own(0x19, "Particles PM2.5", "µg/m^3"),
    own(0x1A, "Particles PM10", "µg/m^3"),
    own(0x1B, "Number of particles", "1/m^3", .fixed(6)),
    own(0x1C, "Number of particles PM1", "1/m^3", .fixed(6)),
    own(0x1D, "Number of particles PM2.5", "1/m^3", .fixed(6)),
    own(0x1E, "Number of particles PM10", "1/m^3", .fixed(6)),
  ]

  private static let weather: [VIFRow] = [
    own(0x1F, "Illuminance", "lx"),
    own(0x20, "Luminous intensity", "cd"),
    own(0x21, "Irradiance", "W/m^2"),
    own(0x22, "Wind speed", "km/h"),
    own(0x23, "Rainfall", "l/m^2"),
    own(0x24, "Sound level", "dB(A)"),
    own(0x25, "Turbidity", "FNU"),
    reserved(0x26...0x26),
    own(0x27, "pH value", nil, .fixed(-1)),
    reserved(0x28...0x2B),
  ]

  private static let smokeDetectors: [VIFRow] = [
    own(0x2C, "Number of dismounts"),
    own(0x2D, "Number of presses of the test button"),
    own(0x2E, "Number of alarms"),
    own(0x2F, "Number of times muted"),
    own(0x30, "Number of obstacles detected"),
    own(0x31, "Number of smoke inlets blocked"),
    own(0x32, "Number of smoke chamber defects"),
    own(0x33, "Number of self tests failed"),
    own(0x34, "Number of sounder defects"),
    reserved(0x35...0x39),
    own(0x3A...0x3B, "Distance", "mm"),
    reserved(0x3C...0x7F),
  ]

  private static func own(
    _ code: UInt8, _ description: String, _ unit: String? = nil,
    _ exponent: VIFRow.Exponent = .fixed(0), source: String = Clause.unchecked2025
  ) -> VIFRow {
    .own(
      .fdfd, code...code, description, .none, exponent, ownUnit: unit, source: source)
  }

  private static func own(
    _ codes: ClosedRange<UInt8>, _ description: String, _ unit: String
  ) -> VIFRow {
    .own(
      .fdfd, codes, description, .none, .rising(from: 0), ownUnit: unit,
      source: Clause.unchecked2025)
  }

  private static func battery(_ code: UInt8, _ unit: MeterUnit) -> VIFRow {
    .number(
      .fdfd, code...code, .remainingBatteryLifeTime, unit, content: .unsigned, source: Clause.fdfd)
  }

  private static func reserved(_ codes: ClosedRange<UInt8>) -> VIFRow {
    .reserved(.fdfd, codes, source: Clause.fdfd)
  }
}
