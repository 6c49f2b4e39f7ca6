import Time

/// Requests that wait for a port to take its new speed. Whoever has asked waits for the answer already, so that one
/// that has waited for long is not sent any more: its answer would be taken for that to another one. The others are sent
/// one after another, as far apart as they came.
struct HeldRequests: Hashable, Sendable {
  /// How long one may wait. Adapters take some milliseconds; what is beyond counts for a request that was lost.
  static let longest = Span.milliseconds(100)

  private struct Request: Hashable, Sendable {
    var bytes: [UInt8]
    var since: MonotonicInstant
  }

  private var requests: [Request] = []
  /// By how much they are late; nil: the port has not taken its speed.
  private var delay: Span?

  /// The port has its speed.
  var isReleased: Bool { delay != nil }

  mutating func append(_ bytes: [UInt8], at now: MonotonicInstant) {
    if !isReleased { dropLate(now) }
    requests.append(Request(bytes: bytes, since: now))
  }

  /// The port has its speed: what is late by now is dropped, the first of the others can be sent.
  mutating func release(at now: MonotonicInstant) {
    dropLate(now)
    delay = requests.first.map { now - $0.since } ?? .zero
  }

  /// Those that are to be sent now.
  mutating func takeDue(at now: MonotonicInstant) -> [[UInt8]] {
    guard let delay else { return [] }
    let due = requests.prefix { $0.since + delay <= now }
    requests.removeFirst(due.count)
    return due.map(\.bytes)
  }

  /// When the next one is to be sent; nil: none is left.
  var nextDue: MonotonicInstant? {
    delay.flatMap { delay in requests.first.map { $0.since + delay } }
  }

  private mutating func dropLate(_ now: MonotonicInstant) {
    requests.removeAll { now - $0.since > Self.longest }
  }
}
