import NIOCore
import Synchronization

/// The tasks in which connections are served. They use the event loop of the server until they have ended, so that a server
/// that stops waits for them: otherwise the loop may be gone by then.
final class ConnectionTasks: Sendable {
  private struct State {
    var tasks: [Int: Task<Void, Never>] = [:]
    var last = 0
    /// Whoever waits until there is none; nil: nobody.
    var onNone: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// Begins one.
  func begin(_ body: @escaping @Sendable () async -> Void) {
    state.withLock { state in
      state.last += 1
      let number = state.last
      // It holds us: whoever waits for its end may be the last who knows us otherwise.
      state.tasks[number] = Task {
        await body()
        self.ended(number)
      }
    }
  }

  /// Tells all that nobody waits for what they do any more.
  /// - Parameters:
  ///   - patience: for how long they are waited for.
  ///   - eventLoop: where that is done.
  /// - Returns: done when there is none any more, or the time is up.
  func end(within patience: TimeAmount, on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
    let promise = eventLoop.makePromise(of: Void.self)
    let all = state.withLock { state in
      state.onNone = { promise.succeed() }
      return Array(state.tasks.values)
    }
    for task in all { task.cancel() }
    tellIfNone()
    let late = eventLoop.scheduleTask(in: patience) { promise.succeed() }
    return promise.futureResult.always { _ in late.cancel() }
  }

  private func ended(_ number: Int) {
    state.withLock { $0.tasks[number] = nil }
    tellIfNone()
  }

  private func tellIfNone() {
    let onNone = state.withLock { state -> (@Sendable () -> Void)? in
      guard state.tasks.isEmpty else { return nil }
      defer { state.onNone = nil }
      return state.onNone
    }
    onNone?()
  }
}
