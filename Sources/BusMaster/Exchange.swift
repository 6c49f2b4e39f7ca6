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
    /// RSP_UD from this link address; nil: from whoever was selected.
    case response(from: UInt8?)
  }

  /// How an exchange ended.
  enum Outcome: Hashable, Sendable {
    /// Sent, and nothing was awaited.
    case done
    /// E5.
    case acknowledged
    /// RSP_UD: the frame, and its bytes.
    case response(Frame, [UInt8])
    /// Not a byte came.
    case silence
    /// Bytes came that are no answer: why, and the bytes.
    case garbage(String, [UInt8])
  }

  let request: [UInt8]
  let expectation: Expectation
  let timing: LineTiming
  /// When something must be done if nothing comes.
  private(set) var deadline: MonotonicInstant
  private var received: [UInt8] = []
  private var fullDeadline: MonotonicInstant

  init(
    _ request: [UInt8], expecting expectation: Expectation, timing: LineTiming,
    now: MonotonicInstant
  ) {
    self.request = request
    self.expectation = expectation
    self.timing = timing
    let sent = now + timing.wireTime(bytes: request.count)
    deadline =
      switch expectation {
      case .nothing: sent + timing.pauseAfterBroadcast
      case .acknowledgeIfAny:
        sent + min(timing.timeout, timing.longestReaction + timing.wireTime(bytes: 1))
      case .acknowledge, .response: sent + timing.timeout
      }
    fullDeadline = deadline
  }

  /// Takes bytes from the line; the outcome, once it is decided.
  mutating func receive(_ bytes: [UInt8], now: MonotonicInstant) -> Outcome? {
    guard !bytes.isEmpty, expectation != .nothing else { return nil }
    if received.isEmpty { fullDeadline = now + timing.fullTimeout }
    // No more than the longest frame can be an answer; what a babbling line sends beyond is dropped.
    received += bytes.prefix(max(0, Self.bufferLimit - received.count))
    if let outcome = answer() { return outcome }
    deadline = isLengthKnown ? fullDeadline : min(now + timing.idleTimeout, fullDeadline)
    return nil
  }

  /// Says that the deadline has come.
  mutating func wake(now: MonotonicInstant) -> Outcome? {
    guard now >= deadline else { return nil }
    if case .nothing = expectation { return .done }
    if received.isEmpty { return .silence }
    return .garbage(complaint, received)
  }

  /// Two of the longest frames.
  static let bufferLimit = 2 * Frame.Length.maxFrame

  /// A whole answer among the bytes so far. Bytes before a long frame are passed over: lines are often
  /// noisy when they turn round, and a frame with its checksum does not come about by chance. A single
  /// E5 within noise would, so it counts at the start only.
  private func answer() -> Outcome? {
    switch expectation {
    case .nothing:
      return nil
    case .acknowledge, .acknowledgeIfAny:
      guard received.first == Frame.Octet.acknowledge else { return nil }
      return .acknowledged
    case .response(let address):
      if received.first == Frame.Octet.acknowledge { return .acknowledged }
      for (start, byte) in received.enumerated() where byte == Frame.Octet.longStart {
        let candidate = Array(received.dropFirst(start))
        guard case .frame(let frame, let length) = FrameDecoder.decode(candidate),
          frame.isResponse(from: address)
        else { continue }
        return .response(frame, Array(candidate.prefix(length)))
      }
      return nil
    }
  }

  /// True while the bytes are the beginning of a frame that has said how long it is.
  private var isLengthKnown: Bool {
    if case .needMore(total: .some) = FrameDecoder.decode(received) { return true }
    return false
  }

  private var complaint: String {
    switch FrameDecoder.decode(received) {
    case .invalid(let error): "\(error)"
    case .needMore(let total?): "the frame ends after \(received.count) of \(total) bytes"
    case .needMore(total: nil): "the frame ends after \(received.count) bytes"
    case .frame(.acknowledge, _): "a single E5, though data were asked for"
    case .frame(let frame, _):
      switch expectation {
      case .response(let address?) where frame.isResponse(from: nil):
        "the answer comes from address \(frame.address ?? 0), not from \(address)"
      default: "a valid frame, but no answer to the request"
      }
    }
  }
}

extension Frame {
  /// True for RSP_UD of a slave, from this address or, if nil, from any.
  func isResponse(from wanted: UInt8?) -> Bool {
    switch self {
    case .long(let control, let address, _, _), .control(let control, let address, _):
      control.kind == .rspUD() && (wanted ?? address) == address
    case .acknowledge, .short: false
    }
  }
}
