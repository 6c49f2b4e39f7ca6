import Metering
import Settings

/// What only the whole list tells: meters that no line reads, or that stand in it twice.
enum DeviceHandleChecks {
  static func diagnostics(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    // What a wrong element left open has been said already.
    let readable = meters.filter { !$0.configuration.isUnreadable }
    return otherInterfaces(readable, file: file) + withoutSerial(readable, file: file)
      + duplicates(readable, file: file) + ValueChecks.diagnostics(meters, file: file)
  }

  /// Meters that this version does not read, in one line.
  private static func otherInterfaces(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    let others = meters.filter { $0.configuration.interface != .mbus }
    guard let first = others.first else { return [] }
    let kinds = InterfaceKind.allCases.compactMap { kind in
      let count = others.count { $0.configuration.interface == kind }
      return count == 0 ? nil : others.count == 1 ? kind.rawValue : "\(kind.rawValue): \(count)"
    }.joined(separator: ", ")
    let message =
      others.count == 1
      ? "\(first.name) has an interface that this version does not read (\(kinds)); it keeps its "
        + "place and registers"
      : "\(others.count) meters have interfaces that this version does not read (\(kinds)), the first "
        + "is \(first.name); they keep their places and registers"
    return [
      Diagnostic(.note, file: file, at: first.places.own, key: "interface", message)
    ]
  }

  private static func withoutSerial(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    meters.filter { meter in
      let configuration = meter.configuration
      return configuration.interface == .mbus && configuration.identity.serial == .any
        && !configuration.usesPrimaryAddress
    }.map { meter in
      Diagnostic(
        .warning, file: file, at: meter.places.own, key: "serial",
        "this meter has no serial and is read by secondary address: any meter answers; give "
          + "<serial>, or <addressmode> 1 to read it by its primary address")
    }
  }

  private static func duplicates(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    var byAddress: [UInt8: PlacedMeter] = [:]
    var byIdentity: [InterfacedIdentity: PlacedMeter] = [:]
    var bySerial: [InterfacedIdentity: [PlacedMeter]] = [:]
    var found: [Diagnostic] = []
    for meter in meters where isTold(meter.configuration) {
      let configuration = meter.configuration
      let identity = InterfacedIdentity(configuration, configuration.identity)
      if let first = byIdentity[identity],
        !(first.configuration.usesPrimaryAddress || configuration.usesPrimaryAddress)
      {
        found.append(duplicate(meter, of: first, "the same identity", file))
      } else if configuration.identity.serial != .any || !configuration.usesPrimaryAddress {
        byIdentity[identity] = byIdentity[identity] ?? meter
        if let twin = agreeing(meter, &bySerial) { found.append(probable(meter, twin, file)) }
      }
      guard configuration.usesPrimaryAddress, configuration.interface == .mbus else { continue }
      if let first = byAddress[configuration.primaryAddress] {
        found.append(
          duplicate(meter, of: first, "primary address \(configuration.primaryAddress), too,", file)
        )
      } else {
        byAddress[configuration.primaryAddress] = meter
      }
    }
    return found
  }

  /// Whether its identity tells a meter from others: inputs for pulses and the gateway's own values, for
  /// example, need none.
  private static func isTold(_ configuration: MeterConfiguration) -> Bool {
    configuration.interface == .mbus || configuration.identity.serial != .any
  }

  private static func duplicate(
    _ meter: PlacedMeter, of first: PlacedMeter, _ what: String, _ file: String
  ) -> Diagnostic {
    Diagnostic(
      .error, file: file, at: meter.places.own,
      "\(meter.name) has \(what) as \(first.name) in \(first.places.own.words(besides: meter.places.own))"
    )
  }

  /// A meter before with the same serial, of which nothing that is given tells that it is another one:
  /// most likely it is listed by its serial and by its primary address.
  private static func agreeing(
    _ meter: PlacedMeter, _ bySerial: inout [InterfacedIdentity: [PlacedMeter]]
  ) -> PlacedMeter? {
    let (configuration, identity) = (meter.configuration, meter.configuration.identity)
    guard identity.serial != .any else { return nil }
    let serial = InterfacedIdentity(configuration, MeterIdentity(serial: identity.serial))
    let known = bySerial[serial] ?? []
    // A list of thousands with one serial is no list of meters: looking at a few is enough.
    if known.count < mostOfOneSerial { bySerial[serial, default: []].append(meter) }
    return known.first { other in
      let bothByAddress = configuration.usesPrimaryAddress && other.configuration.usesPrimaryAddress
      return !bothByAddress && other.configuration.identity.agrees(with: identity)
    }
  }

  private static let mostOfOneSerial = 16

  private static func probable(
    _ meter: PlacedMeter, _ first: PlacedMeter, _ file: String
  ) -> Diagnostic {
    Diagnostic(
      .warning, file: file, at: meter.places.own,
      "\(meter.name) is probably the same as \(first.name) in \(first.places.own.words(besides: meter.places.own)), and read twice: take "
        + "one of them out")
  }

  private struct InterfacedIdentity: Hashable {
    let interface: InterfaceKind
    let identity: MeterIdentity
    /// Where meters of one device may share its serial: which of them it is.
    let address: UInt8?

    init(_ configuration: MeterConfiguration, _ identity: MeterIdentity) {
      interface = configuration.interface
      self.identity = identity
      address = interface == .mbus ? nil : configuration.primaryAddress
    }
  }
}
