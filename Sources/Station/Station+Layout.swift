import Metering
import RegisterMap

/// Registers that were given in another layout are kept, and people are told.
extension Station {
  /// Whether the list was probably made in another layout: then that is said of the file, once, instead of
  /// a complaint for each entry.
  var isProbablyOfAnotherLayout: Bool {
    configuration.layout.misfit(of: meters.map { GivenRegisters($0.configuration) }) != nil
  }

  /// What is said when the settings have another layout than before.
  func layoutChange() -> [GatewayEvent] {
    let (without, count) = entriesWithoutValidAddress
    guard count > 0 else { return [] }
    return [.layoutChanged(to: configuration.layout.name, without: without, of: count)]
  }

  /// Of how many entries the register is in no map, and how many have a register at all.
  private var entriesWithoutValidAddress: (Int, Int) {
    var (without, count) = (0, 0)
    for meter in meters {
      for entry in meter.entries {
        let isGiven = meter[entry] != nil
        guard isGiven || meter.wish(of: entry) > 0 else { continue }
        count += 1
        if !isGiven { without += 1 }
      }
    }
    return (without, count)
  }
}

extension Meter {
  /// The register that the file has for an entry; 0: none.
  fileprivate func wish(of entry: EntryID) -> Int {
    switch entry {
    case .meter: configuration.register
    case .value(_, let index): values[index].listed.register
    }
  }

  /// Registers that were given count as written down: a map in which they are not possible gives no others
  /// by itself.
  mutating func keepRegisters() {
    if let register { configuration.register = register }
    for index in values.indices {
      guard let register = values[index].register else { continue }
      values[index].configuration?.register = register
      values[index].listed.register = register
      values[index].takesRegister = false
    }
  }
}
