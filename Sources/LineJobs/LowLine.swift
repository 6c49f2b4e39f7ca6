import Bytes
import MBus
import BusMaster
import Metering
import Time

/// Whether something holds the line low all the time: a short circuit of the bus, or a level converter without power.
/// A serial port then reports bytes 00 with a wrong stop bit: some ports one after another for as long as it lasts,
/// most of them (those with a UART like the 16550) one when it begins, and nothing until the line is high again.
/// Pseudo terminals and converters in the network cannot tell.
struct LowLine: Hashable, Sendable {
  /// What has become of the line.
  enum Change: Hashable, Sendable {
    case low
    case sound
  }

  /// More such bytes in a row than an answer can have: meters that answer at once disturb each other for that long.
  static let longestAnswer = Frame.Length.maxFrame
  /// So many requests that are to be answered without a single byte after one such byte, and so many meters: noise
  /// before a meter that is dead is not enough.
  static let mostRequests = 12
  static let leastMeters = 2
  /// What comes behind so long a pause is another disturbance, whatever the idle timeout of the line.
  static let leastPause = Span.milliseconds(100)

  /// Such bytes since the last other one.
  private var zeros = 0
  /// When the last byte came.
  private var lastByte: MonotonicInstant?
  /// Requests since then, and whom they were for.
  private var requests = 0
  private var asked: Set<MeterID> = []
  private var isLow = false

  /// Bytes came; what has changed by them.
  mutating func hear(_ bytes: LineBytes, _ timing: LineTiming, now: MonotonicInstant) -> Change? {
    (requests, asked) = (0, [])
    let pause =
      max(timing.idleTimeout, Self.leastPause) + timing.wireTime(bytes: bytes.values.count)
    if let lastByte, now - lastByte > pause { zeros = 0 }
    lastByte = now
    let damaged = Set(bytes.damaged)
    var hasSoundByte = false
    for (offset, value) in bytes.values.enumerated() {
      if value == 0, damaged.contains(offset) {
        zeros += zeros <= Self.longestAnswer ? 1 : 0
      } else {
        zeros = 0
        hasSoundByte = hasSoundByte || !damaged.contains(offset)
      }
    }
    if isLow, hasSoundByte {
      isLow = false
      return .sound
    }
    return zeros > Self.longestAnswer ? fall() : nil
  }

  /// A request of the readout of a meter goes out; what has changed by that. Nobody has to answer what goes to all, and
  /// some meters do not acknowledge SND_NKE.
  mutating func noteSent(_ request: [UInt8], of meter: MeterID) -> Change? {
    guard zeros > 0, case .frame(let frame, _) = FrameDecoder.decode(request),
      frame.controlField?.kind != .sndNKE, frame.address != LinkAddress.broadcast
    else { return nil }
    requests += requests <= Self.mostRequests ? 1 : 0
    if asked.count < Self.leastMeters { asked.insert(meter) }
    return requests > Self.mostRequests && asked.count >= Self.leastMeters ? fall() : nil
  }

  private mutating func fall() -> Change? {
    guard !isLow else { return nil }
    isLow = true
    return .low
  }
}
