import Metering

/// The primary table of value information: codes 00–7F of the VIF (EN 13757-3:2013,
/// ch. 6.4.2). What is measured and the unit are rows of the MUC500 manual 1.1, tables 28
/// and 29.
enum PrimaryVIF {
  /// The VIF with a text of the meter's own.
  static let text: UInt8 = 0x7C
  /// The VIF of the maker's own.
  static let manufacturer: UInt8 = 0x7F
  /// The time point of a date.
  static let date: UInt8 = 0x6C
  /// The number that the maker gave the device.
  static let fabrication: UInt8 = 0x78
  /// The number that the owner gave it, or that is its secondary address.
  static let identification: UInt8 = 0x79
  /// The time point of a date and time.
  static let dateTime: UInt8 = 0x6D

  static let rows: [VIFRow] = [
    row(0x00...0x07, .energy, .wattHour, .rising(from: -3)),
    row(0x08...0x0F, .energy, .joule, .rising(from: 0)),
    row(0x10...0x17, .volume, .cubicMetre, .rising(from: -6)),
    row(0x18...0x1F, .mass, .kilogram, .rising(from: -3)),
    durations(0x20, .onTime),
    durations(0x24, .operatingTime),
    row(0x28...0x2F, .power, .watt, .rising(from: -3)),
    row(0x30...0x37, .power, .joulePerHour, .rising(from: 0)),
    row(0x38...0x3F, .volumeFlow, .cubicMetrePerHour, .rising(from: -6)),
    row(0x40...0x47, .volumeFlowExt, .cubicMetrePerMinute, .rising(from: -7)),
    row(0x48...0x4F, .volumeFlowExt, .cubicMetrePerSecond, .rising(from: -9)),
    row(0x50...0x57, .massFlow, .kilogramPerHour, .rising(from: -3)),
    row(0x58...0x5B, .flowTemperature, .degreeCelsius, .rising(from: -3)),
    row(0x5C...0x5F, .returnTemperature, .degreeCelsius, .rising(from: -3)),
    row(0x60...0x63, .temperatureDifference, .kelvin, .rising(from: -3)),
    row(0x64...0x67, .externalTemperature, .degreeCelsius, .rising(from: -3)),
    row(0x68...0x6B, .pressure, .bar, .rising(from: -3)),
    row(date...dateTime, .timestamp, .utc, content: .date),
    row(0x6E...0x6E, .unitsForHCA, .none),
    reserved(0x6F...0x6F),
    durations(0x70, .averagingDuration),
    durations(0x74, .actualityDuration),
    row(0x78...0x78, .fabrication, .none, content: .unsigned),
    row(0x79...0x79, .identification, .none, content: .unsigned),
    row(0x7A...0x7A, .address, .none, content: .unsigned),
    reserved(0x7B...0x7B),
    [.number(.primary, text...text, .meterSpecific, .none, source: Clause.plainText)],
    reserved(0x7D...0x7D),
    [.own(.primary, 0x7E...0x7E, "Any VIF", source: Clause.primary)],
    row(manufacturer...manufacturer, .vendorSpecificData, .none),
  ].flatMap { $0 }

  private static func row(
    _ codes: ClosedRange<UInt8>, _ type: MeasurementType, _ unit: MeterUnit,
    _ exponent: VIFRow.Exponent = .fixed(0), content: VIFRow.Content = .number
  ) -> [VIFRow] {
    [.number(.primary, codes, type, unit, exponent, content: content, source: Clause.primary)]
  }

  private static func durations(_ code: UInt8, _ type: MeasurementType) -> [VIFRow] {
    VIFRow.durations(
      .primary, from: code, type, [.second, .minute, .hour, .day], source: Clause.primary)
  }

  private static func reserved(_ codes: ClosedRange<UInt8>) -> [VIFRow] {
    [.reserved(.primary, codes, source: Clause.primary)]
  }
}
