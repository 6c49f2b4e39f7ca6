import Logs
import NIOPosix
import Synchronization

/// Where logs are searched: on threads on which nothing else waits, a few searches at a time, and a little of each at a
/// time, so that one whose page is gone ends.
public final class SearchDesk: Sendable {
  /// The most searches at a time. Of each user there is one.
  static let most = 2
  /// How long a thread is at work before it is looked whether somebody still waits for it.
  private static let slice = Duration.milliseconds(50)
  /// How long a search waits for others.
  private let patience: Duration

  private let threads: NIOThreadPool
  private let searching = Mutex<Set<String>>([])

  /// - Parameter patience: how long a search waits for others.
  public init(patience: Duration = .seconds(3)) {
    self.patience = patience
    threads = NIOThreadPool(numberOfThreads: Self.most)
    threads.start()
  }

  deinit { threads.shutdownGracefully { _ in } }

  /// How many there are.
  var count: Int { searching.withLock { $0.count } }

  /// Whom a search is for.
  struct Client: Sendable {
    /// The user, or the name of the token.
    var name: String
    /// Whether the page is still there.
    var isThere: @Sendable () -> Bool
  }

  /// Looks for entries.
  /// - Parameters:
  ///   - budget: how long it may search; waiting does not count.
  ///   - isPatient: waits for others as long as they take.
  /// - Throws: 503: others are searching, or it takes too long; `CancellationError`: nobody waits for it any more.
  func find(
    _ wanted: LogBatch, for client: Client, within budget: Duration, isPatient: Bool = false
  ) async throws -> LogBatch {
    try await begin(client, isPatient)
    defer { searching.withLock { _ = $0.remove(client.name) } }
    var batch = wanted
    var spent = Duration.zero
    while spent < budget {
      try check(client)
      let before = batch
      let (isOver, after, time) = try await threads.runIfActive {
        var batch = before
        let start = ContinuousClock.now
        let isOver = batch.goOn { ContinuousClock.now - start < Self.slice }
        return (isOver, batch, ContinuousClock.now - start)
      }
      if isOver { return after }
      batch = after
      spent += time
    }
    throw APIError(
      .serviceUnavailable,
      "the search takes too long: give a shorter time (from, to) or a simpler filter")
  }

  private func begin(_ client: Client, _ isPatient: Bool) async throws {
    let end = ContinuousClock.now + patience
    while let busy = take(client.name) {
      guard isPatient || ContinuousClock.now < end else { throw busy }
      try await Task.sleep(for: Self.slice)
      try check(client)
    }
  }

  private func check(_ client: Client) throws {
    guard client.isThere() else { throw CancellationError() }
    try Task.checkCancellation()
  }

  /// Why a search cannot begin just now; nil: it has begun.
  private func take(_ name: String) -> APIError? {
    searching.withLock { searching in
      guard !searching.contains(name) else {
        return APIError(
          .serviceUnavailable, "another search of \(name) is under way: try again when it is over")
      }
      guard searching.count < Self.most else {
        return APIError(
          .serviceUnavailable,
          "\(Self.most) searches are under way, which is the most at a time: try again when one is over"
        )
      }
      searching.insert(name)
      return nil
    }
  }
}
