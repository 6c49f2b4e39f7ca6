import Bytes
import MBus
import Metering
import Testing

@Suite struct SlaveSelectTests {
  static let identity = MeterIdentity(
    serial: MeterSerial(digits: 0x1234_5678), manufacturer: ManufacturerCode(letters: "KAM"),
    version: 1, medium: .water)

  /// Check sums added up by hand; the second frame also stands in the M-Bus user group's document.
  @Test func goldenFrames() throws {
    let cases: [(SlaveSelect, String)] = [
      (
        SlaveSelect(MeterIdentity(serial: MeterSerial(digits: 0x1234_5678))),
        "680B0B6853FD5278563412FFFFFFFFB216"
      ),
      (SlaveSelect(Self.identity), "680B0B6853FD52785634122D2C01071716"),
      (.any, "680B0B6853FD52FFFFFFFFFFFFFFFF9A16"),
      (
        SlaveSelect(MeterIdentity(serial: MeterSerial(digits: 0x1FFF_FFFF))),
        "680B0B6853FD52FFFFFF1FFFFFFFFFBA16"
      ),
    ]
    for (select, hex) in cases {
      #expect(Hex.encode(try select.frame().encoded) == hex)
      #expect(SlaveSelect(select.frame(fcb: true)) == select)
    }
  }

  @Test func maskSendsKnownPartsAsWildcards() {
    #expect(SlaveSelect(Self.identity, mask: SelectMask(rawValue: 15)) == .any)
    let serialOnly = SlaveSelect(Self.identity, mask: SelectMask(rawValue: 14))
    #expect(serialOnly.data == [0x78, 0x56, 0x34, 0x12, 0xFF, 0xFF, 0xFF, 0xFF])
    #expect(
      SlaveSelect(Self.identity, mask: .serial).data
        == [0xFF, 0xFF, 0xFF, 0xFF, 0x2D, 0x2C, 0x01, 0x07])
    #expect(SlaveSelect(Self.identity, mask: .version).version == 0xFF)
  }

  @Test func matching() {
    var select = SlaveSelect(Self.identity)
    #expect(select.matches(Self.identity))
    #expect(SlaveSelect.any.matches(Self.identity))
    select.serial = MeterSerial(digits: 0x1F3F_5FF8)
    #expect(select.matches(Self.identity))
    select.serial = MeterSerial(digits: 0x2FFF_FFFF)
    #expect(!select.matches(Self.identity))
    for other in [
      MeterIdentity(serial: Self.identity.serial),
      MeterIdentity(
        serial: Self.identity.serial, manufacturer: Self.identity.manufacturer, version: 2,
        medium: .water),
      MeterIdentity(
        serial: Self.identity.serial, manufacturer: Self.identity.manufacturer, version: 1,
        medium: .heat),
    ] { #expect(!SlaveSelect(Self.identity).matches(other)) }
  }

  @Test func meterWithHexDigitsIsFoundByThem() {
    let odd = MeterIdentity(serial: MeterSerial(digits: 0x0500_023E))
    #expect(SlaveSelect(odd).matches(odd))
    #expect(!SlaveSelect(MeterIdentity(serial: MeterSerial(digits: 0x0500_023D))).matches(odd))
  }

  @Test func otherFramesAreNoSelect() {
    let data = SlaveSelect.any.data
    #expect(SlaveSelect(.sndNKE(address: 0xFD)) == nil)
    #expect(SlaveSelect(.long(control: .sndUD(fcb: true), address: 1, ci: 0x52, data: data)) == nil)
    #expect(
      SlaveSelect(.long(control: .sndUD(fcb: true), address: 0xFD, ci: 0x51, data: data)) == nil)
    #expect(SlaveSelect(.long(control: .rspUD(), address: 0xFD, ci: 0x52, data: data)) == nil)
    #expect(SlaveSelect(data: Array(data.dropLast())) == nil)
    #expect(SlaveSelect(data: data + [0]) == nil)
  }
}
