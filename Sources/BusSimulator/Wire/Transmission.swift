import Time

/// Bytes that one slave puts on the line without gaps, or several that have begun together, as levels in time.
struct Transmission: Hashable, Sendable {
  let start: MonotonicInstant
  let baud: Int64
  /// The levels of each byte, bit 0 first.
  private var characters: [UInt16]

  init(start: MonotonicInstant, bytes: [UInt8], baud: Int64) {
    self.start = start
    self.baud = baud
    characters = bytes.map { CharacterFormat.levels(of: $0) }
  }

  /// Whether another one has the same bits at the same time.
  func joins(_ other: Transmission) -> Bool { start == other.start && baud == other.baud }

  /// Takes another one that it joins: who pulls the line low wins.
  mutating func join(_ other: Transmission) {
    let resting = max(0, other.characters.count - characters.count)
    characters += [UInt16](repeating: CharacterFormat.rest, count: resting)
    for (index, levels) in other.characters.enumerated() { characters[index] &= levels }
  }

  /// How many bits all bytes have.
  private var bitCount: Int64 { Int64(characters.count) * CharacterFormat.bits }

  /// The end of the last stop bit.
  var end: MonotonicInstant { begin(ofBit: bitCount) }

  /// The begin of a bit, counted over all bytes. Every moment of a transmission comes from here: sums
  /// of rounded spans would be a nanosecond off.
  func begin(ofBit bit: Int64) -> MonotonicInstant { start + .bits(bit, baud: baud) }

  /// The level at a moment; true (rest) before the start and after the end.
  func level(at instant: MonotonicInstant) -> Bool {
    bit(at: instant).map(level(ofBit:)) ?? true
  }

  /// The levels of the bits of a byte that begins at a bit, bit 0 first; rest behind the end.
  func levels(from bit: Int64) -> UInt16 {
    let (byte, place) = bit.quotientAndRemainder(dividingBy: CharacterFormat.bits)
    let index = Int(byte)
    if place == 0, characters.indices.contains(index) { return characters[index] }
    return (0..<CharacterFormat.bits).reduce(0) { levels, next in
      level(ofBit: bit + next) ? levels | 1 << UInt16(next) : levels
    }
  }

  /// The first bit with a low level that is on the line at `instant` or after it; nil when there is
  /// none.
  func nextLowBit(from instant: MonotonicInstant) -> Int64? {
    nextBit(low: true, from: instant)
  }

  /// The first moment from `instant` on at which the level is high.
  func nextHigh(from instant: MonotonicInstant) -> MonotonicInstant {
    nextBit(low: false, from: instant).map { max(instant, begin(ofBit: $0)) } ?? max(instant, end)
  }

  private func nextBit(low: Bool, from instant: MonotonicInstant) -> Int64? {
    guard instant < end else { return nil }
    let first = bit(at: max(instant, start)) ?? 0
    guard first < bitCount else { return nil }
    return (first..<bitCount).first { level(ofBit: $0) != low }
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
    guard characters.indices.contains(Int(byte)) else { return true }
    return characters[Int(byte)] >> UInt16(place) & 1 == 1
  }
}
