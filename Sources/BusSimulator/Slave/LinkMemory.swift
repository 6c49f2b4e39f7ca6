import Time

/// What a slave remembers of the requests at one address, so that it knows a repeated one
/// (EN 13757-2, ch. 5.7.2). The primary address and the selection have one each.
struct LinkMemory: Hashable, Sendable {
  /// The telegram that was sent last.
  struct Sent: Hashable, Sendable {
    /// Its place in the chain, from 0.
    let index: Int
    /// Its bytes; nil where the slave stayed silent.
    let bytes: [UInt8]?
    /// When the values of its chain were taken.
    let valuesTakenAt: MonotonicInstant
  }

  /// The frame count bit of the last request. After a reset a request with 1 is a new one.
  private(set) var frameCount = false
  /// nil: the next telegram is the first of the chain.
  private(set) var last: Sent?

  /// The last one was a command that was acknowledged.
  private(set) var isCommandLast = false

  /// The link layer is reset: SND_NKE or a slave select.
  mutating func reset() { self = LinkMemory() }

  /// The chain begins anew; the frame count goes on (application reset).
  mutating func rewind() { last = nil }

  /// Whether a request asks for the last telegram again.
  /// - Parameter fcb: the frame count bit; nil when it does not count (FCV 0), which makes the
  ///   request a repeated one.
  func isRepeated(fcb: Bool?) -> Bool { fcb == nil || fcb == frameCount }

  /// The place in the chain of the telegram after the last one; after the end the first.
  func nextIndex(of count: Int) -> Int {
    guard let last, count > 0 else { return 0 }
    return (last.index + 1) % count
  }

  /// A request was answered.
  mutating func answered(fcb: Bool?, with sent: Sent) {
    if let fcb { frameCount = fcb }
    last = sent
    isCommandLast = false
  }

  /// A command came, whose frame count bit is remembered; the chain begins anew behind it.
  mutating func acknowledged(fcb: Bool) {
    frameCount = fcb
    last = nil
    isCommandLast = true
  }
}
