import BusSimulator
import MBus
import Metering
import Testing

@Suite struct LinkLayerTests {
  let request = Frame.reqUD2(address: 9, fcb: true)
  let repeated = Frame.reqUD2(address: 9, fcb: false)

  @Test func sndNKEIsAcknowledgedAtItsAddressOnly() throws {
    var test = TestBus([Sample.slave(address: 5)])
    #expect(try test.ask(.sndNKE(address: 5)) == Sample.ack)
    #expect(try test.ask(.sndNKE(address: 6)) == [])
    #expect(try test.ask(.sndNKE(address: 254)) == Sample.ack)
    #expect(try test.ask(.sndNKE(address: 255)) == [])
    #expect(try test.ask(.sndNKE(address: 253)) == [])
  }

  @Test func chainGoesOnWithTheToggledBitAndRepeatsWithTheSame() throws {
    var test = TestBus([Sample.raw([[0x01], [0x02], [0x04]])])
    #expect(try test.ask(request) == [0x01])
    #expect(try test.ask(request) == [0x01])
    #expect(try test.ask(repeated) == [0x02])
    #expect(try test.ask(repeated) == [0x02])
    #expect(try test.ask(request) == [0x04])
    #expect(try test.ask(repeated) == [0x01])
  }

  @Test func afterAResetTheFirstTelegramComesWithEitherBit() throws {
    var test = TestBus([Sample.raw([[0x01], [0x02]])])
    #expect(try test.ask(repeated) == [0x01])
    #expect(try test.ask(repeated) == [0x01])
    #expect(try test.ask(request) == [0x02])
    #expect(try test.ask(.sndNKE(address: 9)) == Sample.ack)
    #expect(try test.ask(request) == [0x01])
  }

  @Test func applicationResetStartsTheChainAnew() throws {
    var test = TestBus([Sample.raw([[0x01], [0x02], [0x04]])])
    #expect(try test.ask(request) == [0x01])
    #expect(try test.ask(repeated) == [0x02])
    #expect(try test.ask(.applicationReset(address: 9)) == Sample.ack)
    #expect(try test.ask(request) == [0x01])
    #expect(try test.ask(.applicationReset(address: 255, fcb: nil)) == [])
    #expect(try test.ask(repeated) == [0x01])
  }

  /// Slaves that count commands acknowledge a repeated one and do nothing; behind SND_NKE it is a new one.
  @Test func aRepeatedCommandIsNotCarriedOutAgain() throws {
    func move(to address: UInt8) -> Frame {
      .long(
        control: .sndUD(fcb: true), address: LinkAddress.test, ci: ControlInformation.dataSend,
        data: [0x01, 0x7A, address])
    }
    for countsCommands in [true, false] {
      var slave = Sample.slave(address: 5)
      slave.countsCommands = countsCommands
      var test = TestBus([slave])
      #expect(try test.ask(move(to: 6)) == Sample.ack)
      #expect(try test.ask(move(to: 7)) == Sample.ack)
      #expect(try test.ask(.sndNKE(address: countsCommands ? 6 : 7)) == Sample.ack)
      #expect(try test.ask(move(to: 8)) == Sample.ack)
      #expect(try test.ask(.sndNKE(address: 8)) == Sample.ack)
    }
  }

  @Test func aMissingTelegramOfAChainIsSilence() throws {
    var test = TestBus([Sample.raw([[0x01]], lacksNext: true)])
    #expect(try test.ask(request) == [0x01])
    #expect(try test.ask(repeated) == [])
    #expect(try test.ask(repeated) == [])
    #expect(try test.ask(.sndNKE(address: 9)) == Sample.ack)
    #expect(try test.ask(request) == [0x01])
  }

  @Test func otherDataAndAlarmRequestsAreAcknowledged() throws {
    var test = TestBus([Sample.slave(address: 5)])
    let data = Frame.long(
      control: .sndUD(fcb: false), address: 5, ci: ControlInformation.dataSend,
      data: [0x01, 0x7A, 0x06])
    #expect(try test.ask(data) == Sample.ack)
    #expect(try test.ask(.reqUD1(address: 5, fcb: true)) == [], "it has another address now")
    #expect(try test.ask(.reqUD1(address: 6, fcb: true)) == Sample.ack)
    let broadcast = Frame.long(
      control: .sndUD(fcb: nil), address: 255, ci: ControlInformation.dataSend, data: [0x00])
    #expect(try test.ask(broadcast) == [])
    #expect(try test.ask(.reqUD2(address: 255, fcb: true)) == [])
    // What a slave says is none of the slaves' business.
    #expect(try test.ask(.long(control: .rspUD(), address: 5, ci: 0x72, data: [0x00])) == [])
  }

