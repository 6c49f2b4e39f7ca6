import Metering
import RegisterMap
import Station
import Testing
import Time

/// A station in virtual time, with a meter list and answers written down by the test.
struct Bench {
  var station: Station
  var now = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_700_000_000))
  var effects: [StationEffect] = []

  init(_ meters: [MeterConfiguration], _ configuration: Station.Configuration = .init()) {
    station = Station(configuration: configuration, meters: meters)
    give(.start)
  }

  mutating func give(_ input: StationInput) { effects = station.handle(input, at: now) }

  mutating func pass(_ seconds: Int64) {
    now.instant = now.instant + .seconds(seconds)
    now.wall.unixSeconds += seconds
  }

  /// The meter that the line is asked to read now.
  var asked: MeterID? {
    for case .perform(.read(let job)) in effects { return job.meter }
    return nil
  }

  var events: [GatewayEvent] {
    effects.compactMap { if case .report(let event) = $0 { event } else { nil } }
  }

  mutating func answer(_ id: Int, _ values: [MeterValue], serial: UInt32? = nil) {
    let report = MeterReport(
      identity: MeterIdentity(serial: MeterSerial(digits: serial ?? UInt32(id))), values: values)
    give(readout(id, .success(report)))
  }

  mutating func fail(_ id: Int, _ failure: ReadoutFailure = .noAnswer(attempts: 4)) {
    give(readout(id, .failure(failure)))
  }

  private func readout(
    _ id: Int, _ outcome: Result<MeterReport, ReadoutFailure>
  ) -> StationInput {
    .line(
      .readout(Readout(line: LineID(.mbus), meter: MeterID(id), time: now, outcome: outcome)))
  }

  func meter(_ id: Int) -> Meter { station.meters[id - 1] }
}

func fresh(_ serial: UInt32) -> MeterConfiguration {
  MeterConfiguration(identity: MeterIdentity(serial: MeterSerial(digits: serial)))
}

func energy(_ number: Int64, vif: UInt8 = 0x06) -> MeterValue {
  MeterValue(
    key: ValueKey(dif: [0x0C], vif: [vif]), meaning: ValueMeaning(.energy, .wattHour),
    reading: .integer(number), scale: 3)
}

func volume(_ reading: Reading = .integer(5)) -> MeterValue {
  MeterValue(
    key: ValueKey(dif: [0x0C], vif: [0x14]), meaning: ValueMeaning(.volume, .cubicMetre),
    reading: reading, scale: -2)
}

let up = StationInput.line(.state(LineID(.mbus), .up))
let down = StationInput.line(.state(LineID(.mbus), .down("the connection was closed")))

@Suite struct ReadoutRuleTests {
  @Test func metersAreReadAtStartOneAfterTheOtherAndThenOnTheRaster() {
    var bench = Bench([fresh(1), fresh(2)], .init(readoutCycle: .seconds(60)))
    #expect(bench.asked == nil, "the line is not up yet")
    bench.give(up)
    #expect(bench.asked == MeterID(1))
    bench.pass(10)
    bench.answer(1, [energy(1)])
    #expect(bench.asked == MeterID(2))
    let publish = bench.effects.firstIndex(of: .publish(MeterID(1)))
    let ask = bench.effects.firstIndex { if case .perform = $0 { true } else { false } }
    #expect(publish != nil && ask != nil && (publish ?? 9) < (ask ?? 0), "registers come first")
    bench.pass(10)
    bench.answer(2, [energy(1)])
    #expect(bench.effects.last == .wake(at: .zero + .seconds(60)))
    bench.pass(40)
    bench.give(.wake)
    #expect(bench.asked == MeterID(1))
  }

