import Time

/// When a certificate begins or ends, in seconds since 1970; the description is the day and time in UTC.
public struct CertificateTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Seconds since 1970, UTC.
  public let unixSeconds: Int64

  /// - Parameter unixSeconds: since 1970, UTC.
  public init(unixSeconds: Int64) { self.unixSeconds = unixSeconds }

  /// Which comes first.
  public static func < (a: Self, b: Self) -> Bool { a.unixSeconds < b.unixSeconds }

  /// Such as `2026-11-21T12:00:00 UTC`.
  public var description: String {
    CivilTime(unixSeconds: unixSeconds).map { "\($0.iso8601) UTC" } ?? "a time beyond all calendars"
  }
}
