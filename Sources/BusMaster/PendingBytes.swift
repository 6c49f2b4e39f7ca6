import Bytes
import MBus

/// Bytes that wait to be judged, with the marks of those that came damaged.
struct PendingBytes: Hashable, Sendable {
  private(set) var values: [UInt8] = []
  /// Offsets in `values`, ascending.
  private var damaged: [Int] = []

  var count: Int { values.count }
  var first: UInt8? { values.first }

  /// True for a single E5 that came well.
  var isAcknowledge: Bool { values == [Frame.Octet.acknowledge] && damaged.isEmpty }

  mutating func append(_ bytes: LineBytes) {
    damaged += bytes.damaged.map { $0 + values.count }
    values += bytes.values
  }

  mutating func removeFirst(_ count: Int) {
    values.removeFirst(min(count, values.count))
    damaged = damaged.filter { $0 >= count }.map { $0 - count }
  }

  /// What is wrong with one of the first bytes, in words; nil when all of them came well.
  func damage(within length: Int) -> String? {
    guard let offset = damaged.first, offset < length else { return nil }
    return "byte \(offset + 1) of the answer came with a wrong parity or stop bit"
  }
}
