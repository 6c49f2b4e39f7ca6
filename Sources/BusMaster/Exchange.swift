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
    /// E5 from one slave or many at once: ends when each of them has had its time to answer.
    case presence
    /// RSP_UD that the filter lets through.
    case response(ResponseFilter)
    /// RSP_UD where several slaves may answer: it counts when nothing follows it for as long as another
    /// slave may take. Where it is not known that there is anybody, silence is not waited for any longer
    /// than that.
    case loneResponse(ResponseFilter, isSomebodyThere: Bool)
    /// Whatever frame it is.
    case anything
  }

  /// How an exchange ended.
  enum Outcome: Hashable, Sendable {
    /// Sent, and nothing was awaited.
    case done
    /// E5.
    case acknowledged
    /// Several slaves have acknowledged a question that many may answer: a second E5 has come, or after
    /// the first one more than a single character, which may be a disturbance. What comes before it says
    /// nothing: lines are often noisy when they turn round.
    case acknowledgedBySeveral
    /// RSP_UD.
    case response(Frame)
    /// Not a byte came, apart from the echo of the request.
    case silence
    /// Bytes came that are no answer: why.
    case garbage(String)
  }

  let request: [UInt8]
  let expectation: Expectation
  let timing: LineTiming
  /// Which faults of an answer are passed over.
  let tolerance: FrameTolerance
  /// When something must be done if nothing comes.
  private(set) var deadline: MonotonicInstant
  /// Everything that came, for the log; of a babbling line the beginning.
  private(set) var received: [UInt8] = []

  /// When the first byte of an answer must have come.
  private let firstDeadline: MonotonicInstant
  /// When every slave has begun its answer, if it has one: as long as the window says, otherwise by
  /// EN 13757-2, where what the line itself may add is taken to be no longer than the idle timeout or its latency.
  private let reactionEnd: MonotonicInstant
  private var fullDeadline: MonotonicInstant
  /// What is not yet known to be or not to be the answer.
  private var pending = PendingBytes()
  private var complaint: String?
  /// How many bytes were no part of any good frame.
  private var noise = 0
  /// How many bytes were the request itself, sent back by the line.
  private var echoed = 0
  /// So many bytes have come that it is known whether they were that.
  private var isEchoKnown = false
  /// How many acknowledgements came to a question that many may answer.
  private var acknowledgements = 0
  /// How much of the noise came before the first of them.
  private var noiseBefore = 0
  /// The answer, while another one may follow.
  private var loneAnswer: Frame?
  /// Something followed it.
  private var isSpoilt = false
  /// How many repetitions of the telegram before were passed over.
  private(set) var copies = 0
  /// The end of the last bit sent, and when the last byte came.
  private let sent: MonotonicInstant
  private var lastByte: MonotonicInstant

  init(
    _ request: [UInt8], expecting expectation: Expectation, timing: LineTiming,
    tolerance: FrameTolerance = [], window: Span? = nil, now: MonotonicInstant
  ) {
    self.request = request
    self.tolerance = tolerance
    self.expectation = expectation
    self.timing = timing
    sent = now + timing.wireTime(bytes: request.count)
    lastByte = now
    // Whoever begins at the end of the window has sent a byte by then.
    reactionEnd =
      sent
      + (window.map { $0 + timing.wireTime(bytes: 1) }
        ?? min(
          timing.timeout,
          timing.longestReaction + max(timing.idleTimeout, timing.latency)))
    firstDeadline =
      switch expectation {
      case .nothing: sent + timing.pauseAfterBroadcast
      case .acknowledgeIfAny, .presence, .loneResponse(_, isSomebodyThere: false): reactionEnd
      case .acknowledge, .response, .loneResponse, .anything: sent + timing.timeout
      }
    deadline = firstDeadline
    fullDeadline = deadline
  }

  /// Takes bytes from the line; the outcome, once it is decided.
  mutating func receive(_ bytes: LineBytes, now: MonotonicInstant) -> Outcome? {
    guard !bytes.values.isEmpty else { return nil }
    lastByte = now
    if received.count == echoed { fullDeadline = now + timing.fullTimeout }
    received += bytes.values.prefix(max(0, Self.bufferLimit - received.count))
    if case .nothing = expectation {
      // Somebody answers all the same: the line must be at rest before the next request.
      deadline = min(max(deadline, now + timing.pauseAfterBroadcast), fullDeadline)
      return nil
    }
    if loneAnswer != nil { isSpoilt = true }
    guard !isSpoilt else {
      deadline = collisionEnd(now)
      return nil
    }
    pending.append(bytes)
    recogniseEcho()
    let outcome = judge()
    // A flood faster than it can be judged does not occur; the bound holds all the same.
    pending.removeFirst(max(0, pending.count - Self.bufferLimit))
    if case .loneResponse = expectation, case .response(let frame) = outcome {
      return takeLone(frame, now: now)
    }
    deadline = deadlineAfterBytes(now)
    return outcome
  }

  /// Says that the deadline has come.
  mutating func wake(now: MonotonicInstant) -> Outcome? {
    guard now >= deadline else { return nil }
    if case .nothing = expectation { return .done }
    if received.count == echoed { return .silence }
    if isSpoilt { return .garbage("more than one meter answers") }
    if let loneAnswer { return .response(loneAnswer) }
    // An E5 behind noise, with silence after it.
    if isAcknowledgeAwaited, pending.isAcknowledge { return .acknowledged }
    if expectation == .presence, acknowledgements > 0 {
      let after = noise - noiseBefore + pending.count
      if acknowledgements > 1 || after > 1 { return .acknowledgedBySeveral }
      if noise == 0, after == 0 { return .acknowledged }
    }
    if let outcome = judgeUnknownLength() { return outcome }
    if case .needMore(let total) = FrameDecoder.decode(pending.values), pending.count > 0 {
      let whole = total.map { " of \($0)" } ?? ""
      complaint = "the frame ends after \(pending.count)\(whole) bytes"
    }
    return .garbage(complaint ?? "the meter acknowledges (E5) but sends no data")
  }

  /// Nothing has come but E5 where data were awaited: the slave has taken the request for a repetition of
  /// the one before.
  var isOnlyAcknowledged: Bool { acknowledgements > 0 && noise == 0 && pending.count == 0 }

  /// Two of the longest frames.
  static let bufferLimit = 2 * Frame.Length.maxFrame

  private var isAcknowledgeAwaited: Bool {
    switch expectation {
    case .acknowledge, .acknowledgeIfAny, .anything: true
    case .nothing, .presence, .response, .loneResponse: false
    }
  }

  /// Whoever answers as well has begun before the reaction time is over: either within this answer, which
  /// would then not have come well, or behind it.
  private mutating func takeLone(_ frame: Frame, now: MonotonicInstant) -> Outcome? {
    guard pending.count == 0 else {
      isSpoilt = true
      deadline = collisionEnd(now)
      return nil
    }
    guard now < reactionEnd else { return .response(frame) }
    loneAnswer = frame
    deadline = reactionEnd
    return nil
  }

  /// When everybody who answered at once has ended. Slaves that send zeros over each other keep the line
  /// low, and a receiver sees no bytes then: silence says nothing before the longest frame would be over.
  /// Who is still sending would not hear the next select and stay selected.
  private func collisionEnd(_ now: MonotonicInstant) -> MonotonicInstant {
    let longest = reactionEnd + timing.wireTime(bytes: Frame.Length.maxFrame)
    return min(max(now + timing.idleTimeout, longest), fullDeadline)
  }

  /// A long frame that has told its length ends by it, or by a silence as long as that before an answer.
  /// What has no length ends by the idle timeout; but while less has come than the shortest frame has it
  /// may be a disturbance, behind which the answer is still to come.
  private func deadlineAfterBytes(_ now: MonotonicInstant) -> MonotonicInstant {
    if expectation == .presence {
      return min(max(reactionEnd, now + timing.pauseAfterBroadcast), fullDeadline)
    }
    let answerDue = max(firstDeadline, now + timing.idleTimeout)
    if case .loneResponse = expectation, received.count > echoed {
      return max(collisionEnd(now), firstDeadline)
    }
    switch FrameDecoder.decode(pending.values, tolerance: tolerance) {
    case .needMore(total: .some)
    where pending.first == Frame.Octet.longStart && !tolerance.contains(.length):
      return min(now + max(timing.timeout, timing.idleTimeout), fullDeadline)
    case .frame(.acknowledge, _) where isAcknowledgeAwaited:
      return min(now + timing.idleTimeout, fullDeadline)
    default:
      let isLittle = noise + pending.count < Frame.Length.leastL + Frame.Length.envelope
      return min(isLittle ? answerDue : now + timing.idleTimeout, max(fullDeadline, firstDeadline))
    }
  }
}

