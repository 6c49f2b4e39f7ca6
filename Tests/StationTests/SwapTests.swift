import Metering
import RegisterMap
import Station
import Testing
import Time

/// Meters that take the place of others.
@Suite struct SwapTests {
  private let lug = ManufacturerCode(letters: "LUG")
  private let nzr = ManufacturerCode(letters: "NZR")

  private func identity(_ serial: UInt32, _ manufacturer: ManufacturerCode? = nil) -> MeterIdentity
  {
    MeterIdentity(serial: MeterSerial(digits: serial), manufacturer: manufacturer)
  }

  private func running(
    _ meters: [MeterConfiguration], _ layout: RegisterLayout = .standard
  ) -> Bench {
    var bench = Bench(meters, .init(readoutCycle: .seconds(60), layout: layout))
    bench.give(up)
    bench.readAll { [energy(Int64($0)), volume()] }
    return bench
  }

  /// Energy in another resolution: another VIF.
  private func coarseEnergy(_ number: Int64) -> MeterValue {
    var value = energy(number, vif: 0x07)
    value.key.dif = [0x04]
    value.scale = 4
    return value
  }

  @Test func theNewMeterHasTheRegistersOfTheOldOne() {
    var old = fresh(1)
    old.userLabel = "cellar"
    var bench = running([old, fresh(2)])
    bench.command(.swap(MeterID(1), for: identity(7, nzr)))
    #expect(bench.outcome.news == ["00000001 is swapped for 00000007 NZR"])
    #expect(
      bench.events.map(\.text) == ["meter 00000001 is swapped for 00000007 NZR; addresses stay"])
    #expect(bench.isSaving)
    #expect(bench.asked == MeterID(1), "it is read at once")
    #expect(bench.meter(1).registerEntry == .neverRead)
    #expect(
      bench.meter(1).values.map(\.registerEntry) == [.neverRead, .neverRead],
      "nobody takes the readings of the old one for those of the new one")
    #expect(bench.saved[0].identity == identity(7, nzr))
    #expect(bench.saved[0].userLabel == "cellar")
    bench.answer(1, [volume(.integer(9)), coarseEnergy(3)], serial: 7)
    #expect(bench.meter(1).values.map(\.register) == [20, 30])
    #expect(bench.meter(1).values.map(\.registerEntry.integer) == [3, 9])
    #expect(
      bench.saved[0].values.map(\.vif) == [[0x07], [0x14]], "the file says what it sends now")
    #expect(bench.saved[0].values.map(\.dif) == [[0x04], [0x0C]])
    var restarted = Bench(bench.saved)
    restarted.give(up)
    restarted.answer(1, [volume(.integer(9)), coarseEnergy(4)], serial: 7)
    #expect(restarted.meter(1).values.map(\.registerEntry.integer) == [4, 9])
    #expect(!restarted.events.contains { $0.code == "meter-changed" })
  }

  @Test func whatTheNewMeterDoesNotSendKeepsItsPlaceAndIsNamed() {
    var bench = running([fresh(1)])
    bench.command(.swap(MeterID(1), for: identity(7)))
    bench.answer(1, [volume(.integer(9))], serial: 7)
    #expect(bench.meter(1).values.map(\.register) == [20, 30])
    #expect(bench.meter(1).values.map(\.registerEntry)[0] == .neverRead)
    #expect(bench.meter(1).registerEntry.flags == .notAllUpToDate)
    #expect(
      bench.events.map(\.text).contains(
        """
        meter 00000007: the value "Energy" in Wh of the list is not in its telegrams; it keeps its \
        registers, and flag bit 1 of the meter stays set
        """))
  }

  @Test func aMeterThatAScanHasFoundAlreadyGivesUpItsEntry() {
    var bench = running([fresh(1), fresh(2)])
    bench.give(.scan)
    bench.find(7)
    bench.endScan(found: 1)
    bench.answer(3, [coarseEnergy(70), volume(.integer(71))], serial: 7)
    #expect(bench.station.meters.last?.values.map(\.register) == [80, 90])
    bench.command(.swap(MeterID(1), for: identity(7)))
    #expect(
      bench.outcome.news == [
        "00000001 is swapped for 00000007 LUG",
        "the entry that 00000007 LUG had in the list is taken out of it",
      ])
    #expect(
      bench.outcome.changes.map(\.entry) == [
        "00000007 LUG", "00000007 LUG, value 1 (\"Energy\" in Wh)",
        "00000007 LUG, value 2 (\"Volume\" in m^3)",
      ])
    #expect(bench.outcome.changes.allSatisfy { $0.now == nil })
    #expect(bench.effects.contains(.clearRegisters))
    #expect(bench.station.meters.map(\.id) == [MeterID(1), MeterID(2)])
    #expect(bench.meter(1).values.map(\.register) == [20, 30])
    #expect(
      bench.meter(1).values.map(\.registerEntry.integer) == [70, 71], "what is known of it moves")
    #expect(bench.meter(1).registerEntry.serial == 7)
    let saved = bench.saved[0].identity
    #expect(saved.manufacturer == lug && saved.version == 2 && saved.medium == .heat)
    bench.answer(1, [coarseEnergy(72), volume(.integer(73))], serial: 7)
    #expect(bench.meter(1).values.map(\.registerEntry.integer) == [72, 73])
    #expect(bench.meter(1).values.map(\.register) == [20, 30])
  }

  @Test func anEntryThatAPersonHasMadeGoesByForceOnly() {
    var labelled = fresh(7)
    labelled.userLabel = "roof"
    labelled.register = 200
    labelled.values = [
      ValueConfiguration(dif: [0x0C], vif: [0x06], register: 210, userLabel: "sun")
    ]
    var bench = running([fresh(1), labelled])
    let before = bench.saved
    bench.command(.swap(MeterID(1), for: identity(7)))
    #expect(
      bench.refusal == """
        the new meter 00000007 has an entry of its own in the list, with the label "roof", the label "sun", \
        registers 200, 210, which would go: if it may, repeat the command with --force (on the socket \
        "force":true); nothing is changed
        """)
    #expect(bench.saved == before && bench.effects.count == 1)
    bench.command(.swap(MeterID(1), for: identity(7), force: true))
    #expect(
      bench.outcome.news == [
        "00000001 is swapped for 00000007",
        """
        the entry that 00000007 had in the list is taken out of it, with the label "roof", the label "sun", \
        registers 200, 210
        """,
      ])
    #expect(bench.outcome.changes.map(\.before?.register) == [200, 210])
    #expect(bench.station.meters.map(\.id) == [MeterID(1)])
    #expect(bench.meter(1).register == 10)
    for onlyOne in [true, false] {
      var entry = fresh(7)
      if onlyOne { entry.userLabel = "roof" } else { entry.register = 200 }
      bench = Bench([fresh(1), entry])
      bench.command(.swap(MeterID(1), for: identity(7)))
      #expect(bench.refusal?.contains(onlyOne ? "the label \"roof\"" : "register 200") == true)
    }
  }

  /// The file does not say who gave the registers: those that lie as they are given automatically are no
  /// person's work.
  @Test(arguments: [RegisterLayout.standard, RegisterLayout(isMultiSlave: true)])
  func aMeterThatAScanHasFoundNeedsNoForceAfterARestart(layout: RegisterLayout) {
    var found = running([fresh(1), fresh(2)], layout)
    found.give(.scan)
    found.find(7)
    found.endScan(found: 1)
    found.answer(3, [coarseEnergy(70), volume(.integer(71))], serial: 7)
    var bench = Bench(found.saved, .init(layout: layout))
    #expect(bench.saved[2].register > 0)
    bench.command(.swap(MeterID(1), for: identity(7)))
    #expect(bench.refusal == nil)
    #expect(
      bench.outcome.news.last == """
        the entry that 00000007 LUG had in the list is taken out of it, with registers \
        \(layout.isMultiSlave ? "3, 10, 20" : "70, 80, 90")
        """)
    #expect(bench.meter(1).values.map(\.register) == (layout.isMultiSlave ? [10, 20] : [20, 30]))
    // One that has been put somewhere is.
    found.command(.assign(.value(MeterID(3), index: 1), register: 500))
    bench = Bench(found.saved, .init(layout: layout))
    bench.command(.swap(MeterID(1), for: identity(7)))
    #expect(bench.refusal?.contains("500, which would go") == true)
  }

  /// What the file had of the old one's address it gets of the new one's, too.
  @Test func theManufacturerIsLearnedWhereTheListHadOne() {
    var old = fresh(1)
    old.identity.manufacturer = lug
    old.identity.medium = .heat
    var bench = running([old])
    bench.command(.swap(MeterID(1), for: identity(7)))
    #expect(bench.saved[0].identity == identity(7))
    let sent = MeterIdentity(
      serial: MeterSerial(digits: 7), manufacturer: nzr, version: 9, medium: .water)
    bench.answer(1, [energy(1), volume()], identity: sent)
    #expect(bench.isSaving)
    var expected = sent
    expected.version = nil
    #expect(bench.saved[0].identity == expected, "the version was left open")
    bench.give(.readNow(nil))
    #expect(bench.asked == MeterID(1))
    bench.answer(1, [energy(2), volume()], identity: sent)
    #expect(!bench.isSaving)
    // Who names it is asked by that name.
    bench.command(.swap(MeterID(1), for: identity(8, lug)))
    bench.answer(1, [energy(1)], serial: 8)
    #expect(bench.saved[0].identity.manufacturer == lug)
  }

  /// Values that only the new device sends can be seen, and get their places with all others.
  @Test func furtherValuesOfTheNewDevice() {
    var old = fresh(1)
    old.register = 10
    old.values = [ValueConfiguration(dif: [0x0C], vif: [0x06], register: 20)]
    var bench = running([old, fresh(2)])
    #expect(bench.saved[0].values.count == 1, "the volume is left out by its user")
    bench.command(.swap(MeterID(1), for: identity(7)))
    let power = MeterValue(
      key: ValueKey(dif: [0x0B], vif: [0x2B]), meaning: ValueMeaning(.power, .watt),
      reading: .integer(3))
    bench.answer(1, [power, energy(5), volume()], serial: 7)
    #expect(bench.isSaving)
    #expect(bench.meter(1).values.map(\.meaning.unit) == [.wattHour, .watt, .cubicMetre])
    #expect(bench.meter(1).values.map(\.register) == [20, nil, nil])
    #expect(bench.saved[0].values.map(\.register) == [20, 0])
    for isRestart in [false, true] {
      var now = bench
      if isRestart { now = Bench(bench.saved) }
      now.command(.allocate(.all))
      #expect(now.meter(1).values.prefix(2).map(\.register) == [20, 60])
      #expect(now.saved[0].values.map(\.vif) == [[0x06], [0x2B]])
      #expect(
        now.outcome.notes
          == (isRestart
            ? []
            : [
              """
              values that are sent but not in the meter list are passed over: 00000007/3; name them to give \
              them registers, as in "metergate allocate 00000007/3"
              """
            ]))
    }
  }

  @Test func aReadoutThatIsUnderWayIsThatOfTheOldOne() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    #expect(bench.asked == MeterID(1))
    bench.command(.swap(MeterID(1), for: identity(7)))
    bench.answer(1, [energy(5)], serial: 1)
    #expect(bench.meter(1).identity.serial == MeterSerial(digits: 7))
    #expect(bench.meter(1).registerEntry == .neverRead)
    #expect(bench.asked == MeterID(1), "the new one is asked")
    bench.answer(1, [energy(6)], serial: 7)
    #expect(bench.meter(1).values.map(\.registerEntry.integer) == [6])
  }

  @Test func refusals() {
    var bench = running([fresh(1), fresh(2)])
    bench.command(.swap(MeterID(1), for: identity(1)))
    #expect(bench.refusal == "both are the meter 00000001: there is nothing to swap")
    var twins = [fresh(7), fresh(7)]
    twins[0].identity.manufacturer = lug
    twins[1].identity.manufacturer = nzr
    twins[1].usesPrimaryAddress = true
    twins[1].primaryAddress = 5
    bench = Bench([fresh(1)] + twins)
    bench.command(.swap(MeterID(1), for: identity(7)))
    #expect(
      bench.refusal == """
        the list has the new meter 00000007 2 times (00000007 LUG; 00000007 NZR at address 5): take all but \
        one of them out of it first
        """)
    bench.command(.swap(MeterID(1), for: identity(7, lug)))
    #expect(bench.refusal == nil)
    bench.command(.swap(MeterID(99), for: identity(8)))
    #expect(bench.refusal == "the meter is not in the list any more; nothing is changed")
  }

  /// By its primary address another meter may answer any time.
  @Test(arguments: [false, true]) func anotherMeterAtAPrimaryAddress(isNamed: Bool) {
    var configuration = MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true)
    if isNamed { configuration.identity = identity(0x1111_1111) }
    var bench = Bench([configuration])
    bench.give(up)
    bench.answer(1, [energy(1), volume()], serial: 0x1111_1111)
    var restarted = Bench(bench.saved)
    restarted.give(up)
    restarted.answer(1, [volume(.integer(8)), coarseEnergy(2)], serial: 0x2222_2222)
    #expect(
      restarted.events.map(\.text).first
        == "meter 11111111: another meter answers there now, 22222222; addresses stay")
    #expect(restarted.isSaving)
    #expect(restarted.saved[0].identity == identity(0x2222_2222))
    #expect(restarted.meter(1).values.map(\.register) == [20, 30])
    #expect(restarted.meter(1).values.map(\.registerEntry.integer) == [2, 8])
    var again = Bench(restarted.saved)
    again.give(up)
    again.answer(1, [volume(.integer(9)), coarseEnergy(3)], serial: 0x2222_2222)
    #expect(!again.events.contains { $0.code == "meter-changed" }, "said once")
    #expect(again.meter(1).values.map(\.registerEntry.integer) == [3, 9])
    #expect(again.meter(1).values.map(\.register) == [20, 30])
  }

  @Test func aMeterChangesWhileTheGatewayRuns() {
    var configuration = MeterConfiguration(
      identity: identity(0x1111_1111, lug), primaryAddress: 5, usesPrimaryAddress: true)
    configuration.register = 100
    var bench = Bench([configuration])
    bench.give(up)
    bench.answer(1, [energy(1), volume()], serial: 0x1111_1111)
    bench.give(.readNow(nil))
    bench.answer(1, [volume(.integer(8))], serial: 0x2222_2222)
    #expect(
      bench.events.map(\.code) == ["meter-changed", "value-missing"])
    #expect(bench.meter(1).values.map(\.registerEntry.integer) == [0, 8])
    #expect(bench.saved[0].identity == identity(0x2222_2222), "who made it is not known now")
    #expect(bench.saved[0].values.map(\.register) == [110, 120])
  }

  @Test func whatTheFileLeavesOpenOfASecondaryAddressStaysOpen() {
    var bench = running([fresh(1)])
    bench.command(.swap(MeterID(1), for: identity(7)))
    bench.answer(1, [energy(1)], serial: 7)
    #expect(bench.saved[0].identity == identity(7))
  }
}
