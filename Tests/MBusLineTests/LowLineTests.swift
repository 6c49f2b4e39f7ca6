import BusMaster
import Bytes
import LineJobs
import MBus
import Metering
import Station
import Testing
import Time

/// Something holds the line low: a serial port reports `FF 00 00`, a damaged byte 00.
@Suite struct LowLineTests {
  private static let line = LineID(.mbus)
  private var now = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_700_000_000))

  private func driver() -> LineDriver {
    let configuration = LineConfiguration(
      timing: LineTiming(), selectMask: [], reset: .none, retries: 3, maxTelegrams: 0)
    var driver = LineDriver(line: Self.line, configuration: configuration)
    _ = driver.handle(.opened, at: now)
    return driver
  }

  private func changes(_ actions: [LineDriver.Action]) -> [Bool] {
    actions.compactMap { if case .event(.heldLow(_, let isLow)) = $0 { isLow } else { nil } }
  }

  private func zeros(_ count: Int) -> LineBytes {
    LineBytes([UInt8](repeating: 0, count: count), damaged: Array(0..<count))
  }

  /// 261 bytes are the longest frame; one more is no answer. It is said once, and again when it has been sound.
  @Test func aRunThatIsLongerThanAnyAnswer() {
    var driver = driver()
    #expect(changes(driver.handle(.received(zeros(200)), at: now)).isEmpty)
    #expect(changes(driver.handle(.received(zeros(61)), at: now)).isEmpty)
    #expect(changes(driver.handle(.received(zeros(1)), at: now)) == [true])
    #expect(changes(driver.handle(.received(zeros(300)), at: now)).isEmpty)
    #expect(changes(driver.handle(.received(LineBytes([0x20], damaged: [0])), at: now)).isEmpty)
    #expect(changes(driver.handle(.received(LineBytes([0xE5])), at: now)) == [false])
    #expect(changes(driver.handle(.received(zeros(262)), at: now)) == [true])
  }

  @Test func otherBytesBetweenThemAreNoise() {
    var driver = driver()
    for _ in 0..<10 {
      #expect(changes(driver.handle(.received(zeros(200)), at: now)).isEmpty)
      #expect(changes(driver.handle(.received(LineBytes([0])), at: now)).isEmpty, "a sound 00")
    }
  }

  /// A converter that makes one damaged 00 of each request: behind the idle timeout it is another disturbance.
  @Test func disturbancesOneByOneAreNoRun() {
    var driver = driver()
    var later = now
    for _ in 0..<600 {
      later.instant = later.instant + .seconds(2)
      #expect(changes(driver.handle(.received(zeros(1)), at: later)).isEmpty)
    }
    // 11 bits at 2400 baud are 4.6 ms: those of a line that is low come one behind the other.
    var told: [Bool] = []
    for _ in 0..<262 {
      later.instant = later.instant + Span(nanoseconds: 4_583_000)
      told += changes(driver.handle(.received(zeros(1)), at: later))
    }
    #expect(told == [true])
  }

  /// A bus that is not there yet: SND_NKE and what goes to all need no answer, and one dead meter is not several.
  @Test(arguments: [[1, 1, 1, 1, 1, 1, 1, 1], [1, 2, 3, 1]])
  func noiseBeforeMetersThatAreNotThere(meters: [Int]) {
    var driver = driver()
    if meters.count == 4 {
      driver.configuration.reset = .standard
      driver.configuration.retries = 2
    }
    let told = readouts(of: meters, &driver)
    #expect(told.changes == [] && told.requests > 13)
  }

  /// Lets meters be asked behind one damaged 00, of which nobody answers.
  private func readouts(
    of meters: [Int], _ driver: inout LineDriver
  ) -> (changes: [Bool], requests: Int) {
    var (later, wakeAt) = (now, MonotonicInstant?.none)
    var (requests, told) = (0, [Bool]())
    func take(_ actions: [LineDriver.Action]) {
      for action in actions {
        if case .send = action { requests += 1 }
        if case .wake(let instant) = action { wakeAt = instant }
      }
      told += changes(actions)
      for case .event(.readout) in actions { wakeAt = nil }
    }
    take(driver.handle(.received(zeros(1)), at: later))
    for meter in meters {
      let job = ReadJob(meter: MeterID(meter), address: .mbus(.primary(5)))
      take(driver.handle(.perform(.read(job)), at: later))
      while let wake = wakeAt {
        later.instant = wake
        take(driver.handle(.wake, at: later))
      }
    }
    return (told, requests)
  }

  /// A UART that reports a break once: behind it nothing comes, whoever is asked.
  @Test(arguments: [true, false]) func oneBreakAndThenNothing(isBroken: Bool) {
    var driver = driver()
    var (later, wakeAt) = (now, MonotonicInstant?.none)
    var (requests, told) = (0, [Int]())
    func take(_ actions: [LineDriver.Action]) {
      for action in actions {
        if case .send = action { requests += 1 }
        if case .wake(let instant) = action { wakeAt = instant }
      }
      if changes(actions) == [true] { told.append(requests) }
      for case .event(.readout) in actions { wakeAt = nil }
    }
    if isBroken { take(driver.handle(.received(zeros(1)), at: later)) }
    for meter in 1...5 {
      take(
        driver.handle(
          .perform(.read(ReadJob(meter: MeterID(meter), address: .mbus(.primary(UInt8(meter)))))),
          at: later))
      while let wake = wakeAt {
        later.instant = wake
        take(driver.handle(.wake, at: later))
      }
    }
    #expect(told == (isBroken ? [13] : []))
  }

  @Test func aLineThatIsOpenedAnewIsNotKnownToBeLow() {
    var driver = driver()
    _ = driver.handle(.received(zeros(262)), at: now)
    _ = driver.handle(.closed("the device is gone"), at: now)
    _ = driver.handle(.opened, at: now)
    #expect(changes(driver.handle(.received(zeros(262)), at: now)) == [true])
  }
}
