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
          .perform(.read(ReadJob(meter: MeterID(meter), address: .mbus(.primary(5))))), at: later))
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
