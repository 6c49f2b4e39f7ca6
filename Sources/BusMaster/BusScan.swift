import MBus
import Time

/// Looks for meters: resets what the plan says, then asks in the order of the search.
public struct BusScan: Sendable {
  private let timing: LineTiming
  private var resets: ArraySlice<ResetSequence.Step>
  private var search: any ScanSearch
  private var exchange: Exchange?
  private var found = 0
  /// What was told last.
  private var told: ScanAction?
  private var isOver = false

  /// - Parameters:
  ///   - plan: where and how meters are looked for.
  ///   - timing: of the line.
  ///   - countBits: what the line remembers from readouts before.
  public init(_ plan: ScanPlan, timing: LineTiming, countBits: FrameCountBits) {
    self.timing = timing
    switch plan.range {
    case .primary(let range):
      resets = plan.reset.primary.filter { $0 != .linkResetToMeter }[...]
      search = PrimarySearch(range, plan: plan, countBits: countBits)
    case .secondary(let start, let isReversed):
      resets = plan.reset.secondary[...]
      search = SecondarySearch(start, isReversed: isReversed, plan: plan, countBits: countBits)
    }
  }

  /// What the master remembers of link addresses; to be kept by the line when the scan is over, or
  /// dropped.
  public var countBits: FrameCountBits { search.countBits }

  /// Takes an event; what is to be done now.
  public mutating func handle(_ event: BusEvent, now: MonotonicInstant) -> [ScanAction] {
    let outcome: Exchange.Outcome?
    switch event {
    case .start: return progress() + proceed(now: now)
    case .received(let bytes): outcome = exchange?.receive(bytes, now: now)
    case .wake: outcome = exchange?.wake(now: now)
    }
    guard let exchange else { return [] }
    guard let outcome else { return [.wake(at: exchange.deadline)] }
    self.exchange = nil
    return take(outcome) + proceed(now: now)
  }

  private mutating func take(_ outcome: Exchange.Outcome) -> [ScanAction] {
    guard resets.isEmpty else {
      resets = resets.dropFirst()
      return []
    }
    guard let hit = search.take(outcome) else { return progress() }
    found += 1
    return [.found(hit)] + progress()
  }

  private mutating func progress() -> [ScanAction] {
    let action = ScanAction.progress(thousandths: search.thousandths, found: found)
    guard action != told else { return [] }
    told = action
    return [action]
  }

  /// Begins the next exchange.
  private mutating func proceed(now: MonotonicInstant) -> [ScanAction] {
    guard !isOver else { return [] }
    let request = resets.first.map { $0.exchange(with: nil) } ?? search.nextRequest()
    guard let request else {
      isOver = true
      return [.finish(ScanResult(found: found, problems: search.problems))]
    }
    // Short frames and selects always fit; an empty request would only be waited for in vain.
    let bytes = (try? request.frame.encoded) ?? []
    let exchange = Exchange(bytes, expecting: request.expectation, timing: timing, now: now)
    self.exchange = exchange
    return [.send(bytes), .wake(at: exchange.deadline)]
  }
}
