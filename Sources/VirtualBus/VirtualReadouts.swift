import BusSimulator
import Bytes
import LineJobs
import Metering
import Station
import Time

/// One readout of many meters by the line's driver, in virtual time: what it takes on the bus.
public struct VirtualReadouts: Sendable {
  /// What came of it.
  public struct Outcome: Hashable, Sendable {
    /// From the first request to the end of the last readout.
    public var span = Span.zero
    /// Bytes that the master sent.
    public var sent = 0
    /// Frames that the master sent.
    public var frames = 0
    /// Bytes that came.
    public var received = 0
    /// Readouts that failed: why.
    public var failures: [String] = []
  }

  private var bus: SimulatedBus
  private var driver: LineDriver
  private var now: Moment
  private var wakeAt: MonotonicInstant?
  private var outcome = Outcome()

  /// - Parameters:
  ///   - slaves: who is on the wire.
  ///   - settings: speed of the wire, noise, clocks.
  ///   - line: how the line is driven.
  public init(_ slaves: [SimulatedSlave], settings: LineSettings, line: LineConfiguration) {
    bus = SimulatedBus(slaves, settings: settings)
    driver = LineDriver(line: LineID(.mbus), configuration: line)
    driver.changesSpeed = true
    now = settings.clock
    _ = driver.handle(.opened, at: now)
  }

  /// Reads them one after another.
  public mutating func run(_ jobs: [ReadJob]) -> Outcome {
    outcome = Outcome()
    let start = now.instant
    var left = jobs.count
    for job in jobs { left -= handle(.perform(.read(job))) }
    while left > 0, let next = [bus.nextEvent, wakeAt].compactMap({ $0 }).min() {
      now.instant = max(now.instant, next)
      let bytes = bus.advance(to: now.instant).map(\.value)
      outcome.received += bytes.count
      if !bytes.isEmpty { left -= handle(.received(LineBytes(bytes))) }
      if let wake = wakeAt, wake <= now.instant {
        wakeAt = nil
        left -= handle(.wake)
      }
    }
    outcome.span = now.instant - start
    return outcome
  }

  /// - Returns: how many readouts have ended.
  private mutating func handle(_ input: LineDriver.Input) -> Int {
    var ended = 0
    for action in driver.handle(input, at: now) {
      switch action {
      case .send(let bytes):
        outcome.sent += bytes.count
        outcome.frames += 1
        bus.send(bytes, at: now.instant)
      case .wake(let instant): wakeAt = instant
      case .cancelWake: wakeAt = nil
      case .event(.readout(let readout)):
        ended += 1
        if case .failure(let failure) = readout.outcome { outcome.failures.append("\(failure)") }
      case .use(let baud): bus.use(baud: baud)
      case .event, .guest, .raw: break
      }
    }
    return ended
  }
}
