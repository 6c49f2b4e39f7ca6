import Bytes
import MBus
import Time

/// One request and what comes of it: sends once, waits, and tells an answer from noise.
struct Exchange: Hashable, Sendable {
  /// What the request is to bring.
  enum Expectation: Hashable, Sendable {
    /// Nothing: a broadcast.
    case nothing
    /// A single character E5.
    case acknowledge
    /// E5 from whoever feels addressed, within a slave's longest reaction; silence is as good.
    case acknowledgeIfAny
    /// RSP_UD that the filter lets through.
    case response(ResponseFilter)
  }

  /// How an exchange ended.
  enum Outcome: Hashable, Sendable {
    /// Sent, and nothing was awaited.
    case done
    /// E5.
    case acknowledged
    /// RSP_UD.
    case response(Frame)
    /// Not a byte came.
    case silence
    /// Bytes came that are no answer: why.
    case garbage(String)
  }

  let request: [UInt8]
  let expectation: Expectation
  let timing: LineTiming
  /// When something must be done if nothing comes.
  private(set) var deadline: MonotonicInstant
  /// Everything that came, for the log; of a babbling line the beginning.
  private(set) var received: [UInt8] = []

  /// When the request has left the wire.
  private let sent: MonotonicInstant
  private var fullDeadline: MonotonicInstant
  /// What is not yet known to be or not to be the answer.
  private var pending: [UInt8] = []
  private var complaint: String?
  private var hasNoise = false

  init(
    _ request: [UInt8], expecting expectation: Expectation, timing: LineTiming,
    now: MonotonicInstant
  ) {
    self.request = request
    self.expectation = expectation
    self.timing = timing
    sent = now + timing.wireTime(bytes: request.count)
    deadline =
      switch expectation {
      case .nothing: sent + timing.pauseAfterBroadcast
      case .acknowledgeIfAny:
        sent + min(timing.timeout, timing.longestReaction + timing.idleTimeout)
      case .acknowledge, .response: sent + timing.timeout
      }
    fullDeadline = deadline
  }

  /// Takes bytes from the line; the outcome, once it is decided.
  mutating func receive(_ bytes: [UInt8], now: MonotonicInstant) -> Outcome? {
    guard !bytes.isEmpty else { return nil }
    if received.isEmpty { fullDeadline = now + timing.fullTimeout }
    received += bytes.prefix(max(0, Self.bufferLimit - received.count))
    switch expectation {
    case .nothing:
      // Somebody answers all the same: the line must be at rest before the next request.
      deadline = min(max(deadline, now + timing.pauseAfterBroadcast), fullDeadline)
      return nil
    case .acknowledge, .acknowledgeIfAny:
      if received.first == Frame.Octet.acknowledge { return .acknowledged }
      complaint = "\(Hex.encode(received.prefix(8), separator: " ")) came in place of E5"
      hasNoise = true
    case .response(let filter):
      pending += bytes
      if let frame = nextAnswer(filter) { return .response(frame) }
      pending.removeFirst(max(0, pending.count - Self.bufferLimit))
    }
    deadline = deadlineAfterBytes(now)
    return nil
  }

  /// Says that the deadline has come.
  mutating func wake(now: MonotonicInstant) -> Outcome? {
    guard now >= deadline else { return nil }
    if case .nothing = expectation { return .done }
    if received.isEmpty { return .silence }
    if case .needMore(let total) = FrameDecoder.decode(pending), !pending.isEmpty {
      let whole = total.map { " of \($0)" } ?? ""
      complaint = "the frame ends after \(pending.count)\(whole) bytes"
    }
    return .garbage(complaint ?? "the meter acknowledges (E5) but sends no data")
  }

  /// Two of the longest frames.
  static let bufferLimit = 2 * Frame.Length.maxFrame

  /// Takes from the pending bytes what can be judged; the answer, if it is there.
  ///
  /// Noise before a frame is passed over: lines are often noisy when they turn round, and a frame with
  /// its checksum does not come about by chance. So is E5, a late acknowledgement of something else, and
  /// a frame that the filter refuses: the right one may follow. Within a frame that has told its length
  /// nothing is looked for: concentrators send whole frames as data.
  private mutating func nextAnswer(_ filter: ResponseFilter) -> Frame? {
    while let first = pending.first {
      switch FrameDecoder.decode(pending) {
      case .frame(.acknowledge, let length):
        pending.removeFirst(length)
      case .frame(let frame, let length):
        guard let objection = filter.objection(to: frame) else { return frame }
        complaint = objection
        pending.removeFirst(length)
      case .needMore where first == Frame.Octet.longStart:
        return nil
      case .needMore:
        // No answer of a slave begins like this.
        dropNoise("\(Hex.byte(first)) begins no answer")
      case .invalid(let error):
        dropNoise("\(error)")
      }
    }
    return nil
  }

  private mutating func dropNoise(_ why: String) {
    hasNoise = true
    complaint = complaint ?? why
    pending.removeFirst()
  }

  /// A frame that has told its length ends by it, or by a silence as long as that before an answer. What
  /// has no length ends by the idle timeout, but not before every slave that may answer has begun to.
  private func deadlineAfterBytes(_ now: MonotonicInstant) -> MonotonicInstant {
    if case .needMore(total: .some) = FrameDecoder.decode(pending), !pending.isEmpty {
      return min(now + max(timing.timeout, timing.idleTimeout), fullDeadline)
    }
    guard hasNoise || !pending.isEmpty else {
      return min(max(sent + timing.timeout, now), fullDeadline)
    }
    let allHaveBegun = sent + min(timing.timeout, timing.longestReaction) + timing.idleTimeout
    return min(max(now + timing.idleTimeout, allHaveBegun), fullDeadline)
  }
}
