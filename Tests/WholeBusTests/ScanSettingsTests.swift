import BusMaster
import BusSimulator
import Gateway
import MBus
import Metering
import Settings
import Testing
import VirtualBus

/// What the settings of scans do to a bus: which of its meters a scan finds.
@Suite struct ScanSettingsTests {
  private static let meters = [
    slave(.coldWater, 0x1234_5678, address: 3), slave(.heat, 0x1299_0001, address: 7),
    slave(.gas, 0x2222_2222, address: 9),
  ]

  private func found(_ lines: String) -> Set<MeterSerial> {
    let (settings, said) = Settings.read(
      INIDocument("[SOLVIMUS]\nMBUS_DEVPATH=/dev/ttyS1\n\(lines)\n"))
    #expect(said.allSatisfy { $0.severity == .note }, "\(said)")
    var bus = VirtualBus(Self.meters)
    return bus.scan(settings.mbusLine.scan).serials
  }

  private func serials(_ isWanted: (MeterIdentity) -> Bool) -> Set<MeterSerial> {
    Set(Self.meters.compactMap(\.identity).filter(isWanted).map(\.serial))
  }

  private func hex(_ number: some BinaryInteger, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }

  @Test func withoutThemAllAreFound() {
    #expect(found("").count == 3)
  }

  @Test func primaryAddresses() {
    #expect(
      found("MBUS_SCANMODE=PRIMARYSCAN\nMBUS_MINPRIMARYADDRESS=4\nMBUS_MAXPRIMARYADDRESS=9")
        == serials { $0.serial != MeterSerial(digits: 0x1234_5678) })
    #expect(
      found("MBUS_SCANMODE=PRIMARYSCAN\nMBUS_MINPRIMARYADDRESS=1\nMBUS_MAXPRIMARYADDRESS=8")
        == serials { $0.serial != MeterSerial(digits: 0x2222_2222) })
  }

  @Test func serialDigits() {
    #expect(
      found("MBUS_SECMASKSERIAL=12FFFFFF")
        == serials { $0.serial != MeterSerial(digits: 0x2222_2222) })
  }

  @Test(arguments: [0, 1, 2]) func manufacturerVersionAndMedium(index: Int) throws {
    let wanted = try #require(Self.meters[index].identity)
    let manufacturer = try #require(wanted.manufacturer)
    let (version, medium) = (try #require(wanted.version), try #require(wanted.medium))
    #expect(
      found("MBUS_SECMASKMANUFACTURER=\(hex(manufacturer.rawValue, digits: 4))")
        == serials { $0.manufacturer == manufacturer })
    #expect(
      found("MBUS_SECMASKVERSION=\(hex(version, digits: 2))") == serials { $0.version == version })
    #expect(
      found("MBUS_SECMASKMEDIUM=\(hex(medium.rawValue, digits: 2))")
        == serials { $0.medium == medium })
  }
}