// MARK: - What the bytes are

extension Exchange {
  /// Takes from the pending bytes what can be judged; the outcome, if it is decided.
  ///
  /// Noise before an answer is passed over: lines are often noisy when they turn round, and a frame with
  /// its checksum does not come about by chance. A single E5 would, so behind noise it counts only when
  /// nothing follows it. Passed over are also an E5 in place of data, which is a late acknowledgement of
  /// something else, the echo of the request, and a frame that the filter refuses: the right one may
  /// follow. Within a frame that has told its length nothing is looked for: concentrators send whole
  /// frames as data.
  ///
  /// A byte with a wrong parity or stop bit spoils the frame that it is in, even when the checksum fits:
  /// two mistakes may make up for each other in a sum.
  private mutating func judge() -> Outcome? {
    while pending.count > 0 {
      switch FrameDecoder.decode(pending.values, tolerance: tolerance) {
      case .frame(.acknowledge, let length):
        if let damage = pending.damage(within: length) {
          dropNoise(damage)
        } else if !isAcknowledgeAwaited {
          if acknowledgements == 0 { noiseBefore = noise }
          acknowledgements += 1
          pending.removeFirst(length)
        } else if noise == 0 {
          return .acknowledged
        } else if pending.count == length {
          return nil
        } else {
          dropNoise("E5 within noise")
        }
      case .frame(let frame, let length):
        if let outcome = judge(frame, length: length) { return outcome }
      case .needMore: return nil
      case .invalid
      where tolerance.contains(.length) && FrameDecoder.hasVariableStart(pending.values):
        // Where it ends only silence tells.
        return nil
      case .invalid(let error):
        dropNoise(pending.damage(within: error.offset + error.bytes.count) ?? "\(error)")
      }
    }
    return nil
  }

