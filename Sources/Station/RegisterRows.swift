import Metering
import RegisterMap

extension Station {
  /// The register map for people, in the order of the addresses: what has an address now.
  public var registerRows: [RegisterRow] {
    let layout = configuration.layout
    let device = RegisterRow(.device, at: RegisterAddress(0), count: layout.entryWidth)
    return ((layout.isFloatOnly ? [] : [device]) + meters.flatMap { $0.registerRows(layout) })
      .sorted { $0.address < $1.address }
  }

  /// The meters, in list order, of which some entries get their addresses when they are read first.
  public var metersAwaitingAddresses: [Meter] { meters.filter(\.isToLearnRegisters) }
}

extension Meter {
  fileprivate func registerRows(_ layout: RegisterLayout) -> [RegisterRow] {
    var rows: [RegisterRow] = []
    if let address = address(in: layout) {
      rows.append(RegisterRow(.meter, at: address, count: layout.entryWidth, meter: label))
    }
    for value in values {
      guard let address = address(of: value, in: layout) else { continue }
      rows.append(
        RegisterRow(
          .value, at: address, count: layout.entryWidth, meter: label,
          description: value.meaning.description, unit: value.meaning.unitName,
          scale: value.shownScale, key: value.expectedKey))
    }
    return rows
  }
}

extension MeterPoint {
  /// The exponent of its entry, or as far as the file tells it.
  fileprivate var shownScale: Int {
    live.lastGood?.scaled(by: listed.userScale).scale
      ?? listed.scale + listed.userScale.exponent
  }

  /// The key as seen, or as far as the file tells it.
  fileprivate var expectedKey: ValueKey {
    key
      ?? ValueKey(
        storage: configuration?.storage ?? 0, tariff: configuration?.tariff ?? 0,
        function: configuration?.function ?? .instantaneous)
  }
}
