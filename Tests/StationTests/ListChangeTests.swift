import Metering
import RegisterMap
import Station
import Testing
import Time

/// A list that changes while the gateway runs.
@Suite struct ListChangeTests {
  private func running(_ meters: [MeterConfiguration]) -> Bench {
    var bench = Bench(meters, .init(readoutCycle: .seconds(60)))
    bench.give(up)
    while let id = bench.asked { bench.answer(id.number, [energy(Int64(id.number)), volume()]) }
    return bench
  }

  private func change(
    _ bench: inout Bench, to list: [MeterConfiguration], keeping kept: Set<MeterID> = []
  ) {
    bench.give(.configure(bench.station.configuration, list, keeping: kept))
  }

  @Test func theSameListChangesNothing() {
    var bench = running([fresh(1), fresh(2)])
    change(&bench, to: bench.saved)
    #expect(bench.effects.first == .clearRegisters)
    #expect(bench.effects.dropFirst().prefix(2) == [.publish(MeterID(1)), .publish(MeterID(2))])
    #expect(!bench.isSaving)
    #expect(bench.asked == nil, "nobody is read out of turn")
    #expect(bench.meter(2).values.map(\.registerEntry.integer) == [2, 5])
    #expect(bench.meter(2).values.map(\.register) == [50, 60])
  }

  @Test func aNewMeterIsReadAtOnceARemovedOneIsForgotten() {
    var bench = running([fresh(1), fresh(2)])
    var list = bench.saved
    list.removeFirst()
    list.append(fresh(3))
    change(&bench, to: list)
    #expect(bench.asked == MeterID(3))
    #expect(bench.station.meters.map(\.id) == [MeterID(2), MeterID(3)])
    #expect(bench.station.meter(MeterID(1)) == nil)
    bench.answer(3, [energy(1)])
    #expect(bench.meter(3).register == 10, "the registers of the other one are free")
    bench.pass(60)
    bench.give(.wake)
    #expect(bench.asked == MeterID(2))
  }

  @Test func otherRegistersInTheFileMoveTheEntriesWithTheirValues() {
    var bench = running([fresh(1), fresh(2)])
    var list = bench.saved
    list[1].register = 1000
    list[1].values[0].register = 20
    change(&bench, to: list)
    let refused =
      "00000002, \"Energy\" in Wh: registers 20–29 overlap those of 00000001, \"Energy\" "
    #expect(bench.events.first?.text.hasPrefix(refused) == true)
    #expect(bench.meter(2).register == 1000)
    #expect(bench.meter(2).values.map(\.register) == [nil, 60])
    #expect(bench.meter(2).registerEntry.flags == [], "it has been read, and still is")
    #expect(bench.meter(2).values.map(\.registerEntry.integer) == [2, 5])
    #expect(!bench.isSaving, "what the user wrote stays in the file")
  }

  /// What was written into the file once is its user's from then on.
  @Test func aRegisterThatIsRefusedStaysInTheFile() {
    var bench = running([fresh(1), fresh(2)])
    change(&bench, to: bench.saved)
    var list = bench.saved
    var first = fresh(3)
    first.register = 50
    list.insert(first, at: 0)
    change(&bench, to: list)
    #expect(bench.meter(2).values.map(\.register) == [nil, 60])
    #expect(bench.saved == list)
    #expect(!bench.isSaving)
  }

  /// Registers that were given automatically give way to those that the user writes down.
  @Test func theFileTakesRegistersFromThoseThatWereGiven() {
    var bench = running([fresh(1)])
    #expect(bench.meter(1).values.map(\.register) == [20, 30])
    var second = fresh(2)
    second.register = 20
    change(&bench, to: [fresh(1), second])
    #expect(bench.meter(2).register == 20)
    #expect(bench.meter(1).register == 10)
    #expect(bench.events.isEmpty)
  }

