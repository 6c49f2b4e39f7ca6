import BusMaster
import MBus
import Time

/// What has come from the line for an outside master. Packets end with a frame, or by MBUS_IDLETIMEOUT (MUC500
/// manual 1.1, ch. 5.3.4).
struct GuestPacket: Hashable, Sendable {
  private var bytes: [UInt8] = []
  private var lastByte = MonotonicInstant.zero

  /// When what has come so far is a packet; nil: nothing has come.
  func deadline(_ timing: LineTiming) -> MonotonicInstant? {
    bytes.isEmpty ? nil : lastByte + timing.idleTimeout
  }

  /// Takes bytes; the packets that are whole.
  mutating func append(_ more: [UInt8], now: MonotonicInstant) -> [[UInt8]] {
    bytes += more
    lastByte = now
    var packets: [[UInt8]] = []
    while case .frame(_, let length) = FrameDecoder.decode(bytes) {
      packets.append(Array(bytes.prefix(length)))
      bytes.removeFirst(length)
    }
    if bytes.count >= Frame.Length.maxFrame { packets += flush() }
    return packets
  }

  /// The packet that silence has ended.
  mutating func due(_ timing: LineTiming, now: MonotonicInstant) -> [[UInt8]] {
    guard let deadline = deadline(timing), now >= deadline else { return [] }
    return flush()
  }

  /// What there is, as it is.
  mutating func flush() -> [[UInt8]] {
    defer { bytes = [] }
    return bytes.isEmpty ? [] : [bytes]
  }
}
