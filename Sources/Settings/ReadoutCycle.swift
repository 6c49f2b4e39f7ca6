/// How often meters are read that have no cycle of their own: METER_TIME in the unit of METER_CYCLEMODE, or
/// the calendar (MUC500 manual 1.1, ch. 4.6).
public enum ReadoutCycle: Equatable, Sendable {
  /// From one readout to the next, in seconds.
  case seconds(Int)
  /// By the calendar: `DAILY` to `YEARLY`, `HALFMONTHLY` or `NEVER`.
  case calendar(mode: String)

  /// The longest cycle, which METER_TIME in seconds can have.
  static let longest = 4_294_967_295

  /// From one readout to the next, in seconds; nil: by the calendar.
  public var inSeconds: Int? {
    switch self {
    case .seconds(let seconds): seconds
    case .calendar: nil
    }
  }
}

extension Settings {
  /// How often meters are read that have no cycle of their own.
  public var readoutCycle: ReadoutCycle {
    let mode = text(.meterCycleMode)
    guard let unit = Self.readoutUnits[mode] else { return .calendar(mode: mode) }
    let (seconds, isTooLong) = integer(.meterTime).multipliedReportingOverflow(by: unit)
    return .seconds(isTooLong ? ReadoutCycle.longest : min(seconds, ReadoutCycle.longest))
  }

  /// A turn of the cycle (METER_CYCLETIMESTAMP); nil: none is set, as with 0.
  public var readoutStart: PointInTime? {
    PointInTime(text(.meterCycleTimestamp)).flatMap { $0 == .unix(0) ? nil : $0 }
  }

  private static let readoutUnits = ["SECOND": 1, "MINUTE": 60, "HOUR": 3_600]
}
