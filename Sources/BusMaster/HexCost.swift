import MBus
import Metering
import Time

/// Counts what a scan spends on ranges with a digit A–E: their selects, and what is asked of those who are
/// selected by them.
struct HexCost: Sendable {
  /// nil: it is not counted.
  private(set) var sum: HexScanCost?
  private var isHex = false
  private var begin: MonotonicInstant?

  init(isCounted: Bool) { sum = isCounted ? HexScanCost() : nil }

  /// A request goes out.
  mutating func noteBegin(_ frame: Frame, _ now: MonotonicInstant) {
    guard sum != nil else { return }
    if let select = SlaveSelect(frame) {
      isHex = (0..<SlaveSelect.digitCount).contains { (10...14).contains(select.digit($0)) }
    }
    guard isHex else { return }
    sum?.frames += 1
    begin = now
  }

  /// It is known what came of it.
  mutating func noteEnd(_ now: MonotonicInstant) {
    guard let begin else { return }
    self.begin = nil
    sum = sum.map { HexScanCost(frames: $0.frames, span: $0.span + (now - begin)) }
  }
}
