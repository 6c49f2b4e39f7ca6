import Bytes
import NIOCore
import Time
import Transport

/// A byte line that is looked at: how many bytes went over it, when the first was sent and when the last
/// came. Confined to the event loop of the line.
final class ObservedLine: ByteLine {
  /// What went over the line since the last look.
  struct Traffic: Hashable {
    /// When the first request was handed to the line.
    var began: MonotonicInstant?
    /// When the last bytes came from the line.
    var ended: MonotonicInstant?
    /// Bytes handed to the line.
    var sent = 0
    /// Bytes that came from it.
    var received = 0

    /// From the first request to the last answer's end.
    var duration: Span {
      guard let began, let ended else { return .zero }
      return ended - began
    }
  }

  private let line: any ByteLine
  private var traffic = Traffic()

  var onEvent: ((ByteLineEvent) -> Void)?

  init(_ line: any ByteLine) { self.line = line }

  func open() {
    line.onEvent = { [weak self] event in self?.pass(event) }
    line.open()
  }

  func send(_ bytes: [UInt8]) {
    if traffic.began == nil { traffic.began = Self.now() }
    traffic.sent += bytes.count
    line.send(bytes)
  }

  func use(baud: Int) { line.use(baud: baud) }

  var changesSpeed: Bool { line.changesSpeed }

  func close() {
    line.onEvent = nil
    line.close()
  }

  /// What went over the line since the last call.
  func takeTraffic() -> Traffic {
    defer { traffic = Traffic() }
    return traffic
  }

  private func pass(_ event: ByteLineEvent) {
    if case .received(let bytes) = event {
      traffic.ended = Self.now()
      traffic.received += bytes.values.count
    }
    onEvent?(event)
  }

  private static func now() -> MonotonicInstant {
    MonotonicInstant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
  }
}
