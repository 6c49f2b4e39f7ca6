import Control
import Logs
import Synchronization
import Testing

@testable import WebUI

/// Searches of logs, few at a time, which end with whoever waits for them.
@Suite struct SearchDeskTests {
  /// Whether somebody is still there.
  private final class Presence: Sendable {
    private let gone = Atomic<Bool>(false)
    func leave() { gone.store(true, ordering: .releasing) }
    func client(_ name: String) -> SearchDesk.Client {
      SearchDesk.Client(name: name) { !self.gone.load(ordering: .acquiring) }
    }
  }

  private func log() -> ApplicationLog {
    let log = ApplicationLog()
    for _ in 0..<2_000 {
      log.append(
        ApplicationLog.Entry(
          time: 1_763_769_600_000, level: "info", text: String(repeating: "ab", count: 200)))
    }
    return log
  }

  /// Takes minutes.
  private func slow() throws -> LogBatch {
    LogBatch(
      500,
      of: try LogSearch(
        .application(log()), LogFilter(text: "(a|b)*a(a|b){200}x", isExpression: true)))
  }

  private func quick() throws -> LogBatch {
    LogBatch(1, of: try LogSearch(.application(log()), LogFilter()))
  }

  @Test(.timeLimit(.minutes(1))) func aSearchEndsWithItsPage() async throws {
    let (desk, page) = (SearchDesk(), Presence())
    let batch = try slow()
    let search = Task {
      try await desk.find(batch, for: page.client("web"), within: .seconds(3600))
    }
    while desk.count == 0 { await Task.yield() }
    page.leave()
    await #expect(throws: CancellationError.self) { try await search.value }
    #expect(desk.count == 0)
  }

  @Test(.timeLimit(.minutes(1))) func aSearchHasItsTime() async throws {
    let desk = SearchDesk()
    await #expect(
      throws: APIError(
        .serviceUnavailable,
        "the search takes too long: give a shorter time (from, to) or a simpler filter")
    ) {
      try await desk.find(
        try slow(), for: Presence().client("web"), within: .milliseconds(100))
    }
    #expect(desk.count == 0)
  }

  /// A visitor has one of two places.
  @Test(.timeLimit(.minutes(1))) func thoseThatAreTooManyAreRefused() async throws {
    let (desk, page) = (SearchDesk(patience: .zero), Presence())
    let batch = try slow()
    let quick = try quick()
    let first = Task {
      try await desk.find(batch, for: page.client("web"), within: .seconds(3600))
    }
    while desk.count < 1 { await Task.yield() }
    await #expect(
      throws: APIError(
        .serviceUnavailable, "another search of web is under way: try again when it is over")
    ) { try await desk.find(quick, for: page.client("web"), within: .seconds(3)) }
    let found = try await desk.find(quick, for: page.client("boss"), within: .seconds(60))
    #expect(found.entries.count == 1)
    let second = Task {
      try await desk.find(batch, for: page.client("fitter"), within: .seconds(3600))
    }
    while desk.count < 2 { await Task.yield() }
    await #expect(
      throws: APIError(
        .serviceUnavailable,
        "2 searches are under way, which is the most at a time: try again when one is over")
    ) { try await desk.find(quick, for: page.client("boss"), within: .seconds(3)) }
    page.leave()
    _ = await (first.result, second.result)
    #expect(desk.count == 0)
  }

  /// The middle of a table has nothing to say to a client: it waits.
  @Test(.timeLimit(.minutes(1))) func whoIsPatientWaits() async throws {
    let (desk, page, other) = (SearchDesk(patience: .zero), Presence(), Presence())
    let batch = try slow()
    let quick = try quick()
    let first = Task {
      try await desk.find(batch, for: page.client("web"), within: .seconds(3600))
    }
    while desk.count == 0 { await Task.yield() }
    let second = Task {
      try await desk.find(quick, for: other.client("web"), within: .seconds(60), isPatient: true)
    }
    page.leave()
    _ = await first.result
    #expect(try await second.value.entries.count == 1)
  }
}
