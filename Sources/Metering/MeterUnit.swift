/// The unit of a value, by its index in the table of units (MUC500 manual 1.1, table 29). The index
/// is what the low byte of register 7 of a value entry shows.
public enum MeterUnit: UInt8, CaseIterable, Sendable {
  case none = 0
  case binary, currency, volt, ampere, wattHour, joule, cubicMetre, kilogram
  case second, minute, hour, day
  case watt, joulePerHour, cubicMetrePerHour, cubicMetrePerMinute, cubicMetrePerSecond
  case kilogramPerHour, degreeCelsius, kelvin, bar, dimensionless
  case reserved23, reserved24
  /// Seconds since 1970 in UTC.
  case utc
  case baud, bitTime, month, year, dayOfWeek, dBm, bin32, bin33
  case kilovarHour, kilovar, calorie, percent, cubicFoot, degree, hertz
  case kiloBTU, milliBTUPerSecond, gallon, gallonPerSecond, gallonPerMinute, gallonPerHour
  case degreeFahrenheit

  /// The name in the table, as files and the meter list spell it.
  public var name: String { Self.names[Int(rawValue)] }

  /// The unit with this name in the table or one of its other spellings; case and surrounding
  /// spaces do not matter. Where a name stands for several indices the lowest is meant.
  public init?(name: some StringProtocol) {
    let wanted = name.trimmedLowercase
    guard let unit = Self.otherSpellings[wanted] ?? Self.byName[wanted] else { return nil }
    self = unit
  }

  private static let byName = Dictionary(
    allCases.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })

  private static let names = [
    "None", "Bin", "Cur", "V", "A", "Wh", "J", "m^3", "kg", "s", "min", "h", "d", "W", "J/h",
    "m^3/h", "m^3/min", "m^3/s", "kg/h", "Degree C", "K", "Bar", "", "Res", "Res", "UTC", "bd",
    "bt", "mon", "y", "Day of week", "dBm", "Bin", "Bin", "kVARh", "kVAR", "cal", "%", "ft^3",
    "Degree", "Hz", "kBTU", "mBTU/s", "US gal", "US gal/s", "US gal/min", "US gal/h", "Degree F",
  ]

  private static let otherSpellings: [String: MeterUnit] = [
    "m³": .cubicMetre, "m3": .cubicMetre, "m³/h": .cubicMetrePerHour,
    "m3/h": .cubicMetrePerHour, "m³/min": .cubicMetrePerMinute, "m3/min": .cubicMetrePerMinute,
    "m³/s": .cubicMetrePerSecond, "m3/s": .cubicMetrePerSecond, "°c": .degreeCelsius,
    "°f": .degreeFahrenheit, "ft³": .cubicFoot, "ft3": .cubicFoot, "°": .degree,
    "kvarh": .kilovarHour, "kvar": .kilovar,
  ]
}
