import Metering
import Station
import Testing
import Time

/// A schedule in virtual time.
private struct ScheduleBench {
  var schedule = Schedule()
  var now: Moment
  var items: [Schedule.Item]

  /// 2026-11-22 01:00 UTC.
  init(_ items: [Schedule.Item], trusted: Bool = true, at wall: Int64 = 1_795_309_200) {
    now = Moment(
      instant: .zero + .seconds(5000), wall: WallTime(unixSeconds: wall, isTrusted: trusted))
    self.items = items
    schedule.plan(items, at: now)
  }

  mutating func pass(_ seconds: Int64) {
    now.instant = now.instant + .seconds(seconds)
    now.wall.unixSeconds += seconds
  }

  /// Everybody who is due, read in no time.
  mutating func due(isGood: Bool = true) -> [Int] {
    var turns: [Int] = []
    while let turn = schedule.takeNext(at: now) {
      turns.append(turn.meter.number)
      schedule.ended(turn.meter, isGood: isGood)
    }
    return turns
  }

  /// The seconds after now at which a meter is read, each second looked at.
  mutating func times(of meter: Int, within seconds: Int64, isGood: Bool = true) -> [Int64] {
    var times: [Int64] = []
    for second in 1...seconds {
      pass(1)
      if due(isGood: isGood).contains(meter) { times.append(second) }
    }
    return times
  }
}

private func item(
  _ id: Int, _ raster: ReadoutRaster, isBattery: Bool = false, isKnown: Bool = false
) -> Schedule.Item {
  Schedule.Item(meter: MeterID(id), raster: raster, isBattery: isBattery, isKnown: isKnown)
}

@Suite struct ScheduleTests {
  @Test func atOnceAndThenByTheClock() {
    var bench = ScheduleBench([item(1, .seconds(900)), item(2, .seconds(60))])
    bench.pass(100)
    #expect(bench.due() == [1, 2])
    #expect(bench.schedule.nextDue(at: bench.now) == bench.now.instant + .seconds(20))
    #expect(bench.times(of: 1, within: 2000) == [800, 1700])
  }

  @Test func theRasterNeverDriftsThoughRoundsAreSlow() {
    var bench = ScheduleBench([item(1, .seconds(900)), item(2, .seconds(900))])
    var begins: [Int64] = []
    while begins.count < 30 * 96 {
      guard let turn = bench.schedule.takeNext(at: bench.now) else {
        let due = bench.schedule.nextDue(at: bench.now) ?? bench.now.instant
        bench.pass((due - bench.now.instant).nanoseconds / 1_000_000_000)
        continue
      }
      if turn.meter.number == 1 { begins.append(bench.now.wall.unixSeconds) }
      bench.pass(405)
      bench.schedule.ended(turn.meter, isGood: true)
    }
    #expect(zip(begins, begins.dropFirst()).allSatisfy { $1 - $0 == 900 })
  }

  @Test func anUntrustedClockIsNotUsed() {
    var bench = ScheduleBench(
      [item(1, .seconds(900)), item(2, ReadoutRaster(.calendar(.daily)))], trusted: false, at: 77)
    bench.pass(10)
    #expect(bench.due() == [1, 2], "once at the start")
    #expect(bench.times(of: 1, within: 1800) == [890, 1790], "counted from the start")
    #expect(bench.schedule.nextReadout(of: MeterID(2)) == nil, "the calendar waits for the clock")
    // 2026-11-22 23:58 UTC; 20 s have passed since the last readout.
    bench.now.wall = WallTime(unixSeconds: 1_795_391_880, isTrusted: true)
    #expect(bench.due() == [])
    #expect(bench.times(of: 2, within: 3600) == [120])
    #expect(bench.times(of: 1, within: 1800) == [120, 1020], "at 01:00 and 01:15")
  }

  /// After each jump nobody is read twice within half a cycle, and nobody waits for more than one and a half.
  @Test(arguments: [Int64(3600), -3600, 437, -437, 86_400, -86_400, 3, -3])
  func jumpsOfTheClock(jump: Int64) {
    var bench = ScheduleBench((1...3).map { item($0, .seconds(900)) })
    _ = bench.due()
    var times: [Int64] = []
    var second: Int64 = 0
    for round in 0..<9000 {
      if round == 4321 { bench.now.wall.unixSeconds += jump }
      second += 1
      bench.pass(1)
      if bench.due().contains(2) {
        times.append(second)
        #expect(round < 4321 || round < 4800 || bench.now.wall.unixSeconds.isMultiple(of: 900))
      }
    }
    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect(gaps.allSatisfy { $0 >= 450 && $0 <= 1350 }, "\(gaps)")
  }

