import Metering
import Settings
import Station
import Time

/// When meters are read, as the settings say.
extension Settings {
  /// When meters are due that have no cycle of their own.
  /// - Parameter zone: the clock of the device.
  func readoutRaster(_ zone: TimeZoneRules) -> ReadoutRaster {
    let period: ReadoutRaster.Period =
      switch readoutCycle {
      case .seconds(let seconds): .seconds(Int64(seconds))
      // The words are those of the table, and a test looks at all of them.
      case .calendar(let mode): .calendar(CalendarCycle(rawValue: mode) ?? .daily)
      }
    return ReadoutRaster(
      period, start: readoutStart.flatMap { $0.civil(zone) }, delay: Int64(integer(.meterDelay)))
  }

  /// How meters that do not answer are asked less often.
  var backoff: Schedule.Backoff {
    Schedule.Backoff(
      after: integer(.meterBackoff), longest: .seconds(Int64(integer(.meterBackoffMax))))
  }
}

extension PointInTime {
  /// As the clock on the wall shows it.
  fileprivate func civil(_ zone: TimeZoneRules) -> CivilTime? {
    switch self {
    case .local(let year, let month, let day, let hour, let minute, let second):
      CivilTime(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    case .unix(let seconds): zone.civil(at: seconds)
    }
  }
}