  /// A line that sends back what it hears does so while the request is on it, when nobody may talk: the first
  /// bytes are the request, even when some of them came damaged. No answer resembles its request in so many
  /// places. What was made of the beginning of a damaged one is taken back.
  private mutating func recogniseEcho() {
    guard !isEchoKnown, received.count >= request.count else { return }
    isEchoKnown = true
    let same = zip(received, request).count { $0 == $1 }
    guard same * 2 > request.count else { return }
    pending.removeFirst(pending.count - (received.count - request.count))
    (echoed, noise, acknowledgements, noiseBefore) = (request.count, 0, 0, 0)
    complaint = nil
  }

  /// The whole of what came, when its length bytes need not be right.
  private mutating func judgeUnknownLength() -> Outcome? {
    guard tolerance.contains(.length),
      let frame = FrameDecoder.frame(ofUnknownLength: pending.values, tolerance: tolerance)
    else { return nil }
    return judge(frame, length: pending.count)
  }

  /// Takes a frame whose checksum fits; the outcome, if it is the answer.
  private mutating func judge(_ frame: Frame, length: Int) -> Outcome? {
    let damage = pending.damage(within: length)
    pending.removeFirst(length)
    if let damage {
      complaint = damage
      noise += length
      return nil
    }
    if (try? frame.encoded) == request {
      echoed += length
      return nil
    }
    guard let objection = objection(to: frame, length: length) else { return .response(frame) }
    complaint = objection
    if expectation == .presence { noise += length }
    return nil
  }

  private mutating func objection(to frame: Frame, length: Int) -> String? {
    switch expectation {
    case .response(let filter), .loneResponse(let filter, _):
      if let objection = filter.objection(to: frame) { return objection }
      let isEarly = lastByte < sent + timing.wireTime(bytes: length)
      guard filter.isCopy(frame, passedOver: copies, isEarly: isEarly) else { return nil }
      copies += 1
      return ResponseFilter.repeatsItself
    case .anything: return nil
    case .nothing, .acknowledge, .acknowledgeIfAny, .presence:
      return "a valid frame in place of E5"
    }
  }

  private mutating func dropNoise(_ why: String) {
    noise += 1
    complaint = complaint ?? why
    pending.removeFirst(1)
  }
}
