import Metering
import RegisterMap

extension Station {
  /// The register map for people, in the order of the addresses: what has an address now.
  public var registerRows: [RegisterRow] {
    let device = RegisterRow(.device, at: RegisterAddress(0))
    return ([device] + meters.flatMap(\.registerRows)).sorted { $0.address < $1.address }
  }

  /// The meters, in list order, of which some entries get their addresses when they are read first.
  public var metersAwaitingAddresses: [Meter] { meters.filter(\.isToLearnRegisters) }
}

extension Meter {
  fileprivate var registerRows: [RegisterRow] {
    var rows: [RegisterRow] = []
    if let register {
      rows.append(RegisterRow(.meter, at: RegisterAddress(register), meter: label))
    }
    for value in values {
      guard let register = value.register else { continue }
      rows.append(
        RegisterRow(
          .value, at: RegisterAddress(register), meter: label,
          description: value.meaning.description, unit: value.meaning.unitName,
          scale: value.live.lastGood?.scale ?? value.listed.scale,
          key: RegisterRow.text(for: value.expectedKey)))
    }
    return rows
  }
}

extension MeterPoint {
  /// The key as seen, or as far as the file tells it.
  fileprivate var expectedKey: ValueKey {
    key
      ?? ValueKey(
        storage: configuration?.storage ?? 0, tariff: configuration?.tariff ?? 0,
        function: configuration?.function ?? .instantaneous)
  }
}
