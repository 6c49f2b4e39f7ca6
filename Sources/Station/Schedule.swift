import Metering
import Time

/// When which meter is read.
///
/// Every meter has a cycle. Its due times lie on a raster that starts with the first readout, so that
/// a slow bus shifts no readout for good; turns that were missed are left out, not made up for. Of
/// several meters that are due the one that has waited longest comes first, so that a short cycle
/// cannot starve the others. Somebody's wish to read a meter now comes before that and leaves its
/// raster alone.
public struct Schedule: Hashable, Sendable {
  private struct Entry: Hashable {
    var meter: MeterID
    var cycle: Span
    var due: MonotonicInstant
    /// When somebody wished for it, counted up; nil: nobody did.
    var wish: Int?
  }

  /// In list order, which decides between meters that are due at the same time.
  private var entries: [Entry] = []
  private var wishes = 0

  /// An empty schedule.
  public init() {}

  /// Takes over a list. Meters that are new are due at once, those that are no longer in it are forgotten,
  /// the others keep their turn; one with another cycle begins its raster anew.
  /// - Parameter list: meters in list order, and the time between two readouts; less than a second counts
  ///   as one.
  public mutating func plan(
    _ list: some Sequence<(meter: MeterID, cycle: Span)>, now: MonotonicInstant
  ) {
    let known = Dictionary(entries.map { ($0.meter, $0) }, uniquingKeysWith: { first, _ in first })
    entries = list.map { meter, cycle in
      let cycle = max(cycle, .seconds(1))
      guard var entry = known[meter] else { return Entry(meter: meter, cycle: cycle, due: now) }
      if entry.cycle != cycle {
        entry.cycle = cycle
        entry.due = min(entry.due, now + cycle)
      }
      return entry
    }
  }

  /// Reads a meter at the next opportunity, besides its raster, after those asked for before.
  public mutating func ask(for meter: MeterID) {
    guard let index = entries.firstIndex(where: { $0.meter == meter }), entries[index].wish == nil
    else { return }
    wishes += 1
    entries[index].wish = wishes
  }

  /// The meter whose turn it is, and moves it on to its next turn; nil when none is due.
  public mutating func takeNext(now: MonotonicInstant) -> MeterID? {
    let wished = entries.indices.filter { entries[$0].wish != nil }
    if let index = wished.min(by: { (entries[$0].wish ?? 0) < (entries[$1].wish ?? 0) }) {
      entries[index].wish = nil
      return entries[index].meter
    }
    guard let index = entries.indices.min(by: { entries[$0].due < entries[$1].due }),
      entries[index].due <= now
    else { return nil }
    let entry = entries[index]
    let missed = (now - entry.due).nanoseconds / entry.cycle.nanoseconds
    entries[index].due = entry.due + entry.cycle * (missed + 1)
    return entry.meter
  }

  /// When the next meter is due by its raster; nil when there is none.
  public var nextDue: MonotonicInstant? { entries.map(\.due).min() }
}
