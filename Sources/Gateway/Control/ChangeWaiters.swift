import NIOCore
import Synchronization

/// Whoever waits for something to change. It is confined to the gateway's event loop.
final class ChangeWaiters {
  /// One who waits.
  struct ID: Hashable, Sendable {
    private static let last = Atomic<UInt64>(0)
    private let number = Self.last.add(1, ordering: .relaxed).newValue
  }

  private var waiting: [ID: EventLoopPromise<Bool>] = [:]
  private var isEnded = false

  /// The future is true with the next change, false when there will be none or nobody wants to know any more.
  func wait(_ id: ID, on eventLoop: any EventLoop) -> EventLoopFuture<Bool> {
    guard !isEnded else { return eventLoop.makeSucceededFuture(false) }
    let promise = eventLoop.makePromise(of: Bool.self)
    waiting[id] = promise
    return promise.futureResult
  }

  /// Nobody waits under this name any more.
  func cancel(_ id: ID) { waiting.removeValue(forKey: id)?.succeed(false) }

  /// Something has changed.
  func wakeAll() {
    let all = waiting
    waiting = [:]
    for promise in all.values { promise.succeed(true) }
  }

  /// Nothing will change any more.
  func end() {
    isEnded = true
    let all = waiting
    waiting = [:]
    for promise in all.values { promise.succeed(false) }
  }
}
