import Time

/// Bytes that one slave puts on the line without gaps, as levels in time.
struct Transmission: Hashable, Sendable {
  let start: MonotonicInstant
  let bytes: [UInt8]
  let baud: Int64

  /// The end of the last stop bit.
  var end: MonotonicInstant { start + CharacterFormat.span(bytes: bytes.count, baud: baud) }

  /// The level at a moment; true (rest) before the start and after the end.
  func level(at instant: MonotonicInstant) -> Bool {
    bit(at: instant).map(level(ofBit:)) ?? true
  }

  /// The first moment from `instant` on at which the level is low; nil when there is none.
  func nextLow(from instant: MonotonicInstant) -> MonotonicInstant? {
    next(low: true, from: instant)
  }

  /// The first moment from `instant` on at which the level is high.
  func nextHigh(from instant: MonotonicInstant) -> MonotonicInstant {
    next(low: false, from: instant) ?? max(instant, end)
  }

  private func next(low: Bool, from instant: MonotonicInstant) -> MonotonicInstant? {
    guard instant < end else { return nil }
    if instant >= start, level(at: instant) != low { return instant }
    let first = bit(at: max(instant, start)) ?? 0
    let count = Int64(bytes.count) * CharacterFormat.bits
    guard first < count else { return nil }
    guard let bit = (first..<count).first(where: { level(ofBit: $0) != low }) else { return nil }
    return max(instant, start + .bits(bit, baud: baud))
  }

  /// The number of the bit that is on the line at a moment, counted over all bytes.
  private func bit(at instant: MonotonicInstant) -> Int64? {
    guard instant >= start, instant < end else { return nil }
    // Bit k begins at ⌊k × 10⁹ / baud⌋ ns: this is the largest k that has begun.
    let (scaled, overflow) = ((instant - start).nanoseconds + 1)
      .multipliedReportingOverflow(by: baud)
    return overflow ? nil : (scaled - 1) / 1_000_000_000
  }

  private func level(ofBit bit: Int64) -> Bool {
    let (byte, place) = bit.quotientAndRemainder(dividingBy: CharacterFormat.bits)
    let rest = bytes.dropFirst(Int(byte))
    return rest.first.map { CharacterFormat.level(of: $0, bit: place) } ?? true
  }
}
