import Metering
import Settings

/// What must not be the same on two values.
enum ValueChecks {
  static func diagnostics(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    meters.flatMap { labels($0, file: file) + codes($0, file: file) }
      + objects(meters, file: file)
  }

  /// Labels tell the values of one meter apart in reports. On different meters the same label is usual:
  /// each flat has its kitchen.
  private static func labels(_ meter: PlacedMeter, file: String) -> [Diagnostic] {
    var first: [String: Int] = [:]
    return zip(meter.configuration.values, meter.valuePlaces).enumerated().compactMap { item in
      let (index, (value, places)) = (item.offset, item.element)
      guard !value.userLabel.isEmpty else { return nil }
      guard let twin = first[value.userLabel] else {
        first[value.userLabel] = index
        return nil
      }
      return Diagnostic(
        .warning, file: file, at: places.ofLabel, key: "user", value: value.userLabel,
        "\(meter.name), value \(index + 1): <user> = \"\(value.userLabel.excerpt)\" is the label of "
          + "value \(twin + 1) in \(meter.valuePlaces[twin].ofLabel.words(besides: places.ofLabel)), too: whoever reads reports "
          + "cannot tell them apart")
    }
  }

  /// The OBIS code has six groups, and on M-Bus nothing else is known to stand in its place.
  private static func codes(_ meter: PlacedMeter, file: String) -> [Diagnostic] {
    guard meter.configuration.interface == .mbus else { return [] }
    return zip(meter.configuration.values, meter.valuePlaces).enumerated().compactMap { item in
      let (index, (value, places)) = (item.offset, item.element)
      guard !value.confdata.isEmpty, value.obis == nil else { return nil }
      return Diagnostic(
        .warning, file: file, at: places.own, key: "confdata",
        "\(meter.name), value \(index + 1): <confdata> has \(value.confdata.count) bytes; an OBIS code "
          + "has \(OBISCode.groupCount)")
    }
  }

  /// In a BACnet device each object has a number of its own.
  private static func objects(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    var first: [UInt32: (name: String, place: TextPlace)] = [:]
    var found: [Diagnostic] = []
    for meter in meters {
      let values = zip(meter.configuration.values, meter.valuePlaces)
      for (index, (value, places)) in values.enumerated() {
        guard let number = value.bacnetObject else { continue }
        let name = "value \(index + 1) of \(meter.name)"
        guard let twin = first[number] else {
          first[number] = (name, places.ofBACnet)
          continue
        }
        found.append(
          Diagnostic(
            .warning, file: file, at: places.ofBACnet, key: "bacnetreg", value: String(number),
            "\(name): <bacnetreg> = \"\(number)\" is the number of \(twin.name) in "
              + "\(twin.place.words(besides: places.ofBACnet)), too"))
      }
    }
    return found
  }
}
