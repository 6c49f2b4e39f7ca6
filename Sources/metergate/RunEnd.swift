import Dispatch
import Synchronization

/// Why a gateway ends: somebody wants it to begin anew, or to be gone. A signal that comes while it ends to begin anew
/// counts: whoever has sent it waits for the end of the process. Safe to be used from any thread.
final class RunEnd: Sendable {
  /// What is wanted.
  enum Wish: Equatable {
    /// That the process begins anew.
    case restart
    /// That it is gone: this stands above the other, whichever came first.
    case end
  }

  private let state = Mutex<Wish?>(nil)
  private let wanted = DispatchSemaphore(value: 0)

  /// Somebody wants something.
  func note(_ wish: Wish) {
    state.withLock { if $0 != .end { $0 = wish } }
    wanted.signal()
  }

  /// Waits until somebody wants something.
  func wait() { wanted.wait() }

  /// What is wanted by now; nil: nothing.
  var wish: Wish? { state.withLock { $0 } }
}
