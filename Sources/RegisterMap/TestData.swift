/// Entries with known contents, for checking addresses and the order of bytes at the other end
/// (MUC500 manual 1.1, ch. 11.4.2; Anybus gateway manual 2.4, ch. 5.2).
public struct TestData: Hashable, Sendable {
  private let device: DeviceEntry
  private let meter: MeterEntry
  private let value: ValueEntry

  /// Those of the Anybus gateway manual 2.4, ch. 5.2. Its register 26 is a misprint: the scale of -4 that
  /// it explains is 0xFFFC.
  public static let version1 = TestData(
    device: DeviceEntry(
      serial: 0x0002_993A, protocolVersion: 1, version: 0x006F,
      clockRule: .standsStill(0x519C_C16D)),
    meterTime: 0x519C_C164, valueTime: 0x519C_BBB3)

  /// Those of the MUC500 manual 1.1, table 36.
  public static let version2 = TestData(
    device: DeviceEntry(
      serial: 0xD080_0DC1, protocolVersion: 2, version: 0x0084,
      clockRule: .standsStill(0x5CE5_5EAC)),
    meterTime: 0x5CE5_5EAC, valueTime: 0x5CE5_5EAC)

  private init(device: DeviceEntry, meterTime: UInt32, valueTime: UInt32) {
    self.device = device
    meter = MeterEntry(
      serial: 12_345_678, manufacturer: 0x0443, version: 1, medium: 2, readoutTime: meterTime,
      flags: [])
    value = ValueEntry(
      integer: 12_345_678, float: 1234.5678, scale: -4, unit: 5, meterTime: valueTime)
  }

  /// The registers with these entries, at the addresses that allocation gives to a first meter and its
  /// first value. They have no quality, so that there are no registers for it.
  public func bank(layout: RegisterLayout, unitID: UInt8 = 0) -> RegisterBank {
    var layout = layout
    layout.hasQuality = false
    var bank = RegisterBank(device: device, layout: layout, unitID: unitID)
    let first = layout.isMultiSlave ? RegisterLayout.unitIDs.lowerBound : layout.entryWidth
    if let address = layout.address(ofMeter: first) { bank.patch(meter, at: address) }
    let second = layout.isMultiSlave ? layout.entryWidth : first + layout.entryWidth
    if let address = layout.address(ofValue: second, of: first) { bank.patch(value, at: address) }
    return bank
  }
}
