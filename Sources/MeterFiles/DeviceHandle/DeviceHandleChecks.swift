import Metering
import Settings

/// What only the whole list tells: meters that stand in it twice, registers that collide.
enum DeviceHandleChecks {
  /// Registers that an entry takes in the standard layout (Anybus gateway manual 2.4, ch. 6.2).
  static let registersPerEntry = 10
  /// The highest register address of Modbus.
  static let lastRegister = 65535

  static func diagnostics(_ meters: [PlacedMeter], file: String) -> [Diagnostic] {
    // What a wrong element left open has been said already.
    let readable = meters.filter { !$0.configuration.isUnreadable }
    return interfaces(readable, file: file) + duplicates(readable, file: file)
      + registers(entries(meters), file: file)
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

  /// An entry with an address of its own.
  private struct Entry {
    let name: String
    let line: Int
    let register: Int

    var lastRegister: Int { register + DeviceHandleChecks.registersPerEntry - 1 }
  }

  private static func entries(_ meters: [PlacedMeter]) -> [Entry] {
    meters.flatMap { meter in
      let own = Entry(
        name: meter.name, line: meter.registerLine, register: meter.configuration.register)
      let values = zip(meter.configuration.values, meter.valueRegisterLines).enumerated().map {
        index, value in
        Entry(
          name: "value \(index + 1) of \(meter.name)", line: value.1, register: value.0.register)
      }
      return ([own] + values).filter { $0.register > 0 }
    }
  }

  /// Goes through the entries as the register map does, in the order of the list: of two that collide
  /// the later one is refused, and what is refused takes no registers.
  private static func registers(_ entries: [Entry], file: String) -> [Diagnostic] {
    var found: [Diagnostic] = []
    func say(_ severity: Diagnostic.Severity, _ entry: Entry, _ message: String) {
      found.append(
        Diagnostic(
          severity, file: file, line: entry.line, key: "register", value: String(entry.register),
          "\(entry.name): register \(entry.register) \(message)"))
    }
    // Every entry is equally wide, so an overlap lies in the same or a neighbouring cell.
    var cells: [Int: Entry] = [:]
    for entry in entries {
      let cell = entry.register / registersPerEntry
      let other = [cell - 1, cell, cell + 1].lazy.compactMap { cells[$0] }
        .first { abs($0.register - entry.register) < registersPerEntry }
      if entry.register < registersPerEntry {
        say(.error, entry, "is taken: the device has 0 to \(registersPerEntry - 1)")
      } else if entry.lastRegister > lastRegister {
        say(
          .error, entry,
          "is too high: an entry takes \(registersPerEntry) registers, the last is \(lastRegister)")
      } else if let other {
        say(
          .error, entry,
          "is taken: \(other.name) has \(other.register) to \(other.lastRegister) (line \(other.line))"
        )
      } else {
        cells[cell] = entry
        guard !entry.register.isMultiple(of: registersPerEntry) else { continue }
        say(.warning, entry, "is no multiple of \(registersPerEntry)")
      }
    }
    return found
  }
}
