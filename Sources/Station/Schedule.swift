import Metering
import Time

/// When which meter is read.
///
/// Every meter has a raster by the clock on the wall (`ReadoutRaster`). A slow bus shifts no readout for
/// good; turns that were missed are left out, not made up for. Of several meters that are due the one that
/// has waited longest comes first, so that neither a short cycle nor a dead meter can starve the others.
/// Somebody's wish to read a meter now comes before that and leaves its raster alone.
///
/// While the clock on the wall is not trusted, meters with a cycle in seconds are read on a raster of the
/// monotonic clock that begins with the first readout, and those by the calendar once at the start. When it
/// is set, or jumps, all turns are worked out anew; nobody is read twice within half a cycle by that.
///
/// A meter that has failed several times in a row leaves out 1, 3, 7 … turns (`Backoff`).
public struct Schedule: Hashable, Sendable {
  /// A meter that is to be read.
  public struct Item: Hashable, Sendable {
    /// Which one.
    public var meter: MeterID
    /// When it is due.
    public var raster: ReadoutRaster
    /// It has a battery: it is never read more often than its raster says, but when somebody asks for it.
    public var isBattery: Bool
    /// Its values and their registers are known without a readout: nothing hurries at the start where a readout
    /// costs something.
    public var isKnown: Bool

    /// All parts.
    public init(
      meter: MeterID, raster: ReadoutRaster, isBattery: Bool = false, isKnown: Bool = false
    ) {
      self.meter = meter
      self.raster = raster
      self.isBattery = isBattery
      self.isKnown = isKnown
    }

    fileprivate var waitsForItsTurn: Bool {
      isKnown && (isBattery || raster.period == .calendar(.never))
    }
  }

  /// The readout of a meter whose turn it is.
  public struct Turn: Hashable, Sendable {
    /// Which one.
    public var meter: MeterID
    /// It has failed again and again: one attempt is enough.
    public var isProbe: Bool

    /// All parts.
    public init(meter: MeterID, isProbe: Bool = false) {
      self.meter = meter
      self.isProbe = isProbe
    }
  }

  /// How meters that do not answer are asked less often.
  public struct Backoff: Hashable, Sendable {
    /// After how many failed readouts in a row (METER_BACKOFF); 0: never.
    public var after: Int
    /// The longest time from one attempt to the next (METER_BACKOFFMAX); a longer cycle stays.
    public var longest: Span

    /// What is left out has the default of the settings.
    public init(after: Int = 3, longest: Span = .seconds(3600)) {
      self.after = after
      self.longest = longest
    }
  }

  /// In list order, which decides between meters that are due at the same time.
  private var entries: [Entry] = []
  private var places: [MeterID: Int] = [:]
  private var wishes = 0
  private var zone = TimeZoneRules.utc
  private var backoff = Backoff()
  /// The two clocks at the moment by which all turns have been worked out.
  private var reference: Moment?
  private var skipped: [MeterID] = []

  /// An empty schedule.
  public init() {}

