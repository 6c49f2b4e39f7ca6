import Metering
import RegisterMap

extension Station {
  /// The register map for people, in the order of the addresses: what has an address now.
  public var registerRows: [RegisterRow] {
    let layout = configuration.layout
    let device = RegisterRow(.device, at: RegisterAddress(0), count: layout.entryWidth)
    let rows = meters.flatMap { meter in
      meter.rows(layout, name(of: meter)).compactMap { row, address in
        address.map { row.placed(at: $0) }
      }
    }
    return ((layout.isFloatOnly ? [] : [device]) + rows).sorted { $0.address < $1.address }
  }

  /// What of the list has no address now, in list order.
  public var unplacedRows: [UnplacedRow] {
    meters.flatMap { meter in
      meter.rows(configuration.layout, name(of: meter)).compactMap { row, address in
        address == nil ? UnplacedRow(row) : nil
      }
    }
  }

  /// The meters, in list order, of which some entries get their addresses when they are read first.
  public var metersAwaitingAddresses: [Meter] { meters.filter(\.isToLearnRegisters) }
}

extension RegisterRow {
  fileprivate func placed(at address: RegisterAddress) -> RegisterRow {
    var row = self
    row.address = address
    return row
  }
}

extension Meter {
  /// Its entries, each with its address, if it has one.
  fileprivate func rows(
    _ layout: RegisterLayout, _ name: MeterName?
  ) -> [(RegisterRow, RegisterAddress?)] {
    func named(_ number: Int) -> String { name.map { "\($0)/\(number)" } ?? "" }
    let nowhere = RegisterAddress(0)
    let own = RegisterRow(
      .meter, at: nowhere, count: layout.entryWidth, meter: label, name: named(0))
    return [(own, address(in: layout))]
      + values.enumerated().map { index, value in
        let row = RegisterRow(
          .value, at: nowhere, count: layout.entryWidth, meter: label,
          description: value.meaning.description, unit: value.meaning.unitName,
          scale: value.shownScale, key: value.expectedKey, name: named(index + 1),
          obis: value.configuration?.obis,
          suggestedOBIS: value.live.brought?.suggestedOBIS)
        return (row, address(of: value, in: layout))
      }
  }
}

extension MeterPoint {
  /// The exponent of its entry, or as far as the file tells it.
  public var shownScale: Int {
    live.brought?.scaled(by: listed.userScale).scale
      ?? listed.scale + listed.userScale.exponent
  }

  /// The key as seen, or as far as the file tells it.
  public var expectedKey: ValueKey {
    key
      ?? ValueKey(
        dif: configuration?.dif ?? [], vif: configuration?.vif ?? [],
        storage: configuration?.storage ?? 0, tariff: configuration?.tariff ?? 0,
        function: configuration?.function ?? .instantaneous)
  }
}
