/// How clocks on the wall run at some place: when they show which distance from UTC.
///
/// Read from a file of the time zone database (TZif, RFC 8536). Years behind its table follow the rule at
/// its end.
public struct TimeZoneRules: Hashable, Sendable {
  /// What clocks show during some time.
  struct LocalTime: Hashable, Sendable {
    /// Seconds east of UTC.
    var offset: Int64
  }

  /// From when on clocks show something else.
  struct Transition: Hashable, Sendable {
    /// Unix time.
    var start: Int64
    var local: LocalTime
  }

  /// What clocks show before the first transition.
  let first: LocalTime
  /// In the order of time.
  let transitions: [Transition]
  /// What follows the last of them; nil: nothing changes any more.
  let yearly: YearlyTimeRule?

  init(first: LocalTime, transitions: [Transition] = [], yearly: YearlyTimeRule? = nil) {
    self.first = first
    self.transitions = transitions
    self.yearly = yearly
  }

  /// Clocks that show UTC.
  public static let utc = TimeZoneRules(first: LocalTime(offset: 0))

  /// From the bytes of a TZif file; nil when they are none that can be used.
  public init?(tzif bytes: [UInt8]) {
    guard let rules = TZifReader.rules(bytes) else { return nil }
    self = rules
  }

  /// The Unix time at which clocks show a time.
  ///
  /// An hour that they show twice, at the end of summer time, is told apart by `CivilTime.isSummerTime`: the
  /// first where the source marks it as summer time, otherwise the second. An hour that they never show, at its beginning, is
  /// read by the clock that was not set: as long behind the last hour that there is. A date without a time
  /// of day is its 00:00.
  public func unixSeconds(of time: CivilTime) -> Int64 {
    let shown = time.unixSecondsAsUTC
    // No clock is as far as a day from UTC, and none is changed twice in three days.
    let before = local(at: shown &- Self.day)
    let after = local(at: shown &+ Self.day)
    let possible = (before == after ? [before] : [before, after]).filter {
      local(at: shown &- $0.offset) == $0
    }
    // Of two the one further ahead of UTC is summer time, whatever the zone calls it.
    let ordered = possible.sorted { $0.offset > $1.offset }
    let meant = time.isSummerTime ? ordered.first : ordered.last
    return shown &- (meant ?? before).offset
  }

  private static let day: Int64 = 86_400

  /// What clocks show at a Unix time; nil outside the years 0–9999.
  public func civil(at unixSeconds: Int64) -> CivilTime? {
    let (shown, overflow) = unixSeconds.addingReportingOverflow(offset(at: unixSeconds))
    return overflow ? nil : CivilTime(unixSeconds: shown)
  }

  /// How far clocks are ahead of UTC at a Unix time, in seconds.
  public func offset(at unixSeconds: Int64) -> Int64 { local(at: unixSeconds).offset }

  /// The first Unix time at which clocks show a time, or have left it out: of an hour that they show twice
  /// the first one, of an hour that they never show the moment at which they are set.
  public func firstUnixSeconds(of time: CivilTime) -> Int64 {
    let shown = time.unixSecondsAsUTC
    let before = local(at: shown &- Self.day)
    let after = local(at: shown &+ Self.day)
    let byOldClock = shown &- before.offset
    guard before != after, local(at: byOldClock) != before else { return byOldClock }
    let byNewClock = shown &- after.offset
    guard local(at: byNewClock) != after else { return byNewClock }
    // The clock is set between the two.
    var (low, high) = (byNewClock, byOldClock)
    while high &- low > 1 {
      let middle = low + (high &- low) / 2
      if local(at: middle) == after { high = middle } else { low = middle }
    }
    return high
  }

  /// What clocks show at a Unix time.
  func local(at seconds: Int64) -> LocalTime {
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle].start <= seconds { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return transitions.isEmpty ? yearly?.local(at: seconds) ?? first : first }
    let last = transitions[low - 1].local
    return low == transitions.count ? yearly?.local(at: seconds) ?? last : last
  }
}
