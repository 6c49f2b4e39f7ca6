import Foundation
import Synchronization

/// Work on a thread of its own that never waits for others, so that it is none for the pool that runs tests.
public final class InBackground<Result: Sendable>: Sendable {
  private let result = Mutex<Result?>(nil)

  /// Begins at once.
  public init(_ work: @escaping @Sendable () -> Result) {
    Thread.detachNewThread { [self] in
      let done = work()
      result.withLock { $0 = done }
    }
  }

  /// What it came to, once it has ended.
  public func end() async throws -> Result {
    while true {
      if let done = result.withLock({ $0 }) { return done }
      try await Task.sleep(for: .milliseconds(2))
    }
  }
}

/// Tells work in the background to end.
public final class Whistle: Sendable {
  private let blown = Mutex(false)

  /// Not blown yet.
  public init() {}

  /// Whether it has been blown.
  public var isBlown: Bool { blown.withLock { $0 } }

  /// Ends what listens to it.
  public func blow() { blown.withLock { $0 = true } }
}
