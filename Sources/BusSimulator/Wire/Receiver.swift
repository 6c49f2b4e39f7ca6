import Time

/// The master's receiver: a UART that waits for a falling edge and then samples the line in the
/// middle of each bit. All slaves share the line; a 0 of one of them hides the 1 of the others.
struct Receiver: Sendable {
  /// Bits a second at which it samples.
  var baud: Int64
  private var transmissions: [Transmission] = []
  /// The same, those that have begun together in one.
  private var joined: [Transmission] = []
  /// The falling edge that begins the next byte, as far as is known now.
  private var startBit: StartBit?
  /// From here on the receiver looks for the next start bit.
  private var lookingFrom = MonotonicInstant(nanoseconds: .min)

  init(baud: Int64) { self.baud = baud }

  /// A slave begins to talk. It must not begin before what has been received. To be followed by `settle`.
  mutating func add(_ transmission: Transmission) {
    transmissions.append(transmission)
    join(transmission)
  }

  /// A slave thinks better of an answer that it has not begun. To be followed by `settle`.
  mutating func withdraw(_ transmission: Transmission) {
    guard let index = transmissions.firstIndex(of: transmission) else { return }
    transmissions.remove(at: index)
    joined.removeAll { $0.start == transmission.start }
    for other in transmissions where other.start == transmission.start { join(other) }
  }

  private mutating func join(_ transmission: Transmission) {
    if let index = joined.firstIndex(where: { $0.joins(transmission) }) {
      joined[index].join(transmission)
    } else {
      joined.append(transmission)
    }
  }

  /// All slaves have begun that begin now: looks for the next byte.
  mutating func settle() { startBit = findStartBit() }

  private mutating func forget(until instant: MonotonicInstant) {
    transmissions.removeAll { $0.end <= instant }
    joined.removeAll { $0.end <= instant }
  }

  /// Nothing begins on the line before `instant` any more: forgets what is over.
  mutating func rest(until instant: MonotonicInstant) {
    guard startBit == nil else { return }
    lookingFrom = max(lookingFrom, instant)
    forget(until: lookingFrom)
  }

  /// When the next byte will be complete, as far as is known now.
  var nextByte: MonotonicInstant? {
    startBit?.byteEnd
  }

  /// The next byte if it is complete by `deadline`.
  /// - Parameter noise: what disturbs its bits.
  mutating func receive(
    by deadline: MonotonicInstant, noise: inout LineNoise
  ) -> ReceivedByte? {
    guard let start = startBit else { return nil }
    guard start.byteEnd <= deadline else { return nil }
    let mask = noise.flips()
    let levels = (undisturbed(start) ?? sampled(start)) ^ mask
    let stop = middle(of: CharacterFormat.stopBit, from: start.begin)
    lookingFrom = stop
    forget(until: stop)
    settle()
    return Self.byte(levels, at: start.byteEnd)
  }

  /// The levels of the next byte, bit 0 first, where only one slave talks, or several in step, at the speed at which
  /// they are sampled: those that are sent. Nil: they have to be sampled.
  private func undisturbed(_ start: StartBit) -> UInt16? {
    guard let only = joined.first, joined.count == 1, only.baud == baud else { return nil }
    return only.levels(from: start.bit)
  }

  private func sampled(_ start: StartBit) -> UInt16 {
    (0...CharacterFormat.stopBit).reduce(0) { levels, bit in
      level(at: middle(of: bit, from: start.begin)) ? levels | 1 << UInt16(bit) : levels
    }
  }

  /// A falling edge, and the byte that it begins.
  private struct StartBit: Hashable {
    /// Counted over all bytes of the slave that pulls the line down.
    let bit: Int64
    let begin: MonotonicInstant
    /// Counted in bits of the slave that pulls the line down, so that the end of its last byte is the
    /// end of its transmission to the nanosecond.
    let byteEnd: MonotonicInstant

    /// - Parameter baud: of the receiver; at another one it makes something else of the bits.
    init(_ bit: Int64, of transmission: Transmission, baud: Int64) {
      self.bit = bit
      begin = transmission.begin(ofBit: bit)
      byteEnd =
        transmission.baud == baud
        ? transmission.begin(ofBit: bit + CharacterFormat.bits)
        : begin + CharacterFormat.span(bytes: 1, baud: baud)
    }
  }

  /// The next falling edge. After a byte without a stop bit the line must rise first.
  private func findStartBit() -> StartBit? {
    var rise = lookingFrom
    while let busy = joined.first(where: { !$0.level(at: rise) }) {
      rise = busy.nextHigh(from: rise)
    }
    return joined.compactMap { transmission in
      transmission.nextLowBit(from: rise).map {
        StartBit($0, of: transmission, baud: baud)
      }
    }.min { $0.begin < $1.begin }
  }

  private func level(at instant: MonotonicInstant) -> Bool {
    joined.allSatisfy { $0.level(at: instant) }
  }

  private func middle(of bit: Int64, from start: MonotonicInstant) -> MonotonicInstant {
    start + .bits(2 * bit + 1, baud: 2 * baud)
  }

  /// - Parameter levels: bit 0 is the start bit.
  private static func byte(_ levels: UInt16, at end: MonotonicInstant) -> ReceivedByte {
    let data = UInt8(truncatingIfNeeded: levels >> 1)
    return ReceivedByte(
      time: end, value: data,
      parityError: (levels >> 9 & 1 == 1) != CharacterFormat.parity(of: data),
      framingError: levels >> UInt16(CharacterFormat.stopBit) & 1 == 0)
  }
}
