/// How often meters are read that have no cycle of their own: METER_TIME in the unit of METER_CYCLEMODE
/// (MUC500 manual 1.1, ch. 4.6).
public enum ReadoutCycle: Equatable, Sendable {
  /// From one readout to the next, in seconds.
  case seconds(Int)
  /// By the calendar: `DAILY` to `YEARLY`. This version reads once in 24 hours instead, counted from the start.
  case calendar(mode: String)

  /// The longest cycle, which METER_TIME in seconds can have.
  static let longest = 4_294_967_295
  private static let day = 86_400

  /// From one readout to the next, in seconds.
  public var inSeconds: Int {
    switch self {
    case .seconds(let seconds): seconds
    case .calendar: Self.day
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

  private static let readoutUnits = ["SECOND": 1, "MINUTE": 60, "HOUR": 3_600]
}

extension SettingsReader {
  /// What becomes of a cycle by the calendar, which there is not yet.
  mutating func lookAtCycle(_ settings: Settings) {
    guard case .calendar(let mode) = settings.readoutCycle else { return }
    let key = TextKey.meterCycleMode.rawValue
    warn(
      key,
      "\(key) = \(mode): readouts by the calendar are not there yet; meters are read once in 24 hours, counted "
        + "from the start")
  }
}
