import Foundation
import Testing

/// Runs the tests of a suite on threads of their own. The pool that runs tests has a thread for each core: a test that
/// waits for another program holds one of them, and all others wait with it.
public struct OwnThread: SuiteTrait, TestTrait, TestScoping {
  /// For all tests of a suite.
  public var isRecursive: Bool { true }

  /// Runs a test.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(ThreadForEachJob.shared) { try await function() }
  }
}

extension Trait where Self == OwnThread {
  /// For suites whose tests wait for other programs.
  public static var ownThread: OwnThread { OwnThread() }
}

/// A thread for each piece of work up to where it waits without holding one.
private final class ThreadForEachJob: TaskExecutor {
  static let shared = ThreadForEachJob()

  /// As the main thread of a program has.
  private static let stackSize = 8 << 20

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let thread = Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    thread.stackSize = Self.stackSize
    thread.start()
  }
}
