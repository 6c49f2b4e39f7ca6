/// A reading of the device's clock: seconds since 1970-01-01 00:00 UTC.
///
/// The clock of a device in a cabinet boots wrong and jumps when network time arrives; until then a
/// reading is marked as not trusted.
public struct WallTime: Hashable, Sendable {
  /// Seconds since 1970-01-01 00:00 UTC.
  public var unixSeconds: Int64

  /// Whether the clock has been set since the device started.
  public var isTrusted: Bool

  /// 0–999, of the second that has begun; 0 where nobody asks for it.
  public var milliseconds: UInt16

  /// - Parameters:
  ///   - unixSeconds: since 1970-01-01 00:00 UTC.
  ///   - isTrusted: whether the clock has been set since the device started.
  ///   - milliseconds: 0–999, of the second that has begun.
  public init(unixSeconds: Int64, isTrusted: Bool = true, milliseconds: UInt16 = 0) {
    self.unixSeconds = unixSeconds
    self.isTrusted = isTrusted
    self.milliseconds = min(milliseconds, 999)
  }

  /// `2026-11-22T00:48:42.123Z`; seconds since 1970 where there is no such date.
  public var iso8601: String {
    guard let civil = CivilTime(unixSeconds: unixSeconds) else { return "\(unixSeconds)" }
    let digits = String(milliseconds)
    return "\(civil.iso8601).\(String(repeating: "0", count: 3 - digits.count))\(digits)Z"
  }

  /// What a 32-bit register pair shows: 0 before 1970 and from 2106 on.
  public var registerValue: UInt32 { UInt32(exactly: unixSeconds) ?? 0 }
}

/// The two clocks, read at one moment.
public struct Moment: Hashable, Sendable {
  /// For spans and timeouts.
  public var instant: MonotonicInstant
  /// For registers, logs and people.
  public var wall: WallTime

  /// Two readings taken together.
  public init(instant: MonotonicInstant, wall: WallTime) {
    self.instant = instant
    self.wall = wall
  }
}
