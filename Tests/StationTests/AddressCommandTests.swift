import Metering
import RegisterMap
import Station
import Testing
import Time

/// Addresses that people give and take away.
@Suite struct AddressCommandTests {
  private let layouts = [
    RegisterLayout.standard, RegisterLayout(isFloatOnly: true),
    RegisterLayout(isMultiSlave: true), RegisterLayout(isFloatOnly: true, isMultiSlave: true),
  ]

  private func running(_ count: UInt32, layout: RegisterLayout = .standard) -> Bench {
    var bench = Bench(
      (0..<count).map { fresh($0 + 1) }, .init(readoutCycle: .seconds(60), layout: layout))
    bench.give(up)
    bench.readAll { [energy(Int64($0)), volume()] }
    return bench
  }

  private func registers(_ bench: Bench) -> [[Int?]] {
    bench.station.meters.map { [$0.register] + $0.values.map(\.register) }
  }

  private func part(_ meter: Int, _ extent: MeterPart.Extent = .whole) -> MeterPart {
    MeterPart(MeterID(meter), extent)
  }

  private func texts(_ bench: Bench) -> [String] {
    bench.outcome.changes.map {
      "\($0.entry): \($0.before?.description ?? "–") > \($0.now?.description ?? "–")"
    }
  }

  @Test func oneValueLosesItsRegisterForGood() {
    var bench = running(2)
    bench.command(.deallocate(.parts([part(1, .value(0))])))
    #expect(texts(bench) == ["00000001, value 1 (\"Energy\" in Wh): 20 > –"])
    #expect(bench.effects.prefix(2).contains(.clearRegisters))
    #expect(bench.effects.contains(.publish(MeterID(1))))
    #expect(bench.effects.contains(.publish(MeterID(2))))
    #expect(bench.isSaving)
    #expect(bench.events.map(\.text) == ["by command 1 entry lost its registers"])
    #expect(registers(bench) == [[10, nil, 30], [40, 50, 60]])
    #expect(bench.saved[0].values.map(\.register) == [0, 30])
    bench.give(.readNow(nil))
    bench.readAll { [energy(Int64($0)), volume()] }
    #expect(
      registers(bench) == [[10, nil, 30], [40, 50, 60]], "nor does the next readout give it one")
    var restarted = Bench(bench.saved)
    restarted.give(up)
    restarted.readAll { [energy(Int64($0)), volume()] }
    #expect(registers(restarted) == [[10, nil, 30], [40, 50, 60]])
    restarted.command(.allocate(.all))
    #expect(texts(restarted) == ["00000001, value 1 (\"Energy\" in Wh): – > 20"])
    #expect(!restarted.effects.contains(.clearRegisters), "nothing that is served moves")
  }

  @Test func aMeterLosesEverything() {
    var bench = running(2)
    bench.command(.deallocate(.parts([part(1)])))
    #expect(registers(bench) == [[nil, nil, nil], [40, 50, 60]])
    #expect(bench.saved[0].hasNoRegisters)
    for isReload in [false, true] {
      if isReload {
        bench.give(.configure(bench.station.configuration, bench.saved, keeping: []))
      }
      bench.give(.readNow(nil))
      bench.readAll { [energy(Int64($0)), volume()] }
      #expect(registers(bench) == [[nil, nil, nil], [40, 50, 60]])
    }
    bench.command(.allocate(.parts([part(1, .value(1))])))
    #expect(registers(bench) == [[nil, nil, 10], [40, 50, 60]])
    #expect(bench.saved[0].hasNoRegisters, "the meter's own entry still has none")
    bench.command(.allocate(.parts([part(1)])))
    #expect(registers(bench) == [[20, 30, 10], [40, 50, 60]])
    #expect(!bench.saved[0].hasNoRegisters)
  }

  /// Without any register left a meter would count as one that may get some.
  @Test func oneAfterTheOtherIsAsGoodAsAll() {
    var bench = running(1)
    for extent in [MeterPart.Extent.value(1), .value(0), .meterEntry] {
      bench.command(.deallocate(.parts([part(1, extent)])))
      bench.give(.readNow(nil))
      bench.readAll { [energy(Int64($0)), volume()] }
    }
    #expect(registers(bench) == [[nil, nil, nil]])
    var restarted = Bench(bench.saved)
    restarted.give(up)
    restarted.readAll { [energy(Int64($0)), volume()] }
    #expect(registers(restarted) == [[nil, nil, nil]])
    #expect(!restarted.isSaving)
  }

  @Test func anewClosesGapsAndTheOthersStay() {
    var bench = running(3)
    bench.command(.deallocate(.parts([part(1)])))
    bench.command(.allocate(.parts([part(3)]), anew: true))
    #expect(registers(bench) == [[nil, nil, nil], [40, 50, 60], [10, 20, 30]])
    #expect(bench.effects.contains(.clearRegisters))
    bench.command(.allocate(.all, anew: true))
    #expect(registers(bench) == [[10, 20, 30], [40, 50, 60], [70, 80, 90]])
    bench.command(.allocate(.all, anew: true))
    #expect(bench.outcome.changes.isEmpty && !bench.isSaving)
  }

  @Test func anEntryGetsARegisterByHand() {
    var bench = running(2)
    bench.command(.assign(.value(MeterID(1), index: 1), register: 120))
    #expect(texts(bench) == ["00000001, value 2 (\"Volume\" in m^3): 30 > 120"])
    bench.command(.assign(.meter(MeterID(2)), register: 120))
    #expect(
      bench.refusal == """
        00000002: registers 120–129 overlap those of 00000001, value 2 ("Volume" in m^3) (registers \
        120–129); nothing is changed
        """)
    bench.command(.assign(.meter(MeterID(2)), register: 65_530))
    #expect(
      bench.refusal == """
        00000002: an entry at register 65530 does not fit; allowed are 10–65526; nothing is changed
        """)
    bench.command(.assign(.meter(MeterID(2)), register: 0))
    #expect(
      bench.refusal == """
        register 0 means none: "metergate deallocate" takes registers away; nothing is changed
        """)
    #expect(bench.effects.count == 1, "the answer is all")
    #expect(registers(bench) == [[10, 20, 120], [40, 50, 60]])
    bench.command(.assign(.meter(MeterID(2)), register: 40))
    #expect(bench.outcome.changes.isEmpty && bench.refusal == nil)
    #expect(Bench(bench.saved).station.meters[0].values[1].register == 120)
  }

  /// In the manuals registers come in steps of 10; with float only of 2.
  @Test func aRegisterByHandLiesOnTheGrid() {
    var bench = running(2)
    bench.command(.assign(.value(MeterID(1), index: 0), register: 47))
    #expect(
      bench.refusal == """
        00000001, value 1 ("Energy" in Wh): register 47 is no multiple of 10, as all are in this layout; the \
        nearest free ones are 20 and 70; nothing is changed
        """, "its own is free to it")
    for (register, free) in [
      (5, "one is 20"), (105, "ones are 100 and 110"), (65_533, "one is 65520"),
    ] {
      bench.command(.assign(.value(MeterID(1), index: 0), register: register))
      #expect(bench.refusal?.contains("the nearest free \(free);") == true, "\(register)")
      #expect(bench.effects.count == 1)
    }
    #expect(registers(bench) == [[10, 20, 30], [40, 50, 60]])
    bench = running(1, layout: RegisterLayout(isFloatOnly: true))
    bench.command(.assign(.value(MeterID(1), index: 0), register: 13))
    #expect(
      bench.refusal == """
        00000001, value 1 ("Energy" in Wh): register 13 is no multiple of 2, as all are in this layout; the \
        nearest free ones are 12 and 14; nothing is changed
        """)
    bench = running(1, layout: RegisterLayout(isMultiSlave: true))
    bench.command(.assign(.meter(MeterID(1)), register: 13))
    #expect(registers(bench) == [[13, 10, 20]], "unit ids have no grid")
    bench.command(.assign(.value(MeterID(1), index: 0), register: 33))
    #expect(bench.refusal?.contains("the nearest free ones are 30 and 40") == true)
    // What the file has off the grid stays where it is.
    var odd = fresh(1)
    odd.register = 105
    bench = Bench([odd])
    bench.command(.assign(.meter(MeterID(1)), register: 105))
    #expect(bench.refusal == nil && registers(bench) == [[105]])
  }

  @Test func withMultiSlaveUnitsAreGivenAndTakeTheirValuesAlong() {
    let layout = RegisterLayout(isMultiSlave: true)
    var bench = running(2, layout: layout)
    #expect(registers(bench) == [[1, 10, 20], [2, 10, 20]])
    bench.command(.assign(.meter(MeterID(1)), register: 2))
    #expect(bench.refusal == "00000001: unit id 2 is that of 00000002; nothing is changed")
    bench.command(.assign(.meter(MeterID(1)), register: 7))
    #expect(
      texts(bench) == [
        "00000001: unit 1, register 0 > unit 7, register 0",
        "00000001, value 1 (\"Energy\" in Wh): unit 1, register 10 > unit 7, register 10",
        "00000001, value 2 (\"Volume\" in m^3): unit 1, register 20 > unit 7, register 20",
      ])
    bench.command(.deallocate(.parts([part(1, .meterEntry)])))
    #expect(registers(bench) == [[nil, nil, nil], [2, 10, 20]])
    bench.command(.assign(.value(MeterID(1), index: 0), register: 10))
    #expect(
      bench.refusal == """
        00000001, value 1 ("Energy" in Wh): its meter has no unit id, so that register 10 is in no map; \
        give the meter a register of 1–247; nothing is changed
        """)
    bench.command(.allocate(.parts([part(1, .value(1))])))
    #expect(
      registers(bench) == [[1, nil, 10], [2, 10, 20]], "a value needs the unit of its meter")
  }

  @Test func aMeterThatHasNotBeenReadWaitsForThat() {
    var silent = fresh(1)
    silent.hasNoRegisters = true
    var bench = Bench([silent, fresh(2)])
    bench.command(.allocate(.all))
    #expect(bench.outcome.changes.isEmpty)
    #expect(
      bench.outcome.news == [
        "00000001: gets its registers when it is read first",
        "00000002: gets its registers when it is read first",
      ])
    #expect(bench.isSaving, "the file does not say any more that there are none")
    #expect(bench.saved.map(\.hasNoRegisters) == [false, false])
    bench.give(up)
    bench.readAll { [energy(Int64($0)), volume()] }
    #expect(registers(bench) == [[10, 20, 30], [40, 50, 60]])
  }

  @Test func aMeterThatWaitsGetsNoneAnyMore() {
    var bench = Bench([fresh(1), fresh(2)])
    bench.command(.deallocate(.parts([part(1)])))
    #expect(bench.outcome.news == ["00000001: no registers are given to it any more"])
    #expect(bench.saved.map(\.hasNoRegisters) == [true, false])
    bench.give(up)
    bench.readAll { [energy(Int64($0)), volume()] }
    #expect(registers(bench) == [[nil, nil, nil], [10, 20, 30]])
  }

  /// It has been asked in vain: its flags are to be seen.
  @Test func aMeterThatDoesNotAnswerGetsItsOwnEntry() {
    var silent = fresh(1)
    silent.hasNoRegisters = true
    var bench = Bench([silent])
    bench.give(up)
    bench.fail(1)
    #expect(registers(bench) == [[nil]])
    bench.command(.allocate(.all))
    #expect(texts(bench) == ["00000001: – > 10"])
    bench.give(.readNow(nil))
    bench.answer(1, [energy(1)])
    #expect(registers(bench) == [[10, 20]])
  }

  /// The file cannot say that one value has none while the others are open.
  @Test func whatWaitsIsSettledByACommandForAPartOfIt() {
    var known = fresh(2)
    known.values = [
      ValueConfiguration(dif: [0x0C], vif: [0x06]), ValueConfiguration(dif: [0x0C], vif: [0x14]),
    ]
    for command in [
      ListCommand.deallocate(.parts([part(2, .value(0))])),
      .assign(.value(MeterID(2), index: 0), register: 500),
      .allocate(.parts([part(2, .value(0))])),
    ] {
      var bench = Bench([fresh(1), known])
      #expect(registers(bench) == [[nil], [nil, nil, nil]])
      bench.command(command)
      let before = registers(bench)
      switch command {
      case .deallocate: #expect(before == [[nil], [10, nil, 20]])
      case .assign: #expect(before == [[nil], [10, 500, 20]])
      default: #expect(before == [[nil], [10, 20, 30]])
      }
      bench.give(up)
      bench.readAll { [energy(Int64($0)), volume()] }
      #expect(registers(bench)[1] == before[1])
    }
  }

  @Test func theFirstOneWithoutIsNamedWhenTheMapIsFull() {
    var last = fresh(1)
    last.register = 10
    last.values = (0..<6551).map {
      ValueConfiguration(
        meaning: ValueMeaning(.volume, .cubicMetre), storage: $0, register: 20 + Int($0) * 10)
    }
    var second = fresh(2)
    second.hasNoRegisters = true
    second.values = [ValueConfiguration(dif: [0x0C], vif: [0x06])]
    var bench = Bench([last, second])
    bench.command(.allocate(.parts([part(2)])))
    #expect(bench.outcome.changes.isEmpty)
    #expect(
      bench.outcome.problems == [
        """
        00000002 is the first of 2 entries for which no register address is left: the map ends at 65,535; \
        float only needs 2 registers an entry instead of 10, multi slave gives each meter a map of its \
        own (MODBUSMETER_PROTOCOLVERSION)
        """
      ])
    #expect(bench.saved[1].hasNoRegisters)
    bench.command(.deallocate(.parts([part(1, .value(3))])))
    bench.command(.allocate(.parts([part(2)])))
    #expect(texts(bench) == ["00000002: – > 50"])
    #expect(bench.outcome.problems.count == 1)
  }

  /// What its user left out of the list comes into it by name.
  @Test func aValueThatTheListLacks() {
    var listed = fresh(1)
    listed.register = 10
    listed.values = [ValueConfiguration(dif: [0x0C], vif: [0x06], register: 20)]
    var bench = Bench([listed])
    bench.give(up)
    bench.answer(1, [energy(1), volume()])
    bench.command(.allocate(.all))
    #expect(bench.outcome.changes.isEmpty)
    bench.command(.allocate(.parts([part(1, .value(1))])))
    #expect(registers(bench) == [[10, 20, 30]])
    #expect(bench.saved[0].values.map(\.register) == [20, 30])
    #expect(bench.saved[0].values[1].vif == [0x14])
  }

  /// Nothing stands in the file of values whose list may be longer.
  @Test func whatIsTakenFromAMeterThatWasReadInPartIsNotInTheFileYet() {
    let note =
      "00000001 has not been read completely yet; until then the file has none of its values"
    var bench = Bench([fresh(1)])
    bench.give(up)
    let report = MeterReport(
      identity: fresh(1).identity, values: [energy(1), volume()], isComplete: false)
    bench.give(
      .line(
        .readout(
          Readout(
            line: LineID(.mbus), meter: MeterID(1), time: bench.now, outcome: .success(report)))))
    #expect(registers(bench) == [[10, 20, 30]])
    bench.command(.deallocate(.parts([part(1, .value(0))])))
    #expect(registers(bench) == [[10, nil, 30]] && bench.saved[0].values.isEmpty)
    #expect(bench.outcome.notes == [note])
    bench.command(.deallocate(.parts([part(1)])))
    #expect(bench.outcome.notes.isEmpty, "that it has none at all stands in the file")
    var whole = running(1)
    whole.command(.deallocate(.parts([part(1, .value(0))])))
    #expect(whole.outcome.notes.isEmpty)
  }

  @Test func aRegisterThatWasRefusedIsForgotten() {
    var first = fresh(1)
    first.register = 10
    var second = fresh(2)
    second.register = 15
    var bench = Bench([first, second])
    #expect(registers(bench) == [[10], [nil]])
    bench.command(.allocate(.parts([part(2)]), anew: true))
    #expect(bench.saved[1].register == 0, "it gets one when it is read first")
    bench.give(up)
    bench.readAll { _ in [] }
    #expect(registers(bench) == [[10], [20]])
  }

  @Test func whatIsTakenAndFree() {
    var free: [Int] = []
    for layout in layouts {
      let use = running(2, layout: layout).station.registerUse
      #expect(use.entries == 6 && use.without == 0)
      free.append(use.free)
      #expect(use.highest == (layout.isFloatOnly ? 2 : 10) * (layout.isMultiSlave ? 3 : 7) - 1)
    }
    // 6552 entries of 10 registers behind the device's, 32,767 of 2; 247 unit ids.
    #expect(free == [6546, 32_761, 245, 245])
    var odd = fresh(1)
    odd.register = 105
    odd.values = [
      ValueConfiguration(dif: [0x0C], vif: [0x06], register: 20),
      ValueConfiguration(dif: [0x0C], vif: [0x14], register: 30),
    ]
    var bench = Bench([odd])
    #expect(bench.station.registerUse.free == 6552 - 4, "off the grid it blocks two places")
    bench.command(.deallocate(.all))
    let none = bench.station.registerUse
    #expect(none.entries == 0 && none.without == 3 && none.free == 6552 && none.highest == nil)
  }
}