  @Test func aDeadMeterIsFlaggedOnceReportedAndTriedAgainAtItsNextTurn() {
    var bench = Bench([fresh(1), fresh(2)], .init(readoutCycle: .seconds(60)))
    bench.give(up)
    bench.fail(1)
    #expect(bench.events == [.meterFailed("00000001", .noAnswer(attempts: 4))])
    #expect(
      bench.events.first?.text == "meter 00000001: no answer in 4 attempts")
    #expect(bench.meter(1).registerEntry.flags.rawValue == 3)
    #expect(bench.asked == MeterID(2), "the others go on")
    bench.answer(2, [energy(1)])
    bench.pass(60)
    bench.give(.wake)
    bench.fail(1)
    #expect(bench.events.isEmpty, "said once")
    bench.answer(2, [energy(2)])
    bench.pass(60)
    bench.give(.wake)
    bench.answer(1, [energy(7)])
    #expect(bench.meter(1).registerEntry.flags.rawValue == 0)
  }

  @Test func aFailedReadoutKeepsTheLastGoodValueAndTheReadoutTime() {
    var bench = Bench([fresh(1)], .init(readoutCycle: .seconds(60)))
    bench.give(up)
    bench.answer(1, [energy(267)])
    let readAt = bench.now.wall
    bench.pass(60)
    bench.give(.wake)
    bench.fail(1)
    let meter = bench.meter(1)
    #expect(
      meter.registerEntry
        == MeterEntry(
          meter.identity, readoutTime: readAt, flags: [.notRead, .notAllUpToDate]))
    #expect(meter.values.first?.registerEntry.integer == 267)
    #expect(meter.values.first?.live.quality == .stale)
    #expect(meter.values.first?.live.misses == 1)
    bench.pass(60)
    bench.give(.wake)
    bench.answer(1, [energy(268)])
    #expect(bench.events == [.meterBack("00000001", misses: 1)])
    #expect(bench.events.first?.text == "meter 00000001 answers again after 1 failed readout")
  }

  @Test func anInvalidValueKeepsTheLastGoodOneAndCountsAsBrought() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    bench.answer(1, [energy(267), volume()])
    bench.give(.readNow(nil))
    bench.answer(1, [energy(268), volume(.invalid("hex digits DDEBBD (error display)"))])
    #expect(bench.meter(1).registerEntry.flags == [])
    #expect(bench.meter(1).values.map(\.registerEntry.integer) == [268, 5])
    #expect(
      bench.meter(1).values.last?.live.quality == .invalid("hex digits DDEBBD (error display)"))
    bench.give(.readNow(nil))
    bench.answer(1, [energy(269)])
    #expect(bench.meter(1).registerEntry.flags == .notAllUpToDate, "now it was not sent")
  }

  /// A converter that hangs up while nobody needs it costs nothing.
  @Test func aLineThatIsDownBetweenReadoutsFlagsNobody() {
    var bench = Bench([fresh(1)], .init(readoutCycle: .seconds(600)))
    bench.give(up)
    bench.answer(1, [energy(1)])
    bench.give(down)
    #expect(bench.events.map(\.text) == ["M-Bus line 0 is down: the connection was closed"])
    #expect(bench.meter(1).registerEntry.flags == [])
    bench.give(down)
    #expect(bench.events.isEmpty, "said once")
    bench.pass(5)
    bench.give(up)
    #expect(bench.asked == nil)
  }

  @Test func whoseTurnComesWhileTheLineIsDownIsReadAsSoonAsItIsBack() {
    var bench = Bench([fresh(1), fresh(2)], .init(readoutCycle: .seconds(600)))
    bench.give(up)
    bench.answer(1, [energy(1)])
    #expect(bench.asked == MeterID(2))
    bench.give(down)
    #expect(bench.meter(1).registerEntry.flags == [])
    #expect(bench.meter(2).registerEntry.flags.rawValue == 3, "it was being read")
    bench.pass(600)
    bench.give(.wake)
    #expect(bench.meter(1).registerEntry.flags.rawValue == 3, "its turn has come")
    #expect(bench.effects.contains(.publish(MeterID(1))))
    bench.pass(5)
    bench.give(up)
    #expect(bench.asked == MeterID(1))
    bench.answer(1, [energy(2)])
    #expect(bench.asked == MeterID(2))
    bench.fail(2)
    #expect(
      bench.events.map(\.code) == ["meter-failed"], "now it is the meter itself that is silent")
    #expect(bench.asked == nil, "each was read once")
  }

  @Test func aStartWithoutLineReadsEveryMeterOnceWhenItComes() {
    var bench = Bench([fresh(1), fresh(2)], .init(readoutCycle: .seconds(600)))
    bench.give(down)
    #expect(bench.meter(1).registerEntry.flags.rawValue == 3)
    bench.pass(5)
    bench.give(up)
    bench.answer(1, [energy(1)])
    bench.answer(2, [energy(1)])
    #expect(bench.asked == nil)
    #expect(bench.effects.last == .wake(at: .zero + .seconds(600)))
  }

  @Test func aShortCycleDoesNotStarveTheOthers() {
    var quick = fresh(1)
    quick.readoutCycle = 1
    var bench = Bench([quick, fresh(2), fresh(3)], .init(readoutCycle: .seconds(20)))
    bench.give(up)
    var turns: [Int: Int] = [:]
    for _ in 0..<60 {
      guard let id = bench.asked else {
        bench.pass(1)
        bench.give(.wake)
        continue
      }
      turns[id.number, default: 0] += 1
      bench.pass(5)
      bench.answer(id.number, [energy(1)])
    }
    #expect((turns[2] ?? 0) >= 8 && (turns[3] ?? 0) >= 8, "\(turns)")
  }
}

