import NIOCore
import Synchronization

/// The tasks in which connections are served. They use the event loop of the server until they have ended, so that a server
/// that stops waits for them: otherwise the loop may be gone by then.
final class ConnectionTasks: Sendable {
  private struct State {
    var tasks: [Int: Task<Void, Never>] = [:]
    /// Those who wait until there is none, by number.
    var waiting: [Int: EventLoopPromise<Void>] = [:]
    /// The last number of a task, or of somebody who waits.
    var last = 0
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
  /// - Returns: done when there is none any more, or the time is up; each call waits for itself.
  func end(within patience: TimeAmount, on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
    let promise = eventLoop.makePromise(of: Void.self)
    let (all, number) = state.withLock { state in
      state.last += 1
      state.waiting[state.last] = promise
      return (Array(state.tasks.values), state.last)
    }
    for task in all { task.cancel() }
    tellIfNone()
    let late = eventLoop.scheduleTask(in: patience) {
      self.state.withLock { $0.waiting.removeValue(forKey: number) }?.succeed()
    }
    return promise.futureResult.always { _ in late.cancel() }
  }

  private func ended(_ number: Int) {
    state.withLock { $0.tasks[number] = nil }
    tellIfNone()
  }

  private func tellIfNone() {
    let all = state.withLock { state -> [EventLoopPromise<Void>] in
      guard state.tasks.isEmpty else { return [] }
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for promise in all { promise.succeed() }
  }
}