  @Test func badFramesAreIgnored() throws {
    var test = TestBus([Sample.slave(address: 5)])
    // 10 40 05 45 16 is SND_NKE to 5 (40 + 05 = 45).
    for bad: [UInt8] in [
      [0x10, 0x40, 0x05, 0x46, 0x16], [0x10, 0x40, 0x05, 0x45, 0x17],
      [0x68, 0x03, 0x04, 0x68, 0x53, 0x05, 0x50, 0xA8, 0x16], [0x10, 0x40, 0x05],
    ] {
      test.bus.send(bad, at: test.now)
      #expect(test.rest() == [])
      #expect(try test.ask(.sndNKE(address: 5)) == Sample.ack)
    }
  }

  @Test func primaryAddressAndSelectionHaveFrameCountsOfTheirOwn() throws {
    var test = TestBus([Sample.slave(.electricity, address: 5)])
    let first = try test.ask(.reqUD2(address: 5, fcb: true))
    #expect(try test.ask(Sample.select(MeterIdentity(serial: Sample.serial))) == Sample.ack)
    let selected = try test.ask(.reqUD2(address: 253, fcb: true))
    // A new telegram with an access number of its own, at offset 15 of the frame.
    #expect(first[15] == 1)
    #expect(selected[15] == 2)
    let second = try test.ask(.reqUD2(address: 5, fcb: false))
    #expect(second.count != first.count)
    #expect(try test.ask(.reqUD2(address: 253, fcb: true)) == selected)
    #expect(try test.ask(.reqUD2(address: 254, fcb: false)) == second)
  }
}

@Suite struct SelectTests {
  /// Cold water, maker XQW, version 1, medium 16h, and its neighbour.
  static let slaves = [
    Sample.slave(serial: 0x4242_0017, address: 5),
    Sample.slave(.gas, serial: 0x4242_0028, address: 6),
  ]

  @Test func theIdentitySelectsAndWildcardsFit() throws {
    let water = try #require(Self.slaves[0].identity)
    var parts = [water, MeterIdentity(serial: water.serial)]
    parts.append(MeterIdentity(serial: MeterSerial(digits: 0xFFFF_FF17)))
    parts.append(MeterIdentity(serial: .any, medium: .coldWater))
    parts.append(MeterIdentity(serial: .any, manufacturer: ManufacturerCode(letters: "XQW")))
    for identity in parts {
      var test = TestBus(Self.slaves)
      #expect(try test.ask(Sample.select(identity)) == Sample.ack, "\(identity)")
      // 08 in the C field, address 5 of the water meter.
      #expect(
        try test.ask(.reqUD2(address: 253, fcb: true)).dropFirst(4).prefix(2) == [0x08, 0x05])
    }
  }

  @Test func anotherIdentityDeselectsInSilence() throws {
    var test = TestBus(Self.slaves)
    #expect(try test.ask(Sample.select(MeterIdentity(serial: Sample.serial))) == Sample.ack)
    #expect(try test.ask(Sample.select(MeterIdentity(serial: MeterSerial(digits: 1)))) == [])
    #expect(try test.ask(.reqUD2(address: 253, fcb: true)) == [])
  }

  @Test func sndNKEDeselects() throws {
    var test = TestBus(Self.slaves)
    #expect(try test.ask(Sample.select(MeterIdentity(serial: Sample.serial))) == Sample.ack)
    #expect(try test.ask(.sndNKE(address: 253)) == Sample.ack)
    #expect(try test.ask(.sndNKE(address: 253)) == [])
    #expect(try test.ask(.reqUD2(address: 253, fcb: true)) == [])
    #expect(try test.ask(Sample.select(MeterIdentity(serial: Sample.serial))) == Sample.ack)
    #expect(try test.ask(.sndNKE(address: 255)) == [])
    #expect(try test.ask(.reqUD2(address: 253, fcb: true)) == [])
  }

  @Test func selectRestartsTheChain() throws {
    var test = TestBus([Sample.slave(.electricity)])
    let select = Sample.select(MeterIdentity(serial: Sample.serial))
    #expect(try test.ask(select) == Sample.ack)
    let first = try test.ask(.reqUD2(address: 253, fcb: true))
    let second = try test.ask(.reqUD2(address: 253, fcb: false))
    #expect(first.count != second.count)
    #expect(try test.ask(select) == Sample.ack)
    #expect(try test.ask(.reqUD2(address: 253, fcb: true)).count == first.count)
  }

  @Test func mostSignificantByteFirst() throws {
    var test = TestBus(Self.slaves)
    // Serial 42420017; maker XQW: (24 × 32 + 17) × 32 + 23 = 25143 = 6237h; version 1, medium 16h.
    let data: [UInt8] = [0x42, 0x42, 0x00, 0x17, 0x62, 0x37, 0x01, 0x16]
    let select = Frame.long(control: .sndUD(fcb: false), address: 253, ci: 0x56, data: data)
    #expect(try test.ask(select) == Sample.ack)
    let other = Frame.long(
      control: .sndUD(fcb: false), address: 253, ci: 0x56, data: data.reversed())
    #expect(try test.ask(other) == [])
  }

  @Test func telegramsWithoutIdentityAreNeverSelected() throws {
    var test = TestBus([Sample.raw([[0x01]])])
    #expect(try test.ask(SlaveSelect.any.frame()) == [])
  }
}
