import NIOCore

/// Keeps a scanner from filling the log: so many lines a minute, then one with the number of the others.
struct RefusalLimiter {
  static let linesPerWindow = 10
  static let window = TimeAmount.seconds(60)

  private var windowEnd: NIODeadline?
  private var lines = 0
  private var hidden = 0

  /// Whether one more is told.
  mutating func note(at now: NIODeadline) -> Bool {
    if windowEnd == nil { windowEnd = now + Self.window }
    lines += 1
    guard lines > Self.linesPerWindow else { return true }
    hidden += 1
    return false
  }

  /// How many have not been told of, once the minute is over; nil: none. To be called now and then, and
  /// before `note`.
  mutating func sum(at now: NIODeadline) -> Int? {
    guard let windowEnd, now >= windowEnd else { return nil }
    defer { self = RefusalLimiter() }
    return hidden > 0 ? hidden : nil
  }
}
