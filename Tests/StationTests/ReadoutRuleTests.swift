import Metering
import RegisterMap
import Station
import Testing
import Time

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

  @Test func anInvalidValueKeepsTheLastGoodOneAndIsFlagged() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    bench.answer(1, [energy(267), volume()])
    bench.give(.readNow(nil))
    bench.answer(1, [energy(268), volume(.invalid("hex digits DDEBBD (error display)"))])
    #expect(bench.meter(1).registerEntry.flags == .notAllUpToDate)
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
