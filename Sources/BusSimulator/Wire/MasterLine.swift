import Bytes
import MBus
import Time

/// What the slaves hear: the master's bytes, one after another at the speed of the line, and the
/// frames that they make up.
struct MasterLine: Sendable {
  /// A frame as the slaves hear it.
  struct HeardFrame: Hashable, Sendable {
    let frame: Frame
    /// The start of its first start bit.
    let start: MonotonicInstant
    /// The end of its last stop bit.
    let end: MonotonicInstant
    /// Bits a second.
    let baud: Int64
  }

  /// After this much silence slaves take the next byte for the beginning of a frame
  /// (EN 13757-2, ch. 5.5.5: 33 bit times of rest after an error).
  static let restBits: Int64 = 33
  /// At high speeds 33 bits are shorter than what an operating system holds bytes back for.
  static let leastRest = Span.milliseconds(20)

  /// How many bytes wait for the line at most; what comes beyond is lost, as in a level converter.
  static let bufferSize = 65_536

  private struct SentByte: Sendable {
    let value: UInt8
    let start: MonotonicInstant
    let end: MonotonicInstant
    let baud: Int64
  }

  /// Bits a second of what is sent from now on.
  var baud: Int64
  private var noise: LineNoise
  private var waiting: ArraySlice<SentByte> = []
  private var heard: [UInt8] = []
  private var heardSince = MonotonicInstant.zero
  private var freeFrom = MonotonicInstant(nanoseconds: .min)
  private var lastEnd: MonotonicInstant?
  /// After a bad byte everything is passed over until the line rests.
  private var isWaitingForRest = false

  init(baud: Int64, noise: LineNoise) {
    self.baud = baud
    self.noise = noise
  }

  /// The master hands over bytes; they take the line after those that are still waiting.
  mutating func send(_ bytes: some Sequence<UInt8>, at now: MonotonicInstant) {
    let start = max(now, freeFrom)
    for (index, value) in bytes.enumerated() where waiting.count < Self.bufferSize {
      let from = start + CharacterFormat.span(bytes: index, baud: baud)
      let to = start + CharacterFormat.span(bytes: index + 1, baud: baud)
      waiting.append(SentByte(value: value, start: from, end: to, baud: baud))
      freeFrom = to
    }
  }

  /// When the next byte of the master will be over.
  var nextByte: MonotonicInstant? { waiting.first?.end }

  /// That byte as it was sent.
  var nextValue: UInt8? { waiting.first?.value }

  /// Takes the next byte that is over by `deadline`.
  /// - Returns: nil when there is none; otherwise whether a frame ends with it.
  mutating func hear(by deadline: MonotonicInstant) -> HeardFrame?? {
    guard let byte = waiting.first, byte.end <= deadline else { return nil }
    waiting = waiting.dropFirst()
    let flips = noise.flips()
    let rest = max(.bits(Self.restBits, baud: byte.baud), Self.leastRest)
    if let last = lastEnd, byte.start - last >= rest {
      heard = []
      isWaitingForRest = false
    }
    lastEnd = byte.end
    let data = byte.value ^ UInt8(truncatingIfNeeded: flips >> 1)
    if isBad(data, sent: byte.value, flips: flips) { isWaitingForRest = true }
    guard !isWaitingForRest else { return .some(nil) }
    if heard.isEmpty { heardSince = byte.start }
    heard.append(data)
    return .some(frame(endingWith: byte))
  }

  private mutating func frame(endingWith byte: SentByte) -> HeardFrame? {
    switch FrameDecoder.decode(heard) {
    case .needMore: return nil
    case .frame(let frame, _):
      heard = []
      return HeardFrame(frame: frame, start: heardSince, end: byte.end, baud: byte.baud)
    case .invalid:
      heard = []
      isWaitingForRest = true
      return nil
    }
  }

  /// Whether a slave sees that the byte is disturbed: by its parity or stop bit.
  private func isBad(_ data: UInt8, sent: UInt8, flips: UInt16) -> Bool {
    let isParityFlipped = flips >> UInt16(CharacterFormat.parityBit) & 1 == 1
    let isStopFlipped = flips >> UInt16(CharacterFormat.stopBit) & 1 == 1
    let parity = CharacterFormat.parity(of: sent) != isParityFlipped
    return isStopFlipped || parity != CharacterFormat.parity(of: data)
  }
}