  @Test func aDailyReadoutThatTheClockJumpsOverIsMadeUpFor() {
    // 01:00; the next one is at 00:00.
    var bench = ScheduleBench([item(1, ReadoutRaster(.calendar(.daily)))])
    #expect(bench.due() == [1])
    bench.pass(22 * 3600)
    bench.now.wall.unixSeconds += 7200
    #expect(bench.due() == [1])
    #expect(bench.due() == [])
  }

  /// A readout of the raster before is none of the new one: 06:00 is today, although it was read at 01:00.
  @Test(arguments: [CalendarCycle.daily, .monthly])
  func theFirstTurnOfAnotherCalendarCounts(cycle: CalendarCycle) {
    var bench = ScheduleBench([item(1, .seconds(900))])
    #expect(bench.due() == [1])
    bench.pass(100)
    let start = CivilTime(year: 2026, month: 1, day: 22, hour: 6, minute: 0, second: 0)
    bench.schedule.plan(
      [item(1, ReadoutRaster(.calendar(cycle), start: start))], at: bench.now)
    #expect(bench.schedule.nextDue(at: bench.now) == bench.now.instant + .seconds(5 * 3600 - 100))
  }

  /// A battery is spared whatever is set.
  @Test func anotherCycleCostsNoBattery() {
    var bench = ScheduleBench([item(1, .seconds(3600), isBattery: true)])
    #expect(bench.due() == [1])
    bench.pass(100)
    bench.schedule.plan([item(1, .seconds(1800), isBattery: true)], at: bench.now)
    #expect(bench.times(of: 1, within: 4000) == [1700, 3500])
  }

  @Test func deadMetersAreAskedLessOftenAndComeBack() {
    var bench = ScheduleBench([item(1, .seconds(900))])
    #expect(bench.due(isGood: false) == [1])
    // Third failure at 30 min; 1, 3, then as many turns are left out as an hour has room for.
    let times = bench.times(of: 1, within: 6 * 3600, isGood: false)
    #expect(times.map { $0 / 60 } == [15, 30, 60, 120, 180, 240, 300, 360])
    #expect(bench.schedule.takeSkipped().count == 24 - times.count)
    let back = bench.times(of: 1, within: 7200)
    #expect(back.first == 3600, "within METER_BACKOFFMAX")
    #expect(back.dropFirst().first == 4500, "on its raster at once")
  }

