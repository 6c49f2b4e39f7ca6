import Metering
import Time

/// When a meter is due, by the clock on the wall: every so many seconds or by the calendar
/// (MUC500 manual 1.1, ch. 4.6).
///
/// Turns do not depend on when a meter was last read, so they never drift. 15 minutes are .00, .15, .30 and
/// .45, six hours 0, 6, 12 and 18 o'clock local time; an interval that does not fit into a day or week runs
/// on from its start.
public struct ReadoutRaster: Hashable, Sendable {
  /// From one turn to the next.
  public enum Period: Hashable, Sendable {
    /// Less than one second counts as one.
    case seconds(Int64)
    case calendar(CalendarCycle)
  }

  /// From one turn to the next.
  public var period: Period
  /// A turn of the raster, local time; nil: a Monday, the first of a January, 00:00. Of it counts what
  /// belongs to the period: of a month day and time of day.
  public var start: CivilTime?
  /// How long after each of these times the turn is, in seconds (METER_DELAY).
  public var delay: Int64

  /// - Parameters:
  ///   - period: from one turn to the next.
  ///   - start: a turn of the raster, local time.
  ///   - delay: how long after each of these times the turn is, in seconds.
  public init(_ period: Period, start: CivilTime? = nil, delay: Int64 = 0) {
    self.period = period
    self.start = start
    self.delay = delay
  }

  /// A turn every so many seconds.
  public static func seconds(_ seconds: Int64) -> ReadoutRaster { ReadoutRaster(.seconds(seconds)) }

  /// The first turn after a Unix time; nil: there is none.
  /// - Parameter zone: the clock that is meant by local time.
  public func next(after unixSeconds: Int64, zone: TimeZoneRules) -> Int64? {
    let (time, isTooEarly) = unixSeconds.subtractingReportingOverflow(delay)
    guard !isTooEarly else { return nil }
    let found: Int64? =
      switch period {
      case .seconds(let seconds): next(every: max(1, seconds), after: time, zone)
      case .calendar(let cycle): next(cycle, after: time, zone)
      }
    guard let found else { return nil }
    let (turn, isTooLate) = found.addingReportingOverflow(delay)
    return isTooLate ? nil : turn
  }

  /// How long a period is about, and at least; nil: there is no second turn.
  public var length: Span? {
    switch period {
    case .seconds(let seconds): .seconds(max(1, seconds))
    case .calendar(let cycle): cycle.days.map { .seconds($0 * Self.day) }
    }
  }

  private static let day: Int64 = 86_400
  private static let hour: Int64 = 3600
  /// Monday, 1970-01-05 00:00.
  private static let monday: Int64 = 4 * day

  // MARK: - Seconds

  private func next(every cycle: Int64, after time: Int64, _ zone: TimeZoneRules) -> Int64? {
    let offset = zone.offset(at: time)
    let (local, isTooLate) = time.addingReportingOverflow(offset)
    let anchor = start?.unixSecondsAsUTC ?? Self.monday
    let (since, isTooFar) = local.subtractingReportingOverflow(anchor)
    guard !isTooLate, !isTooFar else { return nil }
    let rest = since % cycle
    let (first, overflow) = local.addingReportingOverflow(cycle - (rest < 0 ? rest + cycle : rest))
    guard !overflow else { return nil }
    // Up to an hour, and where it does not go by full hours, it runs on by the clock as it was: otherwise an
    // hour that is shown twice would be one without readouts.
    guard cycle > Self.hour, cycle.isMultiple(of: Self.hour) else { return first &- offset }
    var shown = first
    while let civil = CivilTime(unixSeconds: shown) {
      let found = zone.firstUnixSeconds(of: civil)
      if found > time { return found }
      shown &+= cycle
    }
    return nil
  }

  // MARK: - Calendar

  private func next(
    _ cycle: CalendarCycle, after time: Int64, _ zone: TimeZoneRules
  ) -> Int64? {
    guard let today = zone.civil(at: time) else { return nil }
    func isLater(_ candidate: CivilTime) -> Int64? {
      let found = zone.firstUnixSeconds(of: candidate)
      return found > time ? found : nil
    }
    switch cycle {
    case .never: return nil
    case .daily, .weekly:
      // The second one of a week is later in any case.
      let days = (0...14).lazy.compactMap { today.atMidnight?.adding(seconds: $0 * Self.day) }
      return days.filter { cycle == .daily || $0.weekday == startWeekday }
        .compactMap(atTimeOfStart).compactMap(isLater).first
    case .halfMonthly, .monthly, .quarterly, .yearly:
      let months = (0...24).lazy.compactMap { today.firstOfMonth?.adding(months: $0) }
      return months.filter { isMonth($0.month, of: cycle) }.flatMap { days(of: cycle, in: $0) }
        .compactMap(atTimeOfStart).compactMap(isLater).first
    }
  }

  /// 0: Monday.
  private var startWeekday: Int64 { start?.weekday ?? 0 }

  private func isMonth(_ month: Int, of cycle: CalendarCycle) -> Bool {
    let first = start?.month ?? 1
    return switch cycle {
    case .quarterly: (month - first).isMultiple(of: 3)
    case .yearly: month == first
    default: true
    }
  }

  /// The days of a month that has some: a day that the month does not have is its last.
  private func days(of cycle: CalendarCycle, in month: CivilTime) -> [CivilTime] {
    let wanted = start?.day ?? 1
    let first = (wanted - 1) % 14 + 1
    let days =
      cycle == .halfMonthly
      ? [wanted > 28 ? 14 : first, (wanted > 28 ? 14 : first) + 14] : [wanted]
    let last = CivilTime.daysIn(month: month.month, of: month.year)
    return days.compactMap {
      CivilTime(year: month.year, month: month.month, day: min($0, last))
    }
  }

  private func atTimeOfStart(_ date: CivilTime) -> CivilTime? {
    CivilTime(
      year: date.year, month: date.month, day: date.day, hour: start?.hour ?? 0,
      minute: start?.minute ?? 0, second: start?.second ?? 0)
  }
}

extension CalendarCycle {
  /// How many days there are at least from one turn to the next; nil: there is none.
  fileprivate var days: Int64? {
    switch self {
    case .daily: 1
    case .weekly: 7
    case .halfMonthly: 14
    case .monthly: 28
    case .quarterly: 90
    case .yearly: 365
    case .never: nil
    }
  }
}

extension CivilTime {
  /// 0 Monday to 6 Sunday; 1970-01-01 was a Thursday.
  fileprivate var weekday: Int64 {
    let days = unixSecondsAsUTC.quotientAndRemainder(dividingBy: 86_400)
    let whole = days.remainder < 0 ? days.quotient - 1 : days.quotient
    return ((whole + 3) % 7 + 7) % 7
  }

  fileprivate var atMidnight: CivilTime? { CivilTime(year: year, month: month, day: day) }
  fileprivate var firstOfMonth: CivilTime? { CivilTime(year: year, month: month, day: 1) }
}
