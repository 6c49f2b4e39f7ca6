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

  init(line: LineID, configuration: LineConfiguration, countBits: FrameCountBits) {
    self.line = line
    machine = BusScan(configuration.scan, timing: configuration.timing, countBits: countBits)
  }

  var countBits: FrameCountBits { machine.countBits }

  mutating func handle(_ event: BusEvent, at now: Moment) -> [LineStep] {
    machine.handle(event, now: now.instant).compactMap { action in
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
        progress(ScanProgress(thousandths: thousandths, found: found), now.instant)
      case .finish(let result):
        .end(.scanEnded(line, ScanSummary(found: result.found, problems: result.problems)))
      }
    }
  }

  func refused(_ failure: ReadoutFailure, at now: Moment) -> LineEvent {
    .scanEnded(line, ScanSummary(found: 0, problems: ["\(failure)"]))
  }

  private mutating func progress(
    _ progress: ScanProgress, _ now: MonotonicInstant
  ) -> LineStep? {
    if let told, told.found == progress.found, now - told.time < Self.reportInterval { return nil }
    told = (now, progress.found)
    return .report(.scanProgress(line, progress))
  }
}
