import NIOCore
import Synchronization

/// Whoever waits for something to change. It is confined to the gateway's event loop.
final class ChangeWaiters {
  /// One who waits.
  final class Waiter: Sendable {
    private let gone = Atomic<Bool>(false)

    /// Nobody wants to know any more. It may be said from any thread, also before the wait has begun.
    func leave() { gone.store(true, ordering: .releasing) }

    /// Whether nobody wants to know any more.
    var isGone: Bool { gone.load(ordering: .acquiring) }
  }

  private var waiting: [ObjectIdentifier: (Waiter, EventLoopPromise<Bool>)] = [:]
  private var isEnded = false

  /// How many wait.
  var count: Int { waiting.count }

  /// The future is true with the next change, false when there will be none or nobody wants to know any more.
  func wait(_ waiter: Waiter, on eventLoop: any EventLoop) -> EventLoopFuture<Bool> {
    guard !isEnded, !waiter.isGone else { return eventLoop.makeSucceededFuture(false) }
    let promise = eventLoop.makePromise(of: Bool.self)
    waiting[ObjectIdentifier(waiter)] = (waiter, promise)
    return promise.futureResult
  }

  /// One who has left waits no more.
  func remove(_ waiter: Waiter) {
    waiting.removeValue(forKey: ObjectIdentifier(waiter))?.1.succeed(false)
  }

  /// Something has changed.
  func wakeAll() {
    let all = waiting
    waiting = [:]
    for (_, promise) in all.values { promise.succeed(true) }
  }

  /// Nothing will change any more.
  func end() {
    isEnded = true
    let all = waiting
    waiting = [:]
    for (_, promise) in all.values { promise.succeed(false) }
  }
}