  @Test func whatWasFoundAndIsNotInTheFileYetIsKept() {
    var bench = running([fresh(1)])
    bench.give(.scan)
    bench.find(0x77)
    bench.endScan(found: 1)
    bench.answer(2, [energy(1)], serial: 0x77)
    change(&bench, to: [fresh(1), fresh(3)], keeping: [MeterID(2)])
    #expect(bench.station.meters.map(\.id) == [MeterID(1), MeterID(3), MeterID(2)])
    #expect(bench.isSaving)
    #expect(bench.meter(2).values.first?.registerEntry.integer == 1)
  }

  /// Somebody wrote down what a scan has found meanwhile.
  @Test func whatIsListedAndFoundIsOneMeter() {
    var bench = running([])
    bench.give(.scan)
    bench.find(0x77)
    bench.endScan(found: 1)
    bench.answer(1, [energy(1)], serial: 0x77)
    var listed = fresh(0x77)
    listed.register = 700
    change(&bench, to: [listed], keeping: [MeterID(1)])
    #expect(bench.station.meters.map(\.id) == [MeterID(1)])
    #expect(bench.meter(1).register == 700)
    #expect(bench.meter(1).values.first?.registerEntry.integer == 1)
  }

  @Test func aRemovedMeterUnderWayIsNotMissed() {
    var bench = Bench([fresh(1), fresh(2)])
    bench.give(up)
    #expect(bench.asked == MeterID(1))
    change(&bench, to: [fresh(2)])
    #expect(bench.asked == nil)
    bench.answer(1, [energy(1)])
    #expect(bench.asked == MeterID(2))
  }

  @Test func anotherCycleBeginsAtOnce() {
    var bench = running([fresh(1)])
    var list = bench.saved
    list[0].readoutCycle = 10
    change(&bench, to: list)
    bench.pass(10)
    bench.give(.wake)
    #expect(bench.asked == MeterID(1))
  }

