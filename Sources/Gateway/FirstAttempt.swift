import NIOCore

/// Waits until every way by which something is served has been tried once.
final class FirstAttempt<Way: Hashable> {
  private var open: Set<Way>
  private var promise: EventLoopPromise<Void>?
  let future: EventLoopFuture<Void>

  init(_ ways: Set<Way>, _ eventLoop: any EventLoop) {
    let promise = eventLoop.makePromise(of: Void.self)
    open = ways
    future = promise.futureResult
    self.promise = promise
    if ways.isEmpty { end() }
  }

  func tried(_ way: Way) {
    guard open.remove(way) != nil, open.isEmpty else { return }
    end()
  }

  func end() {
    promise?.succeed()
    promise = nil
  }
}