  /// Takes over a list. Meters that are new are due at once, those that are no longer in it are forgotten,
  /// the others keep their turn; one with another raster gets the next turn of that.
  /// - Parameters:
  ///   - items: meters in list order.
  ///   - zone: the clock by which they are due.
  ///   - backoff: how meters that do not answer are asked less often.
  public mutating func plan(
    _ items: some Sequence<Item>, zone: TimeZoneRules = .utc, backoff: Backoff = Backoff(),
    at now: Moment
  ) {
    follow(now)
    let known = Dictionary(
      entries.map { ($0.item.meter, $0) }, uniquingKeysWith: { first, _ in first })
    let isOtherZone = zone != self.zone
    self.zone = zone
    self.backoff = backoff
    entries = items.map { item in
      guard var entry = known[item.meter] else {
        var entry = Entry(item)
        if item.waitsForItsTurn {
          entry.planNext(after: now, zone)
        } else {
          entry.due = now.instant
        }
        return entry
      }
      let isOther = entry.item.raster != item.raster || entry.item.isBattery != item.isBattery
      entry.item = item
      if isOther { entry.forgetTurns() }
      if isOther || isOtherZone && entry.dueWall != nil, !entry.isDue(now) {
        entry.planAgain(now, zone)
      }
      return entry
    }
    places = Dictionary(
      entries.enumerated().map { ($1.item.meter, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Reads a meter at the next opportunity, besides its raster, after those asked for before.
  public mutating func ask(for meter: MeterID) {
    guard let index = places[meter], entries[index].wish == nil else { return }
    wishes += 1
    entries[index].wish = wishes
    entries[index].turnsToSkip = 0
  }

  /// The meter whose turn it is, and moves it on to its next turn; nil when none is due.
  public mutating func takeNext(at now: Moment) -> Turn? {
    follow(now)
    let wished = entries.indices.filter { entries[$0].wish != nil }
    if let index = wished.min(by: { (entries[$0].wish ?? 0) < (entries[$1].wish ?? 0) }) {
      entries[index].wish = nil
      entries[index].lastAttempt = now.instant
      return Turn(meter: entries[index].item.meter)
    }
    while let index = nextIndex(now) {
      let isTurn = entries[index].isAtItsTurn
      entries[index].planNext(after: now, zone)
      guard entries[index].skipsTurn(now, backoff) else {
        if isTurn { entries[index].lastTurn = now.instant }
        entries[index].lastAttempt = now.instant
        return Turn(meter: entries[index].item.meter, isProbe: isPaused(entries[index]))
      }
      skipped.append(entries[index].item.meter)
    }
    return nil
  }

  /// The meter that was read longest ago, without its turn having come, for a line that has nothing to do; nil:
  /// there is none that may be read so. Meters with a battery may not, nor those that do not answer.
  public mutating func takeIdle(at now: Moment) -> Turn? {
    let free = entries.indices.filter {
      let item = entries[$0].item
      return !item.isBattery && item.raster.period != .calendar(.never) && entries[$0].failures == 0
    }
    guard
      let index = free.min(by: {
        (entries[$0].lastAttempt ?? .zero) < (entries[$1].lastAttempt ?? .zero)
      })
    else { return nil }
    entries[index].lastAttempt = now.instant
    return Turn(meter: entries[index].item.meter)
  }

  /// Meters whose turns a pause has eaten since this was last asked.
  public mutating func takeSkipped() -> [MeterID] {
    defer { skipped = [] }
    return skipped
  }

  /// A readout is over.
  /// - Returns: true when the meter is asked less often from now on.
  @discardableResult
  public mutating func ended(_ meter: MeterID, isGood: Bool) -> Bool {
    guard let index = places[meter] else { return false }
    guard !isGood else {
      entries[index].failures = 0
      entries[index].turnsToSkip = 0
      return false
    }
    entries[index].failures += 1
    guard isPaused(entries[index]) else { return false }
    let step = min(entries[index].failures - backoff.after + 1, Self.mostSteps)
    entries[index].turnsToSkip = 1 << step - 1
    return entries[index].failures == backoff.after
  }

  /// So that what is skipped fits into a number; nobody waits that long.
  private static let mostSteps = 30

  /// When something is due next by its raster; nil: nothing is.
  public mutating func nextDue(at now: Moment) -> MonotonicInstant? {
    follow(now)
    return entries.compactMap(\.due).min()
  }

  /// When a meter is read next, as far as it is known; nil: it is not, or only when somebody wants it.
  public func nextReadout(of meter: MeterID) -> MonotonicInstant? {
    guard let index = places[meter], let due = entries[index].due else { return nil }
    let entry = entries[index]
    guard entry.turnsToSkip > 0, let length = entry.item.raster.length, let last = entry.lastAttempt
    else { return due }
    // The last turn that is not later than the pause allows.
    let wanted = due + length * Int64(entry.turnsToSkip)
    let latest = last + backoff.longest
    guard wanted > latest else { return wanted }
    return latest <= due ? due : due + length * ((latest - due).nanoseconds / length.nanoseconds)
  }

  /// How long a meter with a battery is to be left in peace; nil: it has none, or may be read.
  public func rest(of meter: MeterID, at now: Moment) -> Span? {
    guard let index = places[meter] else { return nil }
    let entry = entries[index]
    guard entry.item.isBattery, let last = entry.lastAttempt, let length = entry.item.raster.length
    else { return nil }
    let left = last + length - now.instant
    return left > .zero ? left : nil
  }

  /// Whether a meter is read at all.
  public func isPlanned(_ meter: MeterID) -> Bool { places[meter] != nil }

  /// Whether a meter has a battery.
  public func hasBattery(_ meter: MeterID) -> Bool {
    places[meter].map { entries[$0].item.isBattery } ?? false
  }

  private func isPaused(_ entry: Entry) -> Bool {
    backoff.after > 0 && entry.failures >= backoff.after
  }

  private func nextIndex(_ now: Moment) -> Int? {
    let due = entries.indices.filter { entries[$0].isDue(now) }
    return due.min { (entries[$0].due ?? now.instant) < (entries[$1].due ?? now.instant) }
  }

  // MARK: - The clock

  /// By so much the clocks may go apart before turns are worked out anew. Readings of the clock on the wall have
  /// no fractions.
  private static let tolerance = Span.seconds(2)

  /// Works all turns out anew when the clock on the wall has been set.
  private mutating func follow(_ now: Moment) {
    guard let reference else {
      self.reference = now
      return
    }
    let passed = now.instant - reference.instant
    let shown = Span.seconds(now.wall.unixSeconds) - .seconds(reference.wall.unixSeconds)
    let difference = shown - passed
    let isSet = now.wall.isTrusted != reference.wall.isTrusted
    guard isSet || difference > Self.tolerance || difference < .zero - Self.tolerance else {
      return
    }
    self.reference = now
    guard isSet || now.wall.isTrusted else { return }
    for index in entries.indices where !entries[index].isDue(now) {
      entries[index].planAgain(now, zone)
    }
  }
}

/// A meter of the schedule.
private struct Entry: Hashable, Sendable {
  var item: Schedule.Item
  /// The next turn; nil: there is none.
  var due: MonotonicInstant?
  /// The same by the clock on the wall, where it goes by that.
  var dueWall: Int64?
  /// When somebody wished for it, counted up; nil: nobody did.
  var wish: Int?
  /// When its turn had come last.
  var lastTurn: MonotonicInstant?
  /// When it was asked last, for whatever reason.
  var lastAttempt: MonotonicInstant?
  /// Failed readouts in a row.
  var failures = 0
  var turnsToSkip = 0

  init(_ item: Schedule.Item) { self.item = item }

  /// False for the readout at the start, which is none of the calendar: that of the month may follow soon.
  var isAtItsTurn: Bool {
    if case .seconds = item.raster.period { return true }
    return dueWall != nil || item.isBattery
  }

  func isDue(_ now: Moment) -> Bool { due.map { $0 <= now.instant } ?? false }

  /// Moves on to the next turn that is still to come.
  mutating func planNext(after now: Moment, _ zone: TimeZoneRules) {
    guard now.wall.isTrusted else { return planBySteadyClock(now) }
    var earliest = now.wall.unixSeconds
    // A clock that is slightly slow has not reached this turn yet.
    if let dueWall, dueWall <= earliest &+ 2 { earliest = max(earliest, dueWall) }
    // One that is read at the start, whenever that is.
    if item.isBattery, dueWall == nil, isDue(now), case .seconds(let length) = item.raster.period {
      earliest = earliest &+ length
    }
    set(after: earliest, now, zone)
  }

  /// Works the next turn out anew: the raster or the clock is another one.
  mutating func planAgain(_ now: Moment, _ zone: TimeZoneRules) {
    guard now.wall.isTrusted else {
      dueWall = nil
      due = nil
      return planBySteadyClock(now)
    }
    let wall = now.wall.unixSeconds
    guard let length = item.raster.length else { return set(after: wall, now, zone) }
    let gap = item.isBattery ? length : Span(nanoseconds: length.nanoseconds / 2)
    let wait = lastTurn.map { max(.zero, $0 + gap - now.instant) } ?? .zero
    if wait == .zero, let dueWall, dueWall <= wall {
      // The clock has gone past its turn, which is made up for where the next one is far.
      let next = item.raster.next(after: wall, zone: zone)
      if next.map({ .seconds($0) - .seconds(wall) >= gap }) ?? true {
        due = now.instant
        return
      }
    }
    let seconds = (wait.nanoseconds + 999_999_999) / 1_000_000_000
    // The end of the pause is a turn as good as any behind it.
    set(after: wall &+ max(0, seconds - 1), now, zone)
  }

  /// Somebody wants another raster: its first turn counts, however soon it is. A battery is spared all the same.
  mutating func forgetTurns() {
    dueWall = nil
    if !item.isBattery { lastTurn = nil }
  }

  private mutating func set(after wall: Int64, _ now: Moment, _ zone: TimeZoneRules) {
    dueWall = item.raster.next(after: wall, zone: zone)
    due = dueWall.map { now.instant + (.seconds($0) - .seconds(now.wall.unixSeconds)) }
  }

  /// Every cycle from the first readout on; the calendar has to wait for the clock.
  private mutating func planBySteadyClock(_ now: Moment) {
    dueWall = nil
    guard case .seconds(let seconds) = item.raster.period else {
      due = nil
      return
    }
    let cycle = Span.seconds(max(1, seconds))
    guard let due else {
      self.due = now.instant + cycle
      return
    }
    let missed = max(0, (now.instant - due).nanoseconds) / cycle.nanoseconds
    self.due = due > now.instant ? due : due + cycle * (missed + 1)
  }

  /// Leaves a turn out while it is paused; `due` is the one behind it already.
  mutating func skipsTurn(_ now: Moment, _ backoff: Schedule.Backoff) -> Bool {
    guard turnsToSkip > 0, let due, let lastAttempt, due - lastAttempt <= backoff.longest else {
      return false
    }
    turnsToSkip -= 1
    return true
  }
}