@Suite struct ListRuleTests {
  @Test func configuredValuesFindTheirOwnWhateverTheOrder() {
    var configuration = fresh(1)
    configuration.register = 10
    configuration.values = [
      ValueConfiguration(meaning: ValueMeaning(.volume, .cubicMetre), register: 50),
      ValueConfiguration(dif: [0x0C], vif: [0x06], register: 20),
    ]
    var bench = Bench([configuration])
    #expect(bench.effects == [.publish(MeterID(1))], "zeros and flags are there at once")
    #expect(bench.meter(1).registerEntry == .neverRead)
    bench.give(up)
    bench.answer(1, [energy(267), volume(), energy(9, vif: 0x07)])
    let values = bench.meter(1).values
    #expect(values.map(\.register) == [50, 20, nil], "the list is configured: no new addresses")
    #expect(values.map { $0.live.lastGood?.reading } == [.integer(5), .integer(267), .integer(9)])
  }

  @Test func aConfiguredValueThatIsNotSentIsNamed() {
    var configuration = fresh(1)
    configuration.values = [
      ValueConfiguration(meaning: ValueMeaning(.power, .watt), register: 20)
    ]
    var bench = Bench([configuration])
    bench.give(up)
    bench.answer(1, [energy(1)])
    #expect(bench.events.contains(.valueMissing("00000001", value: "\"Power\" in W")))
    #expect(bench.meter(1).registerEntry.flags == .notAllUpToDate)
  }

