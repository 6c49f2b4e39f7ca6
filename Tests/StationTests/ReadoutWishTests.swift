import Metering
import RegisterMap
import Station
import Testing
import Time

/// Readouts out of turn, and those that are left out.
@Suite struct ReadoutWishTests {
  private func battery(_ serial: UInt32, isKnown: Bool = true) -> MeterConfiguration {
    var meter = fresh(serial)
    meter.isBattery = true
    if isKnown {
      meter.values = [
        ValueConfiguration(dif: [0x0C], vif: [0x06], meaning: ValueMeaning(.energy, .wattHour))
      ]
    }
    return meter
  }

  private var isProbe: (Bench) -> Bool? {
    { bench in
      for case .perform(.read(let job)) in bench.effects { return job.isProbe }
      return nil
    }
  }

  @Test func aWishLeavesTheRasterAlone() {
    var bench = Bench([fresh(1)], .init(readoutCycle: .seconds(600)))
    bench.give(up)
    bench.answer(1, [energy(1)])
    bench.pass(400)
    bench.give(.readNow(MeterID(1)))
    #expect(bench.asked == MeterID(1))
    bench.answer(1, [energy(2)])
    #expect(bench.effects.last == .wake(at: .zero + .seconds(600)))
    #expect(
      bench.station.nextReadout(of: MeterID(1), at: bench.now)?.unixSeconds == 1_699_999_800)
  }

  @Test func batteriesAreLeftInPeace() {
    var bench = Bench([battery(1), fresh(2)], .init(readoutCycle: .seconds(600)))
    bench.give(up)
    #expect(bench.asked == MeterID(2), "at the start only whose values are not known")
    bench.answer(2, [energy(1)])
    #expect(bench.station.readTogether.map(\.id) == [MeterID(2)])
    bench.give(.readNow(nil))
    #expect(bench.events == [.batteriesSpared(1)])
    #expect(bench.events.map(\.text) == ["1 meter with a battery is not read out of turn"])
    #expect(bench.asked == MeterID(2))
    bench.answer(2, [energy(1)])
    bench.give(.readNow(MeterID(1)))
    #expect(bench.asked == MeterID(1), "it has not been asked yet")
    bench.answer(1, [energy(1)])
    bench.pass(100)
    bench.give(.readNow(MeterID(1)))
    #expect(bench.asked == nil)
    #expect(
      bench.events.map(\.text) == [
        "meter 00000001 has a battery and is not read more often than its interval says: not before 500 s have "
          + "passed"
      ])
    bench.pass(500)
    bench.give(.wake)
    #expect(bench.asked == MeterID(1), "its turn")
  }

  @Test func aLineThatComesBackCostsNoBattery() {
    var bench = Bench([battery(1)], .init(readoutCycle: .seconds(600)))
    bench.give(up)
    bench.give(down)
    bench.pass(600)
    bench.give(.wake)
    #expect(bench.meter(1).registerEntry.flags.rawValue == 3)
    bench.pass(5)
    bench.give(up)
    #expect(bench.asked == nil)
    bench.pass(595)
    bench.give(.wake)
    #expect(bench.asked == MeterID(1))
  }

  @Test func pausesAreToldOnceAndMakeValuesStale() {
    var bench = Bench([fresh(1)], .init(readoutCycle: .seconds(60)))
    bench.give(up)
    bench.answer(1, [energy(1)])
    var asked: [Bool?] = []
    for turn in 1...5 {
      bench.pass(60)
      bench.give(.wake)
      asked.append(isProbe(bench))
      guard bench.asked != nil else {
        #expect(bench.effects.contains(.publish(MeterID(1))))
        continue
      }
      bench.fail(1)
      #expect(bench.events.contains { $0.code == "meter-paused" } == (turn == 3))
    }
    #expect(asked == [false, false, false, nil, true])
    let meter = bench.meter(1)
    #expect(meter.values.first?.live.misses == 5 && meter.misses == 4)
    #expect(meter.failedReadouts == 4 && meter.registerEntry.flags.rawValue == 3)
    #expect(
      GatewayEvent.meterPaused("1", failures: 3, longest: 3600).text
        == "meter 1 has failed 3 times in a row: until it answers, turns of it are left out and it is asked once a "
        + "time, at least every 3600 s or at its next turn (METER_BACKOFF, METER_BACKOFFMAX)")
    bench.give(.readNow(MeterID(1)))
    #expect(isProbe(bench) == false)
    bench.answer(1, [energy(2)])
    #expect(bench.events == [.meterBack("00000001", misses: 4)])
  }

  @Test func aLineThatIsDownIsNoFaultOfTheMeter() {
    var bench = Bench([fresh(1)], .init(readoutCycle: .seconds(60)))
    bench.give(down)
    for _ in 1...5 {
      bench.pass(60)
      bench.give(.wake)
    }
    bench.give(up)
    #expect(isProbe(bench) == false)
    bench.fail(1)
    #expect(!bench.events.contains { $0.code == "meter-paused" })
  }

  @Test func oneAfterTheOtherWhileNobodyIsDue() {
    var configuration = Station.Configuration(readoutCycle: .seconds(600))
    configuration.isContinuous = true
    var bench = Bench([fresh(1), fresh(2), battery(3)], configuration)
    bench.give(up)
    var asked: [Int] = []
    for _ in 1...6 {
      asked.append(bench.asked?.number ?? 0)
      bench.pass(1)
      bench.answer(asked.last ?? 0, [energy(1)])
    }
    #expect(asked == [1, 2, 1, 2, 1, 2])
  }

  @Test func valuesOfAllMetersTogether() {
    var configuration = Station.Configuration()
    configuration.maxAllValueCount = 3
    var bench = Bench([fresh(1), fresh(2), fresh(3)], configuration)
    bench.give(up)
    bench.answer(1, [energy(1), volume()])
    #expect(!bench.meter(1).isLimited)
    bench.answer(2, [energy(1), volume()])
    #expect(bench.meter(2).values.count == 1 && bench.meter(2).isLimited)
    #expect(bench.events.contains(.valuesLimited("00000002", kept: 1, sent: 2)))
    bench.answer(3, [energy(1), volume()])
    #expect(bench.meter(3).values.isEmpty && bench.meter(3).isLimited)
    bench.give(.readNow(MeterID(1)))
    bench.answer(1, [energy(2), volume()])
    #expect(bench.meter(1).values.count == 2, "what is listed stays")
  }
}
