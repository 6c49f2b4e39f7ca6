import NIOCore
import NIOPosix
import Testing

@testable import HTTPServer

/// Whoever stops a server waits for what it still does, for a while.
@Suite struct ConnectionTasksTests {
  private let loop = MultiThreadedEventLoopGroup.singleton.any()

  /// A task that does not care for being told that nobody waits, and ends when this does.
  private func begin(_ tasks: ConnectionTasks) -> AsyncStream<Void>.Continuation {
    let (ends, end) = AsyncStream<Void>.makeStream()
    tasks.begin { await Task { for await _ in ends {} }.value }
    return end
  }

  @Test func whoeverWaitsIsToldOfTheEnd() async throws {
    let tasks = ConnectionTasks()
    let end = begin(tasks)
    let start = NIODeadline.now()
    let first = tasks.end(within: .seconds(10), on: loop)
    let second = tasks.end(within: .seconds(10), on: loop)
    end.finish()
    try await first.get()
    try await second.get()
    #expect(NIODeadline.now() - start < .seconds(5), "neither has waited for its time to be up")
  }

  /// One whose patience has ended takes nothing from those who come later.
  @Test func eachHasAPatienceOfItsOwn() async throws {
    let tasks = ConnectionTasks()
    let end = begin(tasks)
    let start = NIODeadline.now()
    let second = tasks.end(within: .seconds(10), on: loop)
    try await tasks.end(within: .milliseconds(10), on: loop).get()
    end.finish()
    try await second.get()
    #expect(NIODeadline.now() - start < .seconds(5))
    try await tasks.end(within: .seconds(10), on: loop).get()
    #expect(NIODeadline.now() - start < .seconds(5), "there is none any more")
  }
}