  @Test func probesAndWishes() {
    var bench = ScheduleBench([item(1, .seconds(60))])
    var turns: [Schedule.Turn] = []
    for _ in 0..<4 {
      if let turn = bench.schedule.takeNext(at: bench.now) {
        turns.append(turn)
        #expect(bench.schedule.ended(turn.meter, isGood: false) == (turns.count == 3))
      }
      bench.pass(60)
    }
    #expect(turns == [Schedule.Turn(meter: MeterID(1))] + turns.dropFirst())
    #expect(turns.map(\.isProbe) == [false, false, false], "the fourth turn is left out")
    #expect(
      bench.schedule.takeNext(at: bench.now) == Schedule.Turn(meter: MeterID(1), isProbe: true))
    bench.schedule.ended(MeterID(1), isGood: false)
    bench.pass(60)
    #expect(bench.schedule.takeNext(at: bench.now) == nil)
    bench.schedule.ask(for: MeterID(1))
    #expect(bench.schedule.takeNext(at: bench.now)?.isProbe == false, "a wish ends the pause")
    bench.pass(60)
    #expect(bench.schedule.takeNext(at: bench.now)?.isProbe == true)
  }

  @Test func aLongCycleIsNotMadeLonger() {
    var bench = ScheduleBench([item(1, .seconds(7200))])
    _ = bench.due(isGood: false)
    #expect(bench.times(of: 1, within: 10 * 7200, isGood: false).count == 10)
  }

  @Test func twentyDeadMetersOfManyDelayNobody() {
    let dead = 20
    var bench = ScheduleBench((1...250).map { item($0, .seconds(900)) })
    var late: [Int64] = []
    let begin = bench.now.wall.unixSeconds
    while bench.now.wall.unixSeconds < begin + 86_400 {
      guard let turn = bench.schedule.takeNext(at: bench.now) else {
        let due = bench.schedule.nextDue(at: bench.now) ?? bench.now.instant
        bench.now.wall.unixSeconds += (due - bench.now.instant).nanoseconds / 1_000_000_000
        bench.now.instant = due
        continue
      }
      let isDead = turn.meter.number <= dead
      // The dead ones come first in the list: two hours later a round is as quick as without them.
      if !isDead, bench.now.wall.unixSeconds > begin + 7200 {
        late.append(bench.now.wall.unixSeconds % 900)
      }
      // Four attempts of two seconds, one of a probe, one second for a good readout.
      bench.pass(isDead ? (turn.isProbe ? 2 : 8) : 1)
      bench.schedule.ended(turn.meter, isGood: !isDead)
    }
    #expect(late.count == 230 * 88)
    #expect((late.max() ?? 0) <= 230 + 2 * Int64(dead))
  }

  @Test func aMeterIsReadWithinTwoRoundsWhenThereIsTooMuchToDo() {
    var bench = ScheduleBench(
      (1...30).map { item($0, .seconds(60)) } + [item(31, .seconds(10))])
    var last: [Int: Int64] = [:]
    var longest: Int64 = 0
    let begin = bench.now.wall.unixSeconds
    while bench.now.wall.unixSeconds < begin + 7200 {
      guard let turn = bench.schedule.takeNext(at: bench.now) else {
        bench.pass(1)
        continue
      }
      let time = bench.now.wall.unixSeconds
      longest = max(longest, time - (last[turn.meter.number] ?? begin))
      last[turn.meter.number] = time
      bench.pass(5)
      bench.schedule.ended(turn.meter, isGood: true)
    }
    // A round of 31 meters takes 155 s.
    #expect(longest <= 2 * 155 && last.count == 31)
  }

  @Test func batteriesAreReadAtTheirTurnsOnly() {
    let daily = ReadoutRaster(.calendar(.daily))
    var bench = ScheduleBench([
      item(1, daily, isBattery: true, isKnown: true), item(2, daily, isBattery: true),
      item(3, .seconds(3600), isBattery: true),
    ])
    #expect(bench.due() == [2, 3], "whose values are not known")
    #expect(bench.schedule.takeIdle(at: bench.now) == nil, "not in continuous reading")
    bench.schedule.plan(bench.items.reversed(), at: bench.now)
    #expect(bench.due() == [], "a new list does not ask them again")
    bench.now.wall.unixSeconds += 1800
    #expect(bench.times(of: 3, within: 9000).first ?? 0 >= 3600)
    #expect(bench.schedule.rest(of: MeterID(2), at: bench.now) == .seconds(86_400 - 9000))
    #expect(bench.schedule.rest(of: MeterID(1), at: bench.now) == nil, "never asked")
  }

  @Test func whoWasReadLongestAgoIsReadWhileNothingIsDue() {
    var bench = ScheduleBench([
      item(1, .seconds(900)), item(2, .seconds(900)),
      item(3, ReadoutRaster(.calendar(.never)), isKnown: true),
    ])
    #expect(bench.due() == [1, 2])
    bench.pass(1)
    var turns: [Int] = []
    for _ in 0..<4 {
      turns.append(bench.schedule.takeIdle(at: bench.now)?.meter.number ?? 0)
      bench.pass(1)
    }
    #expect(turns == [1, 2, 1, 2])
    bench.schedule.ended(MeterID(1), isGood: false)
    #expect(bench.schedule.takeIdle(at: bench.now)?.meter == MeterID(2), "one that answers")
  }

  @Test func nobodyIsReadWhoIsNotWanted() {
    var bench = ScheduleBench([item(1, ReadoutRaster(.calendar(.never)), isKnown: true)])
    #expect(bench.due() == [] && bench.schedule.nextDue(at: bench.now) == nil)
    bench.schedule.ask(for: MeterID(1))
    #expect(bench.due() == [1] && bench.schedule.nextDue(at: bench.now) == nil)
  }
}
