import BusMaster
import MBus
import Time

/// What an outside master sends, cut into requests: frames, and between silences what is none.
struct GuestRequests: Hashable, Sendable {
  /// The most requests that wait. A master that has got no answer asks again.
  static let mostWaiting = 16
  /// The most bytes that are kept of what is no frame.
  static let mostBytes = 2 * Frame.Length.maxFrame

  private struct Request: Hashable, Sendable {
    var bytes: [UInt8]
    var arrived: MonotonicInstant
  }

  private var waiting: [Request] = []
  /// The beginning of the next one.
  private var pending: [UInt8] = []
  private var lastByte = MonotonicInstant.zero
  /// How many came too late to be put on the line, or were too many.
  private(set) var dropped = 0

  /// When what has come so far is a request although it is no frame; nil: nothing has come.
  func deadline(_ timing: LineTiming) -> MonotonicInstant? {
    pending.isEmpty ? nil : lastByte + timing.idleTimeout
  }

  /// Whether one waits.
  func hasOne(_ timing: LineTiming, now: MonotonicInstant) -> Bool {
    !waiting.isEmpty || deadline(timing).map { now >= $0 } ?? false
  }

  mutating func append(_ bytes: [UInt8], now: MonotonicInstant) {
    pending += bytes
    lastByte = now
    while case .frame(_, let length) = FrameDecoder.decode(pending) {
      queue(Array(pending.prefix(length)), now)
      pending.removeFirst(length)
    }
    if pending.count >= Self.mostBytes { queuePending(now) }
  }

  /// The request whose turn it is. One that has waited for longer than a slave may take would be answered when its
  /// master has given up, and the answer be taken for another one's.
  mutating func next(_ timing: LineTiming, now: MonotonicInstant) -> [UInt8]? {
    if let deadline = deadline(timing), now >= deadline { queuePending(now) }
    let inTime = waiting.drop { now - $0.arrived > timing.timeout }
    dropped += waiting.count - inTime.count
    waiting = Array(inTime)
    return waiting.isEmpty ? nil : waiting.removeFirst().bytes
  }

  /// Nobody waits for answers any more.
  mutating func clear() {
    waiting = []
    pending = []
  }

  private mutating func queuePending(_ now: MonotonicInstant) {
    queue(pending, now)
    pending = []
  }

  private mutating func queue(_ bytes: [UInt8], _ now: MonotonicInstant) {
    if waiting.count == Self.mostWaiting {
      waiting.removeFirst()
      dropped += 1
    }
    waiting.append(Request(bytes: bytes, arrived: now))
  }
}
