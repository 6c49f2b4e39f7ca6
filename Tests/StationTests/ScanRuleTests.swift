import Metering
import RegisterMap
import Station
import Testing
import Time

@Suite struct ScanRuleTests {
  private func texts(_ bench: Bench) -> [String] { bench.events.map(\.text) }

  @Test func whatIsFoundJoinsTheListIsReadAfterTheScanAndGetsRegisters() {
    var bench = Bench([])
    bench.give(up)
    bench.give(.scan)
    #expect(bench.effects == [.report(.scan(LineID(.mbus), .began)), .perform(.scan)])
    #expect(texts(bench) == ["M-Bus line 0: the scan begins"])
    bench.find(0x6660_0106)
    #expect(
      texts(bench) == ["M-Bus line 0: found meter 66600106 LUG version 2 Heat (outlet)"])
    #expect(bench.isSaving, "nothing is lost when the plug is pulled")
    #expect(bench.asked == nil, "the line is busy")
    bench.find(0x6660_0107, at: 7)
    #expect(
      texts(bench) == [
        "M-Bus line 0: found meter 66600107 LUG version 2 Heat (outlet) at address 7"
      ])
    bench.endScan(found: 2)
    #expect(
      texts(bench) == [
        "M-Bus line 0: the scan has ended: 2 meters answered, 2 of them new in the list"
      ])
    #expect(bench.asked == MeterID(1))
    bench.answer(1, [energy(1), volume()], serial: 0x6660_0106)
    #expect(bench.isSaving)
    bench.answer(2, [energy(1)], serial: 0x6660_0107)
    #expect(bench.saved.map(\.register) == [10, 40])
    #expect(bench.saved.map { $0.values.map(\.register) } == [[20, 30], [50]])
    #expect(bench.saved.map(\.usesPrimaryAddress) == [false, true])
    #expect(bench.saved.map(\.primaryAddress) == [0, 7])
    #expect(bench.saved.first?.values.first?.vif == [0x06])
  }

  /// meter-conf-import.csv (MUC500 manual 1.1, ch. 10.6.1): only meters that a scan adds get something from it.
  @Test func whatIsWrittenDownForAMeterThatIsFound() {
    var bench = Bench([fresh(0x6660_0105)])
    func written(_ serial: UInt32, _ maker: String? = nil, label: String) -> MeterConfiguration {
      MeterConfiguration(
        identity: MeterIdentity(
          serial: MeterSerial(digits: serial), manufacturer: maker.flatMap(ManufacturerCode.init)),
        readoutCycle: 900, encryptionKey: [1], register: 77, userLabel: label)
    }
    bench.give(up)
    bench.give(
      .preconfigure([
        written(0x6660_0105, label: "listed"), written(0x6660_0106, label: "Flat 1"),
        written(0x6660_0107, "NZR", label: "another maker"),
        written(0x6660_0108, label: "one"), written(0x6660_0108, "LUG", label: "two"),
      ]))
    bench.give(.scan)
    bench.find(0x6660_0105)
    bench.find(0x6660_0106)
    #expect(
      texts(bench) == [
        "M-Bus line 0: found meter 66600106 LUG version 2 Heat (outlet)",
        "M-Bus line 0: meter 66600106 LUG version 2 Heat (outlet) has its label, key, cycle from "
          + "meter-conf-import.csv",
      ])
    bench.find(0x6660_0107)
    bench.find(0x6660_0108)
    #expect(texts(bench).count == 1)
    let saved = bench.saved
    #expect(saved.map(\.userLabel) == ["", "Flat 1", "", ""])
    #expect(saved.map(\.readoutCycle) == [0, 900, 0, 0] && saved[1].encryptionKey == [1])
    #expect(saved[1].register != 77)
  }

  @Test func theSavedListGivesTheSameRegistersAfterARestart() {
    var bench = Bench([fresh(1), fresh(2)])
    bench.give(up)
    bench.answer(1, [energy(1), volume()])
    bench.answer(2, [energy(1), energy(2, vif: 0x07)])
    var restarted = Bench(bench.saved)
    #expect(restarted.events.isEmpty)
    #expect(!restarted.isSaving, "nothing has changed")
    restarted.give(up)
    restarted.fail(1)
    restarted.answer(2, [energy(3), energy(4, vif: 0x07)])
    #expect(!restarted.isSaving)
    #expect(restarted.station.meters.map(\.register) == bench.station.meters.map(\.register))
    #expect(restarted.meter(2).values.map(\.register) == [50, 60])
    #expect(restarted.meter(2).values.map(\.registerEntry.integer) == [3, 4])
  }

  @Test func aMeterOfTheListIsLeftAlone() {
    var listed = fresh(0x6660_0106)
    listed.register = 500
    let byAddress = MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true)
    var bench = Bench([listed, byAddress])
    bench.give(up)
    bench.answer(1, [energy(1)], serial: 0x6660_0106)
    bench.answer(2, [energy(1)], serial: 0x6660_0107)
    bench.give(.scan)
    bench.find(0x6660_0106)
    #expect(bench.effects.isEmpty)
    bench.find(0x6660_0106, at: 9)
    #expect(bench.effects.isEmpty, "also when it is found by its other address")
    bench.find(0x6660_0107)
    #expect(bench.effects.isEmpty, "it keeps the primary address by which it is listed")
    bench.find(0x6660_0108, at: 5)
    #expect(bench.effects.isEmpty, "another meter at a listed address is told when it is read")
    bench.endScan(found: 3)
    #expect(
      texts(bench) == [
        "M-Bus line 0: the scan has ended: 3 meters answered, 0 of them new in the list"
      ])
    #expect(bench.station.meters.count == 2)
  }

  @Test func withoutAllocFoundMetersHaveNoRegistersNorDoTheyAfterARestart() {
    let rules = ScanRules(allocates: false)
    var bench = Bench([], .init(scan: rules))
    bench.give(up)
    bench.give(.scan)
    bench.find(0x6660_0106)
    bench.endScan(found: 1)
    bench.answer(1, [energy(1)], serial: 0x6660_0106)
    #expect(bench.meter(1).register == nil)
    #expect(bench.meter(1).values.map(\.register) == [nil])
    #expect(bench.saved.first?.hasNoRegisters == true)
    #expect(bench.saved.first?.values.count == 1, "its values are listed all the same")
    var restarted = Bench(bench.saved, .init(scan: rules))
    restarted.give(up)
    restarted.answer(1, [energy(1)], serial: 0x6660_0106)
    #expect(restarted.meter(1).register == nil)
    #expect(restarted.events.map(\.code).allSatisfy { $0 != "addresses-not-fixed" })
  }

  @Test(arguments: [(true, 2), (false, 3)])
  func theDeviceLimitCountsByDialect(countsListed: Bool, expected: Int) {
    let rules = ScanRules(maxDeviceCount: 2, countsListed: countsListed)
    var bench = Bench([fresh(1)], .init(scan: rules))
    bench.give(up)
    bench.answer(1, [])
    bench.give(.scan)
    for serial in UInt32(0x11)...0x13 { bench.find(serial) }
    #expect(
      texts(bench) == [
        "M-Bus line 0: found meter 00000013 LUG version 2 Heat (outlet); the list has no place for it: "
          + "METER_MAXDEVICECOUNT"
      ])
    bench.endScan(found: 3)
    #expect(bench.station.meters.count == expected)
  }

  @Test func aScanWaitsForTheReadoutUnderWayAndForTheLine() {
    var bench = Bench([fresh(1), fresh(2)])
    bench.give(.scan)
    #expect(texts(bench).isEmpty, "the line has not been opened yet")
    bench.give(down)
    bench.give(.scan)
    #expect(texts(bench) == ["M-Bus line 0: the scan begins when the line is there"])
    bench.give(up)
    #expect(bench.effects.contains(.perform(.scan)))
    bench.give(.scan)
    #expect(texts(bench) == ["M-Bus line 0: a scan is under way; no second one is begun"])
    bench.endScan(found: 0)
    #expect(bench.asked == MeterID(1))
    bench.give(.scan)
    #expect(bench.effects.isEmpty, "a readout is under way")
    bench.answer(1, [energy(1)])
    #expect(bench.effects.contains(.perform(.scan)))
    bench.endScan(found: 0)
    #expect(bench.asked == MeterID(2))
  }

  @Test func aLineThatBreaksEndsTheScanAndKeepsWhatWasFound() {
    var bench = Bench([])
    bench.give(up)
    bench.give(.scan)
    bench.find(1)
    bench.give(down)
    #expect(
      texts(bench) == [
        "M-Bus line 0 is down: the connection was closed",
        "M-Bus line 0: the scan has ended with the line; 1 meter found until then is kept, and it "
          + "begins again when the line is back",
      ])
    for _ in 0..<2 {
      bench.give(up)
      #expect(bench.effects.contains(.perform(.scan)))
      bench.give(down)
    }
    #expect(
      texts(bench).last == """
        M-Bus line 0: the scan has ended with the line; 0 meters found until then are kept, and it is \
        not begun again, since the line does not bear it
        """)
    bench.give(up)
    #expect(bench.asked == MeterID(1), "what was found is read")
    bench.answer(1, [])
    bench.give(.scan)
    #expect(bench.effects.contains(.perform(.scan)), "somebody wants it all the same")
  }

  @Test func problemsOfAScanAreTold() {
    var bench = Bench([])
    bench.give(up)
    bench.give(.scan)
    bench.give(
      .line(.scanProgress(LineID(.mbus), ScanProgress(thousandths: 255, found: 1))))
    #expect(texts(bench) == ["M-Bus line 0: 25 % of the addresses scanned, 1 meter found"])
    bench.give(.line(.scanProgress(LineID(.mbus), ScanProgress(thousandths: 299, found: 1))))
    #expect(texts(bench).isEmpty, "said ten times a scan")
    bench.endScan(found: 1, problems: [.other("several meters answer to 12345678")])
    #expect(texts(bench).first == "M-Bus line 0: several meters answer to 12345678")
    #expect(bench.events.first?.severity == .warning)
  }

  /// Only its address is known until it is read, and the scan comes first.
  @Test func aMeterListedByItsAddressIsKnownBeforeItIsRead() {
    var bench = Bench([MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true)])
    bench.give(.scan)
    bench.give(up)
    let identity = MeterIdentity(serial: MeterSerial(digits: 0x6660_0106))
    let found = FoundMeter(
      address: .mbus(.secondary(identity)), identity: identity, primaryAddress: 5)
    bench.give(.line(.found(LineID(.mbus), found)))
    #expect(bench.effects.isEmpty)
    #expect(bench.station.meters.count == 1)
  }

  /// Serials that nobody ever set.
  @Test func twoPrimaryAddressesAreTwoMeters() {
    var bench = Bench([])
    bench.give(up)
    bench.give(.scan)
    bench.find(0, at: 1)
    bench.find(0, at: 2)
    #expect(
      texts(bench).last == """
        M-Bus line 0: the meter 00000000 LUG version 2 Heat (outlet) at address 2 has the identity of \
        the one at address 1; both are listed
        """)
    bench.endScan(found: 2)
    #expect(bench.saved.map(\.primaryAddress) == [1, 2])
  }

  @Test func aListThatChangesMeanwhileDoesNotConfuseTheCount() {
    var bench = Bench([fresh(1), fresh(2), fresh(3)])
    bench.give(up)
    bench.answer(1, [])
    bench.answer(2, [])
    bench.answer(3, [])
    bench.give(.scan)
    bench.find(0x11)
    bench.give(.configure(bench.station.configuration, [], keeping: [MeterID(4)]))
    bench.endScan(found: 4)
    #expect(
      texts(bench).last
        == "M-Bus line 0: the scan has ended: 4 meters answered, 1 of them new in the list")
  }
}
