/// How consumption spreads over the hours of a day. Counters are the exact sum of it, so that a
/// meter shows the same at the same time after each start of the simulator.
struct DailyProfile: Hashable, Sendable {
  /// Shares of the 24 hours; 1000 is the mean.
  private let shares: [Int64]
  private let sum: Int64

  private static let secondsPerHour: Int64 = 3600
  private static let secondsPerDay: Int64 = 86_400

  /// - Parameter shares: of the hours from midnight on.
  private init(_ shares: [Int64]) {
    self.shares = shares
    sum = max(shares.reduce(0, +), 1)
  }

  /// People at home: a peak in the morning, a higher one in the evening.
  static let household = DailyProfile([
    400, 350, 300, 300, 350, 500, 900, 1400, 1200, 900, 850, 950, 1200, 1000, 850, 850, 1000, 1500,
    1900, 2000, 1800, 1500, 1100, 700,
  ])

  /// Heating with a lowered night.
  static let heating = DailyProfile([
    500, 450, 450, 450, 600, 1300, 1900, 1800, 1500, 1200, 1000, 900, 850, 800, 850, 950, 1100,
    1300,
    1500, 1500, 1400, 1100, 800, 600,
  ])

  /// Taps: nothing at night.
  static let water = DailyProfile([
    100, 0, 0, 0, 100, 700, 2400, 2600, 1600, 1000, 800, 900, 1300, 900, 700, 700, 1000, 1500, 2100,
    2000, 1600, 1000, 600, 400,
  ])

  /// What has been counted since 1970.
  /// - Parameters:
  ///   - perDay: what one day adds, up to 10^10.
  ///   - seconds: since 1970-01-01 00:00, up to the year 3000.
  func total(perDay: Int64, at seconds: Int64) -> Int64 {
    let days = seconds / Self.secondsPerDay
    let rest = seconds % Self.secondsPerDay
    let hours = shares.prefix(Int(rest / Self.secondsPerHour)).reduce(0, +)
    let current = share(at: seconds) * (rest % Self.secondsPerHour)
    let weighted = hours * Self.secondsPerHour + current
    return days &* perDay &+ scaled(perDay, weighted, sum * Self.secondsPerHour)
  }

  /// How fast it counts.
  /// - Returns: per hour, in the unit of `perDay`.
  func rate(perDay: Int64, at seconds: Int64) -> Int64 {
    scaled(perDay, share(at: seconds), sum)
  }

  private func share(at seconds: Int64) -> Int64 {
    let hour = seconds % Self.secondsPerDay / Self.secondsPerHour
    return shares.dropFirst(Int(hour)).first ?? 0
  }

  private func scaled(_ value: Int64, _ numerator: Int64, _ denominator: Int64) -> Int64 {
    let (product, overflow) = value.multipliedReportingOverflow(by: numerator)
    return overflow ? value : product / denominator
  }
}
