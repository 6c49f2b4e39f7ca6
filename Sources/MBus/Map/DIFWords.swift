import Metering

/// What DIF and DIFEs say.
enum DIFWords {
  private static let dataFields = [
    "no data", "8 bit integer", "16 bit integer", "24 bit integer", "32 bit integer",
    "32 bit real", "48 bit integer", "64 bit integer", "selection for readout", "2 digit BCD",
    "4 digit BCD", "6 digit BCD", "8 digit BCD", "variable length", "12 digit BCD",
    "special function",
  ]

  /// Integers that are no numbers, since the VIF says so (EN 13757-3, annex A).
  private static let dates: [DataType: String] = [
    .dateG: "16 bit, date (type G)", .dateTimeF: "32 bit, date and time (type F)",
    .dateTimeI: "48 bit, date and time with seconds (type I)",
    .timeJ: "24 bit, time of day (type J)", .daylightSavingK: "32 bit, summer time (type K)",
  ]

  /// - Parameter type: how the data is coded; nil: that is not known.
  static func dif(_ dif: UInt8, _ type: DataType?) -> String {
    guard type != .reserved else { return "DIF: reserved" }
    let function = ValueKey.Function(rawValue: dif >> 4 & 0x3) ?? .instantaneous
    let data =
      type.flatMap { dates[$0] } ?? dataFields.dropFirst(Int(dif & 0x0F)).first ?? ""
    let storage = dif & 0x40 != 0 ? ", storage bit 1" : ""
    return "DIF: \(data), \(function.name)\(storage)"
  }

  static func dife(_ dife: UInt8) -> String {
    "DIFE: storage bits \(dife & 0x0F), tariff bits \(dife >> 4 & 0x3), subunit bit \(dife >> 6 & 1)"
  }

  /// What all of them make together.
  static func sum(_ record: DataRecord) -> String {
    "; storage \(record.storage), tariff \(record.tariff), subunit \(record.subunit)"
  }
}
