import Bytes
import MBus
import Time

/// One question of the adaptive search to many slaves at once, and what came of it.
///
/// A slave may begin its answer within a window that is counted from the last bit sent. Whether an answer is
/// that of one slave shows at its end: answers that disturb each other give a burst, of which the next
/// question waits for the end, since a slave that is still sending hears nothing.
struct Probe: Hashable, Sendable {
  /// What is asked.
  enum Question: Hashable, Sendable {
    /// A select: who acknowledges? After the first E5 it is listened for others so long, counted from the last
    /// bit sent; nil: until the window is over.
    case select(listening: Span?)
    /// REQ_UD2: who is it?
    case request
  }

  /// What came.
  enum Outcome: Hashable, Sendable {
    /// Nobody has begun within the window.
    case silence
    /// So many bytes in place of data; when the first and the last of them ended, counted from the last bit
    /// sent.
    case acknowledged(bytes: Int, first: Span, last: Span)
    /// One good frame and nothing else.
    case clean(Frame)
    /// Anything else.
    case burst(Burst)
  }

  let request: [UInt8]
  let question: Question
  let timing: LineTiming
  /// When something must be done if nothing comes.
  private(set) var deadline: MonotonicInstant

  /// The end of the last bit sent.
  private let sent: MonotonicInstant
  /// Whoever has begun within the window has sent a byte by then.
  private let windowEnd: MonotonicInstant
  /// Whoever has begun within the window has sent the longest frame by then. Slaves that send zeros over each
  /// other keep the line low, and a receiver sees no bytes then: silence says nothing before.
  private let longestEnd: MonotonicInstant
  /// How many bytes of the request have come back from the line.
  private var echoed = 0
  private var isEchoOver = false
  private var values: [UInt8] = []
  private var damaged: [Int] = []
  private var first: MonotonicInstant?
  private var last: MonotonicInstant
  /// Bytes came several at a time: nothing can be said of the gaps between them.
  private var isChunked = false

  /// - Parameters:
  ///   - window: how long slaves have to begin.
  ///   - patience: how long the first of them has; at least the window.
  init(
    _ request: [UInt8], _ question: Question, window: Span, patience: Span, timing: LineTiming,
    now: MonotonicInstant
  ) {
    self.request = request
    self.question = question
    self.timing = timing
    sent = now + timing.wireTime(bytes: request.count)
    windowEnd = sent + window + timing.wireTime(bytes: 1)
    longestEnd = windowEnd + timing.wireTime(bytes: Frame.Length.maxFrame)
    deadline = max(windowEnd, sent + patience + timing.wireTime(bytes: 1))
    last = sent
  }

  /// How long whoever answers took to begin, if what came is one answer: by its end, since converters hand over
  /// several bytes at a time; nil: nothing came.
  var lateness: Span? {
    first.map { _ in max(.zero, last - sent - timing.wireTime(bytes: values.count)) }
  }

  /// Takes bytes from the line.
  mutating func receive(_ bytes: LineBytes, now: MonotonicInstant) {
    for (index, value) in bytes.values.enumerated() where !isEcho(value) {
      // An answer to an earlier question that comes late.
      guard now >= sent else { continue }
      if bytes.damaged.contains(index) { damaged.append(values.count) }
      if values.count < Exchange.bufferLimit { values.append(value) }
      if first == nil { first = now }
      last = now
    }
    guard first != nil else { return }
    if bytes.values.count > 1 { isChunked = true }
    deadline = min(deadlineAfterBytes, max(babbleEnd, windowEnd))
  }

  /// Says that the deadline has come; the outcome, if it is decided.
  mutating func wake(now: MonotonicInstant) -> Outcome? {
    guard now >= deadline else { return nil }
    guard let first else { return .silence }
    if case .select = question {
      return .acknowledged(bytes: values.count, first: first - sent, last: last - sent)
    }
    if let frame = cleanFrame { return .clean(frame) }
    let burst = Burst(values, damaged: damaged, isContiguous: isContiguous)
    let longest = max(longestEnd, first + timing.wireTime(bytes: Frame.Length.maxFrame))
    let end =
      burst.isRegular
      ? last + timing.pauseAfterBroadcast
      : max(first > windowEnd ? longest : longestEnd, restEnd)
    if now >= end || now >= babbleEnd { return .burst(burst) }
    deadline = min(end, babbleEnd)
    return nil
  }

  /// A line that never rests is given up.
  private var babbleEnd: MonotonicInstant { (first ?? sent) + timing.fullTimeout }
  private var restEnd: MonotonicInstant { last + timing.pauseAfterBroadcast + timing.latency }

  private var deadlineAfterBytes: MonotonicInstant {
    switch question {
    case .select(let listening):
      guard let listening else { return max(windowEnd, last) }
      return min(windowEnd, max(last, sent + listening))
    case .request:
      // An answer that is longer has another length.
      let isWhole = Burst.length(of: values) == values.count
      let end = isWhole ? last : restEnd
      return max(end, windowEnd)
    }
  }

  /// Lines without suppression of echoes send our own bytes back.
  private mutating func isEcho(_ value: UInt8) -> Bool {
    guard !isEchoOver else { return false }
    guard value == request.dropFirst(echoed).first else {
      isEchoOver = true
      return false
    }
    echoed += 1
    isEchoOver = echoed == request.count
    return true
  }

  /// A good RSP_UD with nothing behind it; lines are often noisy when they turn round, so some noise may stand
  /// before it.
  private var cleanFrame: Frame? {
    for noise in 0..<Frame.Length.short {
      let rest = Array(values.dropFirst(noise))
      guard damaged.allSatisfy({ $0 < noise }) else { continue }
      if case .frame(let frame, let length) = FrameDecoder.decode(rest), length == rest.count,
        frame.controlField?.kind == .rspUD()
      {
        return frame
      }
    }
    return nil
  }

  /// The bytes came without gaps, as from one slave, or from several in step.
  private var isContiguous: Bool {
    guard let first else { return false }
    if isChunked { return Burst.length(of: values) == values.count }
    let expected = timing.wireTime(bytes: values.count - 1)
    let spread = Span.bits(2, baud: timing.baud)
    return last - first <= expected + spread && expected <= last - first + spread
  }
}