  @Test func freshMetersGetAddressesInListOrder() {
    var bench = Bench([fresh(1), fresh(2), fresh(3)])
    bench.give(up)
    bench.answer(1, [energy(1), volume()])
    #expect(bench.events.first == .meterLearned("00000001", values: 2, registers: 10...30))
    #expect(
      bench.events.dropFirst().map(\.text) == [
        "meter 00000001, register 20: \"Energy\" in Wh",
        "meter 00000001, register 30: \"Volume\" in m^3",
      ])
    bench.fail(2)
    bench.answer(3, [energy(1)])
    #expect(bench.meter(1).register == 10)
    #expect(bench.meter(1).values.map(\.register) == [20, 30])
    #expect(bench.meter(2).register == 40, "its flags can be seen")
    #expect(bench.meter(3).register == 50)
    #expect(bench.meter(3).values.map(\.register) == [60])
    bench.give(.readNow(MeterID(2)))
    bench.answer(2, [volume()])
    #expect(bench.meter(2).values.map(\.register) == [70], "nothing that was given moves")
    #expect(bench.events.contains(.allocatedOutOfOrder("00000002")))
  }

  @Test func metersWhoseValuesAreKnownGetTheirAddressesAtOnce() {
    var known = fresh(1)
    known.values = [ValueConfiguration(dif: [0x0C], vif: [0x06])]
    var bench = Bench([known, fresh(2), known])
    #expect(bench.meter(1).register == 10)
    #expect(bench.meter(1).values.map(\.register) == [20])
    #expect(bench.meter(1).registerEntry == .neverRead)
    #expect(bench.effects.contains(.publish(MeterID(1))))
    #expect(bench.meter(3).register == nil, "it comes behind what is still to be learned")
    #expect(bench.events == [.addressesNotFixed(2)])
    #expect(
      bench.events.first?.text == """
        2 meters have no register in the meter list: registers are given in list order at the first \
        readout, and differ after a restart if a meter is silent then; registers in Device_Handle.cfg \
        stay
        """)
    bench.give(up)
    bench.answer(1, [energy(1)])
    bench.answer(2, [energy(1)])
    #expect(bench.meter(2).register == 30)
  }

  @Test func aValueOfAnotherLengthForOnceKeepsItsPlace() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    bench.answer(1, [energy(267)])
    var longer = energy(1_000_000)
    longer.key.dif = [0x0E]
    bench.give(.readNow(nil))
    bench.answer(1, [longer])
    bench.give(.readNow(nil))
    bench.answer(1, [energy(268)])
    #expect(bench.meter(1).values.map(\.registerEntry.integer) == [268])
  }

  @Test func learnedValuesLieBehindTheirMeterWhoeverElseIsSilent() {
    var first = fresh(1)
    first.register = 10
    var second = fresh(2)
    second.register = 200
    var bench = Bench([first, second])
    bench.give(up)
    bench.fail(1)
    bench.answer(2, [energy(1), volume()])
    #expect(bench.meter(2).values.map(\.register) == [210, 220])
    #expect(bench.events.first == .meterLearned("00000002", values: 2, registers: 200...220))
    bench.give(.readNow(MeterID(1)))
    bench.answer(1, [energy(1)])
    #expect(bench.meter(1).values.map(\.register) == [20])
  }

  @Test func theLimitKeepsTheFirstValues() {
    var bench = Bench([fresh(1)], .init(maxValueCount: 1))
    bench.give(up)
    bench.answer(1, [energy(1), volume()])
    #expect(bench.meter(1).values.count == 1)
    #expect(bench.meter(1).isLimited)
    #expect(bench.events.contains(.valuesLimited("00000001", kept: 1, sent: 2)))
    #expect(bench.meter(1).registerEntry.flags == [])
  }

  @Test func theMapEndsAt65535AndTheFirstWithoutAddressIsNamed() {
    let many = (0..<40).map { index in
      MeterValue(
        key: ValueKey(dif: [0x04], vif: [0x13], storage: UInt64(index)),
        meaning: ValueMeaning(.volume, .cubicMetre), reading: .integer(1))
    }
    var bench = Bench((1...200).map { fresh(UInt32($0)) })
    bench.give(up)
    var exhausted: [String] = []
    while let id = bench.asked {
      bench.answer(id.number, many)
      for case .registersExhausted(let text) in bench.events { exhausted.append(text) }
    }
    // Entries of 10 registers from 10: 6552 of them end at 65,529. A meter takes 41; the 160th begins at
    // entry 6519 of those and gets 33, its last 8 values none.
    #expect(exhausted.count == 1, "said once")
    #expect(exhausted.first?.hasPrefix("000000A0, \"Volume\" in m^3 is the first of 8") == true)
    #expect(exhausted.first?.contains("float only") == true)
    #expect(bench.meter(160).values.compactMap(\.register).max() == 65_520)
    #expect(bench.meter(161).register == nil)
  }

  @Test func anotherMeterAtTheAddressIsToldAndAddressesStay() {
    var configuration = MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true)
    configuration.register = 10
    var bench = Bench([configuration])
    bench.give(up)
    bench.answer(1, [energy(1)], serial: 0x1111_1111)
    #expect(bench.events.first == .meterLearned("11111111", values: 1, registers: 10...20))
    bench.give(.readNow(nil))
    bench.answer(1, [energy(2)], serial: 0x2222_2222)
    #expect(
      bench.events.map(\.text) == [
        "meter 11111111: another meter answers there now, 22222222; addresses stay"
      ])
    #expect(bench.meter(1).register == 10)
    #expect(bench.meter(1).registerEntry.serial == 22_222_222)
  }

  @Test func aSerialWithWildcardsIsNoOtherMeter() {
    var bench = Bench([fresh(0x3010_FFFF)])
    bench.give(up)
    bench.answer(1, [energy(1)], serial: 0x3010_1198)
    #expect(!bench.events.contains { $0.code == "meter-changed" })
  }

  @Test func assignedTimesAreListedOnDemandOnly() {
    let time = MeterValue(
      key: ValueKey(dif: [0x04], vif: [0x6D]), meaning: ValueMeaning(.timePoint, .utc),
      reading: .invalid("IV bit"), isAssignedTime: true)
    for (shown, count) in [(false, 1), (true, 2)] {
      var bench = Bench([fresh(1)], .init(showsTimestampEntries: shown))
      bench.give(up)
      bench.answer(1, [time, energy(1)])
      #expect(bench.meter(1).values.count == count)
    }
  }
}
