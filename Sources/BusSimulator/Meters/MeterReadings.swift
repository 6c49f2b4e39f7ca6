import Time

/// What a built-in meter shows at one moment. Every number follows from the moment and the meter's
/// seed alone; all arithmetic is in whole numbers, so that every machine shows the same.
struct MeterReadings: Sendable {
  let meter: BuiltInMeter
  /// The meter's clock, in seconds since 1970-01-01 00:00 as that clock shows it.
  let seconds: Int64
  /// The same as a date and time of day.
  let now: CivilTime
  /// The midnight that began this year: then the meter kept its readings for the due date.
  let yearBegan: Int64
  /// The day that it shows for them: the last of the year before.
  let dueDate: CivilTime

  /// - Parameter seconds: outside of 2000–2080, which is what dates in telegrams show for sure, the nearest
  ///   second of these years is taken.
  init?(meter: BuiltInMeter, seconds: Int64) {
    let shown = min(max(seconds, Self.firstSecond), Self.lastSecond)
    guard let now = CivilTime(unixSeconds: shown),
      let newYear = CivilTime(year: now.year, month: 1, day: 1),
      let dueDate = CivilTime(unixSeconds: newYear.unixSecondsAsUTC - 1)
    else { return nil }
    self.meter = meter
    self.seconds = shown
    self.now = now
    yearBegan = newYear.unixSecondsAsUTC
    self.dueDate = dueDate
  }

  private static let firstSecond: Int64 = 946_684_800
  private static let lastSecond: Int64 = 3_502_915_199

  /// What a counter shows.
  /// - Parameter perDay: what a usual meter of this kind counts in a day; this one differs a little.
  func counter(_ perDay: Int64, _ profile: DailyProfile, at moment: Int64? = nil) -> Int64 {
    let own = usual(perDay)
    let installed = profile.total(
      perDay: own, at: Self.installed + Int64(meter.seed % 730) * 86_400)
    return max(profile.total(perDay: own, at: moment ?? seconds) - installed, 0)
  }

  /// How fast a counter counts, per hour, with the unrest of the last minute.
  func rate(_ perDay: Int64, _ profile: DailyProfile) -> Int64 {
    let rate = profile.rate(perDay: usual(perDay), at: seconds)
    return rate * (950 + unrest(1, below: 101)) / 1000
  }

  /// A number around a mean that changes with every minute.
  /// - Parameters:
  ///   - quantity: tells apart what is measured in the same minute.
  ///   - swing: the most that it differs.
  func around(_ mean: Int64, swing: Int64, quantity: UInt64) -> Int64 {
    mean - swing + unrest(quantity, below: 2 * swing + 1)
  }

  /// What this meter makes of a usual consumption: 70 to 130 percent.
  private func usual(_ perDay: Int64) -> Int64 {
    var random = SplitMix64(seed: meter.seed, stream: UInt64(meter.serial.digits))
    return perDay * (700 + random.below(601)) / 1000
  }

  private func unrest(_ quantity: UInt64, below bound: Int64) -> Int64 {
    let minute = UInt64(clamping: seconds / 60)
    var random = SplitMix64(
      seed: meter.seed ^ UInt64(meter.serial.digits), stream: minute &* 64 &+ quantity)
    return random.below(bound)
  }

  /// 2022-01-01: meters were installed from then on, within two years.
  private static let installed: Int64 = 1_640_995_200
}