  @Test func aLineThatIsReplacedCostsNoReadout() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    #expect(bench.asked == MeterID(1))
    bench.give(.lineRemoved)
    #expect(bench.effects.isEmpty, "it is not the meter's fault")
    bench.give(up)
    #expect(bench.asked == MeterID(1))
  }

  @Test func aPrimaryMeterIsSavedWithWhoItIsASecondaryOneAsItsUserWroteIt() {
    let primary = MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true)
    let secondary = MeterConfiguration(
      identity: MeterIdentity(serial: MeterSerial(digits: 0x12FF_FFFF)))
    var bench = Bench([primary, secondary])
    bench.give(up)
    bench.answer(1, [], serial: 0x1111_1111)
    bench.answer(2, [], serial: 0x1222_2222)
    #expect(bench.saved.map { "\($0.identity.serial)" } == ["11111111", "12FFFFFF"])
  }

  /// Half a list would count as all that is wanted.
  @Test func aChainThatBroke() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    for isComplete in [false, true] {
      let report = MeterReport(
        identity: MeterIdentity(serial: MeterSerial(digits: 1)),
        values: isComplete ? [energy(1), volume()] : [energy(1)], isComplete: isComplete)
      bench.give(
        .line(
          .readout(
            Readout(
              line: LineID(.mbus), meter: MeterID(1), time: bench.now, outcome: .success(report)))))
      #expect(bench.saved.first?.values.map(\.register) == (isComplete ? [20, 30] : []))
      #expect(bench.saved.first?.register == 10)
      bench.give(.readNow(nil))
    }
  }

  @Test func aValueThatTheUserLeftOutDoesNotComeBack() {
    var listed = fresh(1)
    listed.register = 10
    listed.values = [ValueConfiguration(dif: [0x0C], vif: [0x06], register: 20)]
    let bench = running([listed])
    #expect(bench.meter(1).values.count == 2)
    #expect(bench.saved == [listed])
    #expect(!bench.isSaving)
  }

  /// A stale copy of the file, from before registers were given: nobody gets another one's.
  @Test func aFileWithoutRegistersChangesNone() {
    var stale = [fresh(1), fresh(2)]
    for index in stale.indices {
      stale[index].values = [
        ValueConfiguration(dif: [0x0C], vif: [0x06]), ValueConfiguration(dif: [0x0C], vif: [0x14]),
      ]
    }
    var bench = running(stale)
    let given = bench.station.meters.map { $0.values.map(\.register) }
    #expect(given == [[20, 30], [50, 60]])
    stale[0].userLabel = "cellar"
    change(&bench, to: stale)
    #expect(bench.station.meters.map(\.register) == [10, 40])
    #expect(bench.station.meters.map { $0.values.map(\.register) } == given)
    #expect(bench.meter(2).values.map(\.registerEntry.integer) == [2, 5])
    #expect(bench.isSaving)
  }

  @Test func aFileWithoutTheValuesLeavesThemWhereTheyAre() {
    var bench = running([fresh(1), fresh(2)])
    change(&bench, to: bench.saved)
    change(&bench, to: [fresh(1), fresh(2)])
    #expect(bench.station.meters.map { $0.values.map(\.register) } == [[20, 30], [50, 60]])
    #expect(bench.meter(2).values.map(\.registerEntry.integer) == [2, 5])
  }

  @Test func learnedValuesMoveWithTheirMeter() {
    var own = fresh(1)
    own.register = 10
    var bench = running([own])
    own.register = 500
    change(&bench, to: [own])
    #expect(bench.meter(1).register == 500)
    #expect(bench.meter(1).values.map(\.register) == [510, 520])
    #expect(bench.meter(1).values.map(\.registerEntry.integer) == [1, 5])
  }

  /// A mistake in the serial must not give the meter's registers to somebody else.
  @Test func aMeterThatCannotBeReadFromTheFileKeepsItsRegisters() {
    var bench = running([fresh(1), fresh(2)])
    var list = bench.saved
    list[0].identity.serial = .any
    list[0].isUnreadable = true
    list.append(fresh(3))
    change(&bench, to: list)
    #expect(bench.asked == MeterID(4), "only the new one is read")
    bench.answer(4, [energy(3)])
    #expect(bench.meter(4).register == 70)
    #expect(bench.meter(3).register == 10)
    #expect(bench.meter(3).registerEntry == .neverRead)
    bench.give(.readNow(nil))
    #expect(bench.asked == MeterID(2))
    list[0].identity.serial = MeterSerial(digits: 1)
    list[0].isUnreadable = false
    change(&bench, to: list)
    #expect(bench.station.meters.first?.register == 10)
  }

  /// Nobody must take the readings of the meter before for those of its successor.
  @Test func anotherSerialAtAPrimaryAddressIsReadAtOnce() {
    var configuration = MeterConfiguration(
      identity: MeterIdentity(serial: MeterSerial(digits: 0x11)), primaryAddress: 5,
      usesPrimaryAddress: true)
    var bench = Bench([configuration], .init(readoutCycle: .seconds(60)))
    bench.give(up)
    bench.answer(1, [energy(1234)], serial: 0x11)
    configuration.identity.serial = MeterSerial(digits: 0x22)
    change(&bench, to: [configuration])
    #expect(bench.asked == MeterID(1))
    #expect(bench.meter(1).registerEntry == .neverRead)
    #expect(bench.meter(1).register == 10)
    bench.answer(1, [energy(5)], serial: 0x22)
    #expect(bench.meter(1).values.map(\.registerEntry.integer) == [5])
    #expect(bench.meter(1).values.map(\.register) == [20])
  }

  @Test func whereTheFileListsValuesFurtherOnesGetNoRegisters() {
    var listed = fresh(1)
    listed.values = [ValueConfiguration(dif: [0x0C], vif: [0x06])]
    let bench = running([listed])
    #expect(bench.meter(1).values.map(\.register) == [20, nil])
    #expect(bench.saved.first?.values.count == 1)
  }
}
