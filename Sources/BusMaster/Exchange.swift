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

  /// When the first byte of an answer must have come.
  private let firstDeadline: MonotonicInstant
  private var fullDeadline: MonotonicInstant
  /// What is not yet known to be or not to be the answer.
  private var pending: [UInt8] = []
  private var complaint: String?
  /// How many bytes were no part of any frame.
  private var noise = 0

  init(
    _ request: [UInt8], expecting expectation: Expectation, timing: LineTiming,
    now: MonotonicInstant
  ) {
    self.request = request
    self.expectation = expectation
    self.timing = timing
    let sent = now + timing.wireTime(bytes: request.count)
    firstDeadline =
      switch expectation {
      case .nothing: sent + timing.pauseAfterBroadcast
      case .acknowledgeIfAny:
        sent + min(timing.timeout, timing.longestReaction + timing.idleTimeout)
      case .acknowledge, .response: sent + timing.timeout
      }
    deadline = firstDeadline
    fullDeadline = deadline
  }

  /// Takes bytes from the line; the outcome, once it is decided.
  mutating func receive(_ bytes: [UInt8], now: MonotonicInstant) -> Outcome? {
    guard !bytes.isEmpty else { return nil }
    if received.isEmpty { fullDeadline = now + timing.fullTimeout }
    received += bytes.prefix(max(0, Self.bufferLimit - received.count))
    if case .nothing = expectation {
      // Somebody answers all the same: the line must be at rest before the next request.
      deadline = min(max(deadline, now + timing.pauseAfterBroadcast), fullDeadline)
      return nil
    }
    pending += bytes
    let outcome = judge()
    // A flood faster than it can be judged does not occur; the bound holds all the same.
    pending.removeFirst(max(0, pending.count - Self.bufferLimit))
    deadline = deadlineAfterBytes(now)
    return outcome
  }

  /// Says that the deadline has come.
  mutating func wake(now: MonotonicInstant) -> Outcome? {
    guard now >= deadline else { return nil }
    if case .nothing = expectation { return .done }
    if received.isEmpty { return .silence }
    // An E5 behind noise, with silence after it.
    if isAcknowledgeAwaited, pending == [Frame.Octet.acknowledge] { return .acknowledged }
    if case .needMore(let total) = FrameDecoder.decode(pending), !pending.isEmpty {
      let whole = total.map { " of \($0)" } ?? ""
      complaint = "the frame ends after \(pending.count)\(whole) bytes"
    }
    return .garbage(complaint ?? "the meter acknowledges (E5) but sends no data")
  }

  private var isAcknowledgeAwaited: Bool {
    expectation == .acknowledge || expectation == .acknowledgeIfAny
  }

  /// Two of the longest frames.
  static let bufferLimit = 2 * Frame.Length.maxFrame

  /// Takes from the pending bytes what can be judged; the outcome, if it is decided.
  ///
  /// Noise before an answer is passed over: lines are often noisy when they turn round, and a frame with
  /// its checksum does not come about by chance. A single E5 would, so behind noise it counts only when
  /// nothing follows it. Passed over are also an E5 in place of data, which is a late acknowledgement of
  /// something else, the echo of the request, and a frame that the filter refuses: the right one may
  /// follow. Within a frame that has told its length nothing is looked for: concentrators send whole
  /// frames as data.
  private mutating func judge() -> Outcome? {
    while !pending.isEmpty {
      switch FrameDecoder.decode(pending) {
      case .frame(.acknowledge, let length):
        if isAcknowledgeAwaited {
          guard noise > 0 else { return .acknowledged }
          if pending.count == length { return nil }
          dropNoise("E5 within noise")
        } else {
          pending.removeFirst(length)
        }
      case .frame(let frame, let length):
        guard let objection = objection(to: frame) else { return .response(frame) }
        complaint = objection
        pending.removeFirst(length)
      case .needMore: return nil
      case .invalid(let error): dropNoise("\(error)")
      }
    }
    return nil
  }

  private func objection(to frame: Frame) -> String? {
    guard case .response(let filter) = expectation else { return "a valid frame in place of E5" }
    return filter.objection(to: frame)
  }

  private mutating func dropNoise(_ why: String) {
    noise += 1
    complaint = complaint ?? why
    pending.removeFirst()
  }

  /// A long frame that has told its length ends by it, or by a silence as long as that before an answer.
  /// What has no length ends by the idle timeout; but while less has come than the shortest frame has it
  /// may be a disturbance, behind which the answer is still to come.
  private func deadlineAfterBytes(_ now: MonotonicInstant) -> MonotonicInstant {
    let answerDue = max(firstDeadline, now + timing.idleTimeout)
    switch FrameDecoder.decode(pending) {
    case .needMore(total: .some) where pending.first == Frame.Octet.longStart:
      return min(now + max(timing.timeout, timing.idleTimeout), fullDeadline)
    case .frame(.acknowledge, _) where isAcknowledgeAwaited:
      return min(now + timing.idleTimeout, fullDeadline)
    default:
      let isLittle = noise + pending.count < Frame.Length.leastL + Frame.Length.envelope
      return min(isLittle ? answerDue : now + timing.idleTimeout, max(fullDeadline, firstDeadline))
    }
  }
}
