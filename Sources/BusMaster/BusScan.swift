import Bytes
import MBus
import Metering
import Time

/// Looks for meters: resets what the plan says, then asks in the order of the search.
public struct BusScan: Sendable {
  private let plan: ScanPlan
  /// Its latency is what is measured, as soon as that is more than what is known of links of its kind.
  private var timing: LineTiming
  private let leastLatency: Span
  /// What the line has shown of the way to its meters.
  public private(set) var link: LinkRecord
  private var hexCost: HexCost
  private var resets: ArraySlice<ResetSequence.Step>
  private var search: any ScanSearch
  private var exchange: ScanExchange?
  private var found: [MeterIdentity] = []
  /// Where is looked behind what is looked at now.
  private var further: ScanPlan.Range?
  /// What the searches before had to say.
  private var problems: [ScanProblem] = []
  /// What was told last.
  private var told: ScanAction?
  private var isOver = false
  private var isCancelled = false

  /// - Parameters:
  ///   - plan: where and how meters are looked for.
  ///   - timing: of the line.
  ///   - countBits: what the line remembers from readouts before.
  ///   - link: what the line has shown until now.
  public init(
    _ plan: ScanPlan, timing: LineTiming, countBits: FrameCountBits,
    link: LinkRecord = LinkRecord()
  ) {
    var (plan, countBits) = (plan, countBits)
    countBits.baud = timing.baud
    // Who looks again misses somebody, perhaps.
    plan.confirmsLone = plan.confirmsLone || link.scans > 0 || link.hasLostAnswers
    self.plan = plan
    leastLatency = timing.latency
    self.timing = timing
    self.timing.latency = link.latency(least: leastLatency)
    self.link = link
    hexCost = HexCost(isCounted: plan.triesHex)
    further = plan.second
    switch plan.range {
    case .primary: resets = plan.reset.primary.filter { $0 != .linkResetToMeter }[...]
    case .secondary: resets = plan.secondaryResets[...]
    }
    search = Self.search(plan.range, plan, self.timing, countBits)
  }

  private static func search(
    _ range: ScanPlan.Range, _ plan: ScanPlan, _ timing: LineTiming, _ countBits: FrameCountBits
  ) -> any ScanSearch {
    switch (range, plan.strategy) {
    case (.primary(let range), _): PrimarySearch(range, plan: plan, countBits: countBits)
    case (.secondary(let start, _), .adaptive):
      AdaptiveSearch(start, plan: plan, timing: timing, countBits: countBits)
    case (.secondary(let start, let isReversed), .classic):
      SecondarySearch(start, isReversed: isReversed, plan: plan, countBits: countBits)
    }
  }

  /// What the master remembers of link addresses; to be kept by the line when the scan is over, or
  /// dropped.
  public var countBits: FrameCountBits { search.countBits }

  /// Takes an event; what is to be done now.
  public mutating func handle(_ event: BusEvent, now: MonotonicInstant) -> [ScanAction] {
    if event == .start { return progress() + proceed(now: now) }
    if case .received(let bytes) = event { noteReceived(bytes, now: now) }
    let reply = exchange?.handle(event, now: now)
    guard let exchange else { return [] }
    guard let reply else { return [.wake(at: exchange.deadline)] }
    self.exchange = nil
    hexCost.noteEnd(now)
    return take(reply) + proceed(now: now)
  }

  /// Looks no further: what is under way is waited for, so that no answer of it is taken for another one's,
  /// then nobody is left selected, and the scan ends with what it has found.
  public mutating func cancel() {
    guard !isOver else { return }
    isCancelled = true
  }

  private mutating func take(_ reply: ScanReply) -> [ScanAction] {
    guard resets.isEmpty else {
      resets = resets.dropFirst()
      return []
    }
    // Whom the search by primary addresses has found is found there.
    let hits = search.take(reply).filter { hit in
      plan.second == nil || hit.identity.serial == .any || !found.contains(hit.identity)
    }
    found += hits.map(\.identity)
    return hits.map(ScanAction.found) + progress()
  }

  private mutating func noteReceived(_ bytes: LineBytes, now: MonotonicInstant) {
    link.noteReceived(bytes, timing, now: now)
    // What was silent is only known for what was waited then.
    timing.latency = max(timing.latency, link.latency(least: leastLatency))
    search.use(latency: timing.latency)
  }

  private mutating func progress() -> [ScanAction] {
    let action = ScanAction.progress(thousandths: thousandths, found: found.count)
    guard action != told else { return [] }
    told = action
    return [action]
  }

  /// Two searches count for half of it each.
  private var thousandths: Int {
    guard plan.second != nil else { return search.thousandths }
    return (further == nil ? 500 : 0) + search.thousandths / 2
  }

  /// Begins the next exchange.
  private mutating func proceed(now: MonotonicInstant) -> [ScanAction] {
    guard !isOver else { return [] }
    if isCancelled {
      resets = []
      search.cancel()
    }
    guard let request = nextRequest() else {
      isOver = true
      link.noteScan()
      return (isCancelled ? [] : progress()) + [
        .finish(
          ScanSummary(
            found: found.count, problems: problems + search.problems, wasCancelled: isCancelled,
            hex: hexCost.sum))
      ]
    }
    // Short frames and selects always fit; an empty request would only be waited for in vain.
    let bytes = (try? request.frame.encoded) ?? []
    link.noteSent(bytes, timing, now: now)
    hexCost.noteBegin(request.frame, now)
    let exchange = ScanExchange(bytes, request.kind, timing: timing, now: now)
    self.exchange = exchange
    return [.send(bytes), .wake(at: exchange.deadline)]
  }

  private mutating func nextRequest() -> ScanRequest? {
    if let step = resets.first {
      return step.exchange(with: nil).map { ScanRequest($0.frame, $0.expectation) }
    }
    if let request = search.nextRequest() { return request }
    guard let range = further, !isCancelled else { return nil }
    further = nil
    problems += search.problems
    search = Self.search(range, plan, timing, search.countBits)
    return search.nextRequest()
  }
}
