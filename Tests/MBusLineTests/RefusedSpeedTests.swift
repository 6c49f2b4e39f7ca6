import BusMaster
import LineJobs
import MBus
import Metering
import Station
import Testing
import Time

/// A serial port that does not take another speed.
@Suite struct RefusedSpeedTests {
  private static let line = LineID(.mbus)
  private static let why =
    "/dev/ttyS1: cannot be set to 300 baud: the port cannot do 300 baud; the nearest that it offers is 9600"
  private var now = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_700_000_000))

  private func driver(_ scanSpeeds: [Int64] = []) -> LineDriver {
    var configuration = LineConfiguration(
      timing: LineTiming(), selectMask: [], reset: .none, retries: 0, maxTelegrams: 0,
      scan: ScanPlan(.primary(5...5), reset: .anybusStandard, retries: 0, strategy: .adaptive))
    configuration.scanSpeeds = scanSpeeds
    var driver = LineDriver(line: Self.line, configuration: configuration)
    driver.changesSpeed = true
    _ = driver.handle(.opened, at: now)
    return driver
  }

  private func job(_ meter: Int, baud: Int?) -> LineJob {
    var job = ReadJob(meter: MeterID(meter), address: .mbus(.primary(5)))
    job.baud = baud
    return .read(job)
  }

  private func events(_ actions: [LineDriver.Action]) -> [LineEvent] {
    actions.compactMap { if case .event(let event) = $0 { event } else { nil } }
  }

  private func sent(_ actions: [LineDriver.Action]) -> Int {
    actions.count { if case .send = $0 { true } else { false } }
  }

  /// 9600 baud are in force when 300 are refused: the line goes back to its own 2400 for the next meter.
  @Test func theJobFailsAndTheNextOneIsDoneAtTheSpeedOfTheLine() {
    var driver = driver()
    #expect(driver.handle(.perform(job(1, baud: 300)), at: now).first == .use(baud: 300))
    _ = driver.handle(.perform(job(2, baud: nil)), at: now)
    let actions = driver.handle(.speedRefused(inForce: 9600, Self.why), at: now)
    #expect(
      events(actions) == [
        .readout(
          Readout(
            line: Self.line, meter: MeterID(1), time: now,
            outcome: .failure(.speedRefused(Self.why)), telegrams: []))
      ])
    #expect(actions.contains(.use(baud: 2400)))
    #expect(sent(actions) == 1)
  }

  /// 2400 is searched first, 300 is refused, 9600 is searched.
  @Test func aScanGoesOnWithTheNextSpeed() {
    var driver = driver([300, 2400, 9600])
    var later = now
    var wakeAt: MonotonicInstant?
    var seen: [LineDriver.Action] = []
    func take(_ actions: [LineDriver.Action]) {
      seen += actions
      for case .wake(let instant) in actions { wakeAt = instant }
    }
    take(driver.handle(.perform(.scan), at: later))
    while !seen.contains(.use(baud: 300)), let wake = wakeAt {
      later.instant = wake
      take(driver.handle(.wake, at: later))
    }
    #expect(!seen.contains(.use(baud: 2400)), "it has that anyway")
    take(driver.handle(.speedRefused(inForce: 2400, Self.why), at: later))
    #expect(seen.contains(.use(baud: 9600)))
    while !events(seen).contains(where: { if case .scanEnded = $0 { true } else { false } }),
      let wake = wakeAt
    {
      later.instant = wake
      take(driver.handle(.wake, at: later))
    }
    #expect(
      events(seen).last
        == .scanEnded(
          Self.line, ScanSummary(found: 0, problems: [.speedRefused(300, Self.why)])))
    #expect(
      ScanProblem.speedRefused(300, Self.why).description
        == "not looked for at 300 baud (MBUS_SCANBAUDRATES): \(Self.why)")
  }

  @Test func bytesThatSomebodySendsAreRefused() {
    var driver = driver()
    var job = SendJob([0x10, 0x40, 0x05, 0x45, 0x16])
    job.baud = 300
    _ = driver.handle(.perform(.send(job)), at: now)
    let actions = driver.handle(.speedRefused(inForce: 2400, Self.why), at: now)
    #expect(events(actions) == [.sent(Self.line, SendReply(.lineDown(Self.why)))])
    #expect(driver.handle(.speedRefused(inForce: 2400, Self.why), at: now).isEmpty, "nobody asks")
  }
}
