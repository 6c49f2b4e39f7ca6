import Dispatch
import Synchronization

/// Writes lines on a thread of its own: whoever reads the log may stop reading, and the gateway must not wait for that.
/// Where too many wait, further ones are left out, and counted.
final class LogQueue: Sendable {
  /// The most lines that wait.
  static let most = 2_000
  /// How long an end waits for those that wait.
  static let patience = DispatchTimeInterval.seconds(2)

  private struct State {
    var waiting = 0
    var left = 0
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "metergate.log")

  /// Writes something, in its turn.
  /// - Parameters:
  ///   - write: does that; it may block.
  ///   - tellLoss: does that where lines before it were left out, with how many.
  func add(_ write: @escaping @Sendable () -> Void, tellLoss: @escaping @Sendable (Int) -> Void) {
    let isTaken = state.withLock { state in
      guard state.waiting < Self.most else {
        state.left += 1
        return false
      }
      state.waiting += 1
      return true
    }
    guard isTaken else { return }
    queue.async {
      let left = self.state.withLock { state in
        defer { state.left = 0 }
        return state.left
      }
      if left > 0 { tellLoss(left) }
      write()
      self.state.withLock { $0.waiting -= 1 }
    }
  }

  /// Waits until all is written, but not for long.
  func flush() {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + Self.patience)
  }
}
