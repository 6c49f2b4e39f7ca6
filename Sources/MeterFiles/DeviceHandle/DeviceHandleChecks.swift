import Metering
import Settings

/// What only the whole list tells: meters that no line reads, or that stand in it twice.
enum DeviceHandleChecks {
  static func diagnostics(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    // What a wrong element left open has been said already.
    let readable = meters.filter { !$0.configuration.isUnreadable }
    return interfaces(readable, file: file) + duplicates(readable, file: file)
  }

  private static func interfaces(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    meters.compactMap { meter in
      let configuration = meter.configuration
      if configuration.interface != .mbus {
        return Diagnostic(
          .note, file: file, line: meter.line, key: "interface",
          "\(meter.name) has the interface \(configuration.interface.rawValue); it stays in the list, "
            + "but this version reads M-Bus only")
      }
      guard configuration.identity.serial == .any, !configuration.usesPrimaryAddress else {
        return nil
      }
      return Diagnostic(
        .warning, file: file, line: meter.line, key: "serial",
        "this meter has no serial and is read by secondary address: any meter answers; give "
          + "<serial>, or <addressmode> 1 to read it by its primary address")
    }
  }

  private static func duplicates(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    var byAddress: [UInt8: PlacedMeter] = [:]
    var byIdentity: [InterfacedIdentity: PlacedMeter] = [:]
    var bySerial: [InterfacedIdentity: [PlacedMeter]] = [:]
    var found: [Diagnostic] = []
    for meter in meters {
      let configuration = meter.configuration
      let identity = InterfacedIdentity(configuration.interface, configuration.identity)
      if let first = byIdentity[identity],
        !(first.configuration.usesPrimaryAddress && configuration.usesPrimaryAddress)
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

  private static func duplicate(
    _ meter: PlacedMeter, of first: PlacedMeter, _ what: String, _ file: String
  ) -> Diagnostic {
    Diagnostic(
      .error, file: file, line: meter.line,
      "\(meter.name) has \(what) as \(first.name) in line \(first.line)")
  }

  /// A meter before with the same serial, of which nothing that is given tells that it is another one:
  /// most likely it is listed by its serial and by its primary address.
  private static func agreeing(
    _ meter: PlacedMeter, _ bySerial: inout [InterfacedIdentity: [PlacedMeter]]
  ) -> PlacedMeter? {
    let (configuration, identity) = (meter.configuration, meter.configuration.identity)
    guard identity.serial != .any else { return nil }
    let serial = InterfacedIdentity(
      configuration.interface, MeterIdentity(serial: identity.serial))
    defer { bySerial[serial, default: []].append(meter) }
    return bySerial[serial]?.first { other in
      let bothByAddress = configuration.usesPrimaryAddress && other.configuration.usesPrimaryAddress
      return !bothByAddress && other.configuration.identity.agrees(with: identity)
    }
  }

  private static func probable(
    _ meter: PlacedMeter, _ first: PlacedMeter, _ file: String
  ) -> Diagnostic {
    Diagnostic(
      .warning, file: file, line: meter.line,
      "\(meter.name) is probably the same as \(first.name) in line \(first.line), and read twice: take "
        + "one of them out")
  }

  private struct InterfacedIdentity: Hashable {
    let interface: InterfaceKind
    let identity: MeterIdentity

    init(_ interface: InterfaceKind, _ identity: MeterIdentity) {
      self.interface = interface
      self.identity = identity
    }
  }
}
