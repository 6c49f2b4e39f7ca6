import Bytes
import MBus
import Time

/// What the exchanges of a line have shown of the way to its meters: how late answers come, and whether answers
/// are lost.
///
/// An answer is late by what its meter takes to begin it, and by what the link to the wire adds: a driver that
/// gathers bytes, a converter, a network. The two cannot be told apart. Few meters take longer than 50 ms, so what
/// the quicker ones take beyond that is laid to the link: a bus on which all meters are slow is then taken for one
/// with a slow link, which costs time and no meters.
public struct LinkRecord: Hashable, Sendable {
  /// Answers have been missing that came when they were asked for again.
  public private(set) var hasLostAnswers = false
  /// Scans that have ended.
  public private(set) var scans = 0

  /// How late the last answers came, the latest one last.
  private var recent: [Span] = []
  /// How late the quicker ones of them came: one in four may be the answer to an earlier request.
  private var usual: Span?
  /// The request under way; nil: its answer has come, or something else.
  private var request: [UInt8]?
  private var isRepetition = false
  /// The end of its last bit.
  private var sent = MonotonicInstant.zero
  /// Everything that has come since, the echo of the request included.
  private var heard: [UInt8] = []
  /// How much of it came while the request was on the wire: its echo, or a late answer to an earlier one.
  private var early = 0
  /// Something else than the echo has come behind the request.
  private var isAnswered = false

  /// Nothing is known yet.
  public init() {}

  /// So many answers are gone by.
  private static let depth = 16
  /// What the quicker meters of a bus take to begin an answer, at most.
  private static let usualReaction = Span.milliseconds(50)
  /// No link adds more; meters do.
  private static let mostLatency = Span.milliseconds(1000)

  /// What the link adds to the time between a request and its answer.
  /// - Parameter least: what links of its kind are known to add; it is never less.
  public func latency(least: Span) -> Span {
    guard let usual else { return least }
    return max(least, min(usual - Self.usualReaction, Self.mostLatency))
  }

  /// A request goes out.
  public mutating func noteSent(_ bytes: [UInt8], _ timing: LineTiming, now: MonotonicInstant) {
    isRepetition = request == bytes && !isAnswered
    request = bytes
    (heard, early, isAnswered) = ([], 0, false)
    sent = now + timing.wireTime(bytes: bytes.count)
  }

  /// Bytes have come. Only a whole answer says how late it is, by its end: converters hand over several bytes at
  /// a time.
  public mutating func noteReceived(
    _ bytes: LineBytes, _ timing: LineTiming, now: MonotonicInstant
  ) {
    guard let request else { return }
    heard += bytes.values
    guard now >= sent else { return early = heard.count }
    guard bytes.damaged.isEmpty, heard.count <= Exchange.bufferLimit else {
      return self.request = nil
    }
    let answer = answer(to: request)
    guard !answer.isEmpty else { return }
    isAnswered = true
    switch FrameDecoder.decode(answer) {
    case .needMore: return
    case .frame(_, let length) where length == answer.count:
      if isRepetition { hasLostAnswers = true }
      note(max(.zero, now - sent - timing.wireTime(bytes: length)))
    case .frame, .invalid: break
    }
    self.request = nil
  }

  /// What has come without our own bytes, which some lines send back: while the request is on the wire, or behind it
  /// when the link is slow.
  private func answer(to request: [UInt8]) -> [UInt8] {
    if request.starts(with: heard) { return [] }
    return Array(heard.dropFirst(heard.starts(with: request) ? request.count : early))
  }

  private mutating func note(_ lateness: Span) {
    recent.append(lateness)
    recent.removeFirst(max(0, recent.count - Self.depth))
    usual = recent.sorted().dropFirst(recent.count / 4).first
  }

  /// A scan has ended.
  public mutating func noteScan() { scans += 1 }
}
