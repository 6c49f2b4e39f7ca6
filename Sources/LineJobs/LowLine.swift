import Bytes
import MBus

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
  /// So many requests without a single byte after one such byte: noise before a meter that is dead is not enough.
  static let mostRequests = 12

  /// Such bytes since the last other one.
  private var zeros = 0
  /// Requests since the last byte.
  private var requests = 0
  private var isLow = false

  /// Bytes came; what has changed by them.
  mutating func hear(_ bytes: LineBytes) -> Change? {
    requests = 0
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

  /// A request goes out; what has changed by that.
  mutating func noteSent() -> Change? {
    guard zeros > 0 else { return nil }
    requests += requests <= Self.mostRequests ? 1 : 0
    return requests > Self.mostRequests ? fall() : nil
  }

  private mutating func fall() -> Change? {
    guard !isLow else { return nil }
    isLow = true
    return .low
  }
}
