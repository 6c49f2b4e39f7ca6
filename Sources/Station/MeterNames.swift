import Metering

/// The names of all meters of a list, found at one go: for whoever shows many of them.
public struct MeterNames: Sendable {
  private var bySerial: [MeterSerial: [Meter]] = [:]
  private var byPrimary: [UInt8: Int] = [:]

  /// The names in a list as it is now.
  public init(_ station: Station) {
    for meter in station.meters {
      for serial in Set([meter.identity.serial, meter.configuration.identity.serial]) {
        bySerial[serial, default: []].append(meter)
      }
      if meter.configuration.usesPrimaryAddress {
        byPrimary[meter.configuration.primaryAddress, default: 0] += 1
      }
    }
  }

  /// The shortest name that means this meter and no other; nil: there is none.
  public func name(of meter: Meter) -> MeterName? {
    let serial = meter.identity.serial
    let primary: MeterName? =
      meter.configuration.usesPrimaryAddress
        && byPrimary[meter.configuration.primaryAddress] == 1
      ? .primary(meter.configuration.primaryAddress) : nil
    guard serial != .any else { return primary }
    let twins = bySerial[serial] ?? []
    if twins.count == 1 { return .serial(serial, nil) }
    guard let manufacturer = meter.identity.manufacturer,
      ManufacturerCode(letters: manufacturer.description) == manufacturer,
      twins.count(where: { ($0.identity.manufacturer ?? manufacturer) == manufacturer }) == 1
    else { return primary }
    return .serial(serial, manufacturer)
  }

  /// Whether another meter of the list has the same serial.
  public func isDuplicate(_ meter: Meter) -> Bool {
    meter.identity.serial != .any
      && (bySerial[meter.identity.serial] ?? []).contains {
        $0.id != meter.id && $0.identity.serial == meter.identity.serial
          && $0.configuration.interface == meter.configuration.interface
      }
  }
}
