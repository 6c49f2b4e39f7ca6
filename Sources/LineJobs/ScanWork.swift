import BusMaster
import Metering
import Station
import Time

/// A scan of the line.
struct ScanWork: LineWork {
  /// Between two reports of progress that tell of no other meter.
  static let reportInterval = Span.seconds(1)

  private let line: LineID
  private var machine: BusScan
  private var told: (time: MonotonicInstant, found: Int)?
  private var start: MonotonicInstant?

  init(line: LineID, configuration: LineConfiguration, countBits: FrameCountBits) {
    self.line = line
    machine = BusScan(configuration.scan, timing: configuration.timing, countBits: countBits)
  }

  var countBits: FrameCountBits { machine.countBits }

  mutating func cancel() { machine.cancel() }

  mutating func handle(_ event: BusEvent, at now: Moment) -> [LineStep] {
    start = start ?? now.instant
    return machine.handle(event, now: now.instant).compactMap { action in
      switch action {
      case .send(let request): .send(request)
      case .wake(let instant): .wake(at: instant)
      case .found(let hit):
        .report(
          .found(
            line,
            FoundMeter(
              address: .mbus(hit.address), identity: hit.identity,
              primaryAddress: hit.primaryAddress)))
      case .progress(let thousandths, let found):
        progress(thousandths, found, now.instant)
      case .finish(let result):
        .end(
          .scanEnded(
            line,
            ScanSummary(
              found: result.found, problems: result.problems, wasCancelled: result.wasCancelled)))
      }
    }
  }

  func refused(_ failure: ReadoutFailure, at now: Moment) -> LineEvent {
    .scanEnded(line, ScanSummary(found: 0, problems: [.notBegun(failure)]))
  }

  private mutating func progress(
    _ thousandths: Int, _ found: Int, _ now: MonotonicInstant
  ) -> LineStep? {
    if let told, told.found == found, now - told.time < Self.reportInterval { return nil }
    told = (now, found)
    let elapsed = (now - (start ?? now)).nanoseconds
    return .report(
      .scanProgress(
        line,
        ScanProgress(
          thousandths: thousandths, found: found,
          secondsLeft: Self.secondsLeft(thousandths, elapsed: elapsed))))
  }

  /// Less than this says nothing about the rest.
  private static let leastShare = 20

  /// The rest takes as long for each share as what has been done.
  private static func secondsLeft(_ thousandths: Int, elapsed nanoseconds: Int64) -> Int? {
    guard (leastShare...1000).contains(thousandths) else { return nil }
    let milliseconds = nanoseconds / 1_000_000
    return Int(clamping: milliseconds * Int64(1000 - thousandths) / Int64(thousandths) / 1000)
  }
}
