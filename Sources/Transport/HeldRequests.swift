import Time

/// Requests that wait for a port to take its new speed. Whoever has asked waits for the answer already, so that one
/// that has waited for long is not sent any more: its answer would be taken for that to another one.
struct HeldRequests: Hashable, Sendable {
  /// How long one may wait. Adapters take some milliseconds; what is beyond counts for a request that was lost.
  static let longest = Span.milliseconds(100)

  private struct Request: Hashable, Sendable {
    var bytes: [UInt8]
    var since: MonotonicInstant
  }

  private var requests: [Request] = []

  mutating func append(_ bytes: [UInt8], at now: MonotonicInstant) {
    requests.append(Request(bytes: bytes, since: now))
  }

  /// Those that are to be sent now.
  func inTime(at now: MonotonicInstant) -> [[UInt8]] {
    requests.filter { now - $0.since <= Self.longest }.map(\.bytes)
  }
}
