import BusMaster
import MBus
import Time

/// A request of an outside master that is on the line, and what it must be given to hear the answer.
struct GuestExchange: Hashable, Sendable {
  /// How long the line stays with a master that has selected or reset a slave, or has heard that there are more
  /// telegrams, beyond MBUS_IDLETIMEOUT: what it asks next belongs to that.
  static let thinkingTime = Span.milliseconds(500)

  private let request: [UInt8]
  private let timing: LineTiming
  private let isForMany: Bool
  /// When every slave has begun its answer (EN 13757-2).
  private let reactionEnd: MonotonicInstant
  private var fullEnd: MonotonicInstant?
  private var heard: [UInt8] = []
  /// When it is over, if nothing comes until then.
  private(set) var end: MonotonicInstant
  /// A whole answer has come; there may be others.
  private(set) var isAnswered = false
  /// The next request belongs to it.
  private(set) var isToBeContinued = false

  init(_ request: [UInt8], timing: LineTiming, now: MonotonicInstant) {
    self.request = request
    self.timing = timing
    let sent = now + timing.wireTime(bytes: request.count)
    reactionEnd = sent + min(timing.timeout, timing.longestReaction + timing.idleTimeout)
    let frame = Self.frame(request)
    switch (frame?.address, frame) {
    case (LinkAddress.broadcast?, _):
      isForMany = false
      end = sent + timing.pauseAfterBroadcast
    case (LinkAddress.networkLayer?, .short(.sndNKE, _)?):
      // Mostly nobody is selected.
      isForMany = true
      end = reactionEnd
    case (let address, _):
      isForMany = address.map { !LinkAddress.slaves.contains($0) } ?? true
      end = sent + timing.timeout
    }
  }

  /// The address that it goes to; nil: it is no frame.
  static func address(of request: [UInt8]) -> UInt8? { frame(request)?.address }

  private static func frame(_ bytes: [UInt8]) -> Frame? {
    guard case .frame(let frame, bytes.count) = FrameDecoder.decode(bytes) else { return nil }
    return frame
  }

  /// Bytes came.
  mutating func receive(_ bytes: [UInt8], now: MonotonicInstant) {
    heard += bytes.prefix(max(0, GuestRequests.mostBytes - heard.count))
    let full = fullEnd ?? now + timing.fullTimeout
    fullEnd = full
    // The line sends back what it is given.
    if heard == request { heard = [] }
    guard !heard.isEmpty else { return }
    end = min(full, wait(now))
  }

  private mutating func wait(_ now: MonotonicInstant) -> MonotonicInstant {
    switch FrameDecoder.decode(heard) {
    case .frame(let frame, heard.count):
      isAnswered = true
      isToBeContinued = frame == .acknowledge || frame.announcesMore
      // Where several may answer, another answer may follow.
      return isForMany ? max(now, reactionEnd) : now
    case .needMore: return now + max(timing.timeout, timing.idleTimeout)
    case .frame, .invalid:
      (isAnswered, isToBeContinued) = (false, false)
      return max(now + timing.idleTimeout, reactionEnd)
    }
  }
}

extension Frame {
  /// Whether the slave has more telegrams (DIF 1F at the end of the records).
  fileprivate var announcesMore: Bool {
    guard case .data(let telegram)? = try? ResponseDecoder.decode(self) else { return false }
    return telegram.moreRecordsFollow
  }
}
