import Metering
import RegisterMap
import Station
import Testing
import Time

/// Registers that stand in the file and cannot be had just now.
@Suite struct RefusedRegisterTests {
  private func registers(_ bench: Bench) -> [[Int?]] {
    bench.station.meters.map { [$0.register] + $0.values.map(\.register) }
  }

  private func listed(_ serial: UInt32, _ register: Int, _ values: [Int] = []) -> MeterConfiguration
  {
    var meter = fresh(serial)
    meter.register = register
    let vifs: [UInt8] = [0x06, 0x14]
    meter.values = zip(vifs, values).map {
      ValueConfiguration(dif: [0x0C], vif: [$0], register: $1)
    }
    return meter
  }

  private func configure(
    _ bench: inout Bench, _ list: [MeterConfiguration], _ layout: RegisterLayout = .standard
  ) {
    var configuration = bench.station.configuration
    configuration.layout = layout
    bench.give(.configure(configuration, list, keeping: []))
  }

  // MARK: - The file is read again

  @Test func anotherLayoutAndBackIsAsBefore() {
    let list = [listed(1, 240, [250, 260]), listed(2, 270, [280, 290])]
    var bench = Bench(list)
    #expect(registers(bench) == [[240, 250, 260], [270, 280, 290]])
    configure(&bench, bench.saved, RegisterLayout(isMultiSlave: true))
    #expect(registers(bench) == [[240, 250, 260], [nil, nil, nil]])
    configure(&bench, bench.saved, RegisterLayout(isMultiSlave: true))
    #expect(bench.events.count == 3, "said as long as the file has it")
    #expect(bench.saved == list)
    configure(&bench, bench.saved)
    #expect(registers(bench) == [[240, 250, 260], [270, 280, 290]])
    #expect(bench.saved == list && !bench.isSaving)
    #expect(bench.effects.contains(.publish(MeterID(2))))
  }

  @Test func valuesThatWereLearnedComeBackToo() {
    var bench = Bench((1...30).map { fresh($0) })
    bench.give(up)
    bench.readAll { [energy(Int64($0)), volume()] }
    let before = registers(bench)
    configure(&bench, bench.saved, RegisterLayout(isMultiSlave: true))
    #expect(registers(bench).flatMap { $0 }.contains(nil))
    configure(&bench, bench.saved)
    #expect(registers(bench) == before)
  }

  @Test func aCollisionThatIsMended() {
    var bench = Bench([listed(1, 120), listed(2, 120)])
    #expect(registers(bench) == [[120], [nil]])
    configure(&bench, [listed(1, 120), listed(2, 120)])
    #expect(registers(bench) == [[120], [nil]])
    #expect(bench.events.map(\.code) == ["register-refused"], "said as long as the file has it")
    configure(&bench, [listed(1, 150), listed(2, 120)])
    #expect(registers(bench) == [[150], [120]])
    #expect(bench.events.isEmpty && !bench.isSaving)
  }

  /// Learned values follow their meter, also when their old registers stand nowhere any more.
  @Test func valuesThatTheFileDoesNotListAnyMoreMoveAlong() {
    var bench = Bench([listed(1, 120, [130, 140])])
    bench.give(up)
    bench.readAll { [energy(Int64($0)), volume()] }
    configure(&bench, [listed(1, 300)])
    bench.give(.readNow(nil))
    bench.readAll { [energy(Int64($0)), volume()] }
    #expect(registers(bench) == [[300, 310, 320]])
  }

  // MARK: - Nobody else gets them

  @Test func whatIsGivenToAnotherInTheFileIsNotGivenByHand() {
    var bench = Bench([listed(1, 120), listed(2, 120), listed(3, 10)])
    bench.command(.deallocate(.parts([MeterPart(MeterID(1))])))
    bench.command(.assign(.meter(MeterID(3)), register: 120))
    #expect(
      bench.refusal == """
        00000003: registers 120–129 overlap those of 00000002 (registers 120–129), which the file gives to \
        it though it could not get them; "metergate deallocate" takes them out of the file; nothing is changed
        """)
    #expect(registers(bench) == [[nil], [nil], [10]])
    bench.command(.assign(.meter(MeterID(3)), register: 10))
    #expect(bench.refusal == nil, "where it is it stays")
    bench.command(.assign(.meter(MeterID(2)), register: 120))
    #expect(registers(bench) == [[nil], [120], [10]], "its own it can have")
    bench = Bench([listed(1, 120), listed(2, 120), listed(3, 10)])
    bench.command(.deallocate(.parts([MeterPart(MeterID(1)), MeterPart(MeterID(2))])))
    bench.command(.assign(.meter(MeterID(3)), register: 120))
    #expect(registers(bench) == [[nil], [nil], [120]])
  }

  @Test func norByItself() {
    // 10–19 is the first one's; 15 is refused to the second one and keeps 20–24 from others.
    var bench = Bench([listed(1, 10), listed(2, 15), fresh(3)])
    bench.give(up)
    bench.readAll { $0 == 3 ? [energy(1)] : [] }
    #expect(registers(bench) == [[10], [nil], [30, 40]])
    bench.command(.deallocate(.parts([MeterPart(MeterID(1))])))
    bench.command(.allocate(.parts([MeterPart(MeterID(3))]), anew: true))
    #expect(registers(bench) == [[nil], [nil], [30, 40]])
    bench.command(.allocate(.parts([MeterPart(MeterID(2))])))
    #expect(registers(bench) == [[nil], [10], [30, 40]], "without its wish it gets what is free")
    let given = bench.saved.flatMap { [$0.register] + $0.values.map(\.register) }.filter { $0 > 0 }
    #expect(Set(given).count == given.count)
  }

  // MARK: - Multi slave

  @Test func oneMeterWithoutUnitDoesNotStopTheOthers() {
    var bench = Bench(
      [listed(1, 300), fresh(2), fresh(3)], .init(layout: RegisterLayout(isMultiSlave: true)))
    bench.give(up)
    bench.readAll { [energy(Int64($0)), volume()] }
    #expect(registers(bench) == [[nil, nil, nil], [1, 10, 20], [2, 10, 20]])
    #expect(!bench.events.contains { $0.code == "registers-exhausted" })
    bench.command(.allocate(.parts([MeterPart(MeterID(2))]), anew: true))
    #expect(bench.outcome.problems.isEmpty && bench.outcome.changes.isEmpty)
    bench.command(.allocate(.parts([MeterPart(MeterID(1))])))
    #expect(registers(bench)[0] == [3, 10, 20])
  }

  /// 247 unit ids; the 248th meter gets none, and one that has its own still gets registers for its values.
  @Test func withoutUnitIDsLeftValuesStillGetRegisters() {
    let units = (1...247).map { listed(UInt32($0), $0) }
    var bench = Bench(
      [fresh(0x300), fresh(0x301)] + units, .init(layout: RegisterLayout(isMultiSlave: true)))
    bench.give(up)
    var exhausted: [String] = []
    while let id = bench.asked {
      bench.answer(id.number, [energy(1)], serial: bench.meter(id.number).identity.serial.digits)
      exhausted += bench.events.filter { $0.code == "registers-exhausted" }.map(\.text)
    }
    #expect(registers(bench).prefix(2) == [[nil, nil], [nil, nil]])
    #expect(registers(bench).dropFirst(2).elementsEqual((1...247).map { [$0, 10] }))
    #expect(exhausted.count == 1, "said once")
    #expect(exhausted.first?.contains("00000300 is the first of 1 entries") == true)
  }
}
