import Metering
import Time

/// What `metergate send set-time` writes into the clock of a meter, and what there is to say of it.
struct ClockOrder: Hashable {
  let command: MeterCommand
  /// What is not as it was given, or not said by it; nil: nothing.
  let note: String?

  /// Type F (EN 13757-3, annex A) has hours and minutes, type I seconds as well.
  private static let hint = "seconds are not in type F; --seconds writes type I, which has them"

  /// - Parameters:
  ///   - time: as the clock is to show it.
  ///   - withSeconds: as type I.
  init(_ time: CivilTime, withSeconds: Bool) {
    let written = withSeconds ? time : time.inMinutes
    command = .setClock(written, withSeconds: withSeconds)
    note =
      withSeconds || time.second == 0 ? nil : "the clock gets \(written.iso8601): \(Self.hint)"
  }

  /// The time of this moment, without seconds that of the nearest minute.
  /// - Parameters:
  ///   - unixSeconds: now.
  ///   - zone: by which the meter goes.
  ///   - name: what the zone is called.
  ///   - withSeconds: as type I.
  /// - Returns: nil outside the years 0-9999.
  init?(now unixSeconds: Int64, _ zone: TimeZoneRules, called name: String, withSeconds: Bool) {
    let (half, overflow) = unixSeconds.addingReportingOverflow(withSeconds ? 0 : 30)
    guard !overflow, let time = zone.civil(at: half) else { return nil }
    let written = withSeconds ? time : time.inMinutes
    command = .setClock(written, withSeconds: withSeconds)
    let rest = withSeconds ? "" : ", the nearest minute: \(Self.hint)"
    note = "the clock gets \(written.iso8601) (time zone \(name))\(rest)"
  }
}

extension CivilTime {
  /// The same without seconds.
  fileprivate var inMinutes: CivilTime {
    CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, isSummerTime: isSummerTime)
      ?? self
  }
}
