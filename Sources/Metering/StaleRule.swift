/// What the registers of a value show when there is no good reading of it now.
public enum StalePolicy: String, CaseIterable, Sendable {
  /// The last good reading.
  case hold = "HOLD"
  /// The float NaN, and the lowest 64-bit integer.
  case nan = "NAN"
  /// Nothing: a request for them is refused.
  case exception = "EXCEPTION"
}

/// When a value counts as stale, and what follows.
public struct StaleRule: Hashable, Sendable {
  /// How many readouts in a row without a good reading it can be set to: 1–255.
  public static let counts = 1...255

  /// What follows.
  public var policy: StalePolicy
  /// So many readouts in a row without a good reading make a value stale. One that has not had any since
  /// the start is stale at once: there is nothing to hold.
  public var after: Int

  /// - Parameters:
  ///   - policy: what follows.
  ///   - after: how many readouts in a row without a good reading make a value stale.
  public init(policy: StalePolicy = .hold, after: Int = 1) {
    self.policy = policy
    self.after = after
  }
}
