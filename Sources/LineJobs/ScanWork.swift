import BusMaster
import Metering
import Station
import Time

/// A scan of the line.
struct ScanWork: LineWork {
  /// Between two reports of progress that tell of no other meter.
  static let reportInterval = Span.seconds(1)

  private let line: LineID
  private let configuration: LineConfiguration
  private var machine: BusScan
  /// At which speeds it looks, and how many it is through with.
  private let speeds: [Int64]
  private var done = 0
  /// The meters found at the speeds before, and at this one.
  private var known: [ScanHit] = []
  private var found: [ScanHit] = []
  /// How many there are of them, and how many were heard again at this speed.
  private var foundBefore = 0
  private var again = 0
  private var problems: [ScanProblem] = []
  /// What the digits A–E have cost; nil: none were looked for.
  private var hex: HexScanCost?
  private var isCancelled = false
  private var told: (time: MonotonicInstant, found: Int)?
  private var start: MonotonicInstant?

  /// - Parameters:
  ///   - link: what the line has shown until now.
  ///   - changesSpeed: whether the line can talk at another speed.
  init(
    line: LineID, configuration: LineConfiguration, countBits: FrameCountBits,
    link: LinkRecord = LinkRecord(), changesSpeed: Bool = false
  ) {
    self.line = line
    self.configuration = configuration
    let own = configuration.timing.baud
    var speeds: [Int64] = []
    // Meters of the line are found first, and keep no speed of their own then.
    let wanted = configuration.scanSpeeds.isEmpty ? [own] : configuration.scanSpeeds
    for speed in wanted.filter({ $0 == own }) + wanted where !speeds.contains(speed) {
      speeds.append(speed)
    }
    if !changesSpeed, speeds != [own] {
      problems = [
        .speedsLeftOut(
          speeds.filter { $0 != own }.map { Int(clamping: $0) }, line: Int(clamping: own))
      ]
      speeds = [own]
    }
    self.speeds = speeds
    machine = Self.machine(configuration, speeds.first ?? own, countBits, link)
  }

  private static func machine(
    _ configuration: LineConfiguration, _ speed: Int64, _ countBits: FrameCountBits,
    _ link: LinkRecord
  ) -> BusScan {
    var timing = configuration.timing
    timing.baud = speed
    return BusScan(configuration.scan, timing: timing, countBits: countBits, link: link)
  }

  var countBits: FrameCountBits { machine.countBits }

  mutating func cancel() {
    isCancelled = true
    machine.cancel()
  }

  private var speed: Int64 { speeds.dropFirst(done).first ?? configuration.timing.baud }

  mutating func handle(_ event: BusEvent, at now: Moment) -> [LineStep] {
    start = start ?? now.instant
    let steps = machine.handle(event, now: now.instant).flatMap { step($0, now) }
    return event == .start ? [.use(baud: speeds.first ?? speed)] + steps : steps
  }

  private mutating func step(_ action: ScanAction, _ now: Moment) -> [LineStep] {
    switch action {
    case .send(let request): return [.send(request)]
    case .wake(let instant): return [.wake(at: instant)]
    case .found(let hit): return take(hit)
    case .progress(let thousandths, let found):
      let share = (done * 1000 + thousandths) / speeds.count
      return progress(share, foundBefore + found - again, now.instant).map { [$0] } ?? []
    case .finish(let result): return ended(result, now)
    }
  }

  /// A meter that follows the speed of its master answers at each of them: it keeps the first.
  private mutating func take(_ hit: ScanHit) -> [LineStep] {
    guard !known.contains(where: { $0.isSame(as: hit) }) else {
      again += 1
      return []
    }
    found.append(hit)
    let own = configuration.timing.baud
    var meter = FoundMeter(
      address: .mbus(hit.address), identity: hit.identity, primaryAddress: hit.primaryAddress,
      baud: speed == own ? nil : Int(clamping: speed))
    meter.lineBaud = Int(clamping: own)
    return [.report(.found(line, meter))]
  }

  /// At the next speed everything is looked for anew.
  private mutating func ended(_ result: ScanSummary, _ now: Moment) -> [LineStep] {
    problems += result.problems.filter { !problems.contains($0) }
    foundBefore += result.found - again
    if let cost = result.hex { hex = (hex ?? HexScanCost()) + cost }
    return next(now)
  }

  /// Nothing has been heard at this speed; the others go on.
  mutating func speedRefused(_ why: String, at now: Moment) -> [LineStep] {
    problems.append(.speedRefused(Int(clamping: speed), why))
    return next(now)
  }

  private mutating func next(_ now: Moment) -> [LineStep] {
    guard !isCancelled, done + 1 < speeds.count else {
      let summary = ScanSummary(
        found: foundBefore, problems: problems, wasCancelled: isCancelled, hex: hex)
      return [.end(.scanEnded(line, summary))]
    }
    done += 1
    (known, found, again) = (known + found, [], 0)
    machine = Self.machine(configuration, speed, machine.countBits, machine.link)
    return [.use(baud: speed)]
      + machine.handle(.start, now: now.instant).flatMap { step($0, now) }
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

extension ScanHit {
  /// Whether it is the meter that was found at another speed.
  fileprivate func isSame(as other: ScanHit) -> Bool {
    identity == other.identity && (identity.serial != .any || address == other.address)
  }
}
