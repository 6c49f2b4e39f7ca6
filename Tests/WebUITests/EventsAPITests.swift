import Control
import HTTPTypes
import Hummingbird
import Metering
import NIOCore
import Station
import Testing
import Time

@testable import WebUI

/// What changes, as server-sent events.
@Suite struct EventsAPITests {
  private func view(
    _ revision: UInt64, _ changed: [MeterID: UInt64] = [:], listRevision: UInt64 = 1,
    instance: String = ""
  ) -> StationView {
    StationView(
      WebBench.station(), revision: revision, changed: changed, listRevision: listRevision,
      at: Moment(instant: .zero, wall: WallTime(unixSeconds: 1_699_999_200)), instance: instance)
  }

  private func feed(_ bench: WebBench, _ caller: Caller) -> EventFeed {
    EventFeed(
      api: WebAPI(control: bench.gateway, environment: bench.environment), caller: caller,
      session: nil)
  }

  @Test func firstTheListThenTheEndOfTheGateway() async throws {
    let bench = try WebBench()
    bench.be(Caller(name: "guest", rights: [.meter: .read]))
    let answer = await bench.ask(.get, "/api/v1/events")
    #expect(answer.type == "text/event-stream; charset=utf-8")
    let list = await bench.ask(.get, "/api/v1/meters").text
    #expect(answer.text == "event: meters\ndata: \(list)\n\n")
  }

  @Test func afterThatOnlyWhatHasChanged() async throws {
    let bench = try WebBench()
    let feed = feed(bench, Caller(name: "guest", rights: [.meter: .read]))
    var shown = EventFeed.Shown()
    var mail = EventMailbox.Mail()
    mail.view = view(4)
    _ = try await feed.text(of: mail, &shown)
    mail.view = view(5, [MeterID(2): 5])
    let text = try await feed.text(of: mail, &shown)
    #expect(
      text.hasPrefix(
        "event: meters\ndata: {\"instance\":\"\",\"revision\":5,\"meters\":[{\"id\":2,"))
    mail.view = view(6, [MeterID(2): 5])
    #expect(try await feed.text(of: mail, &shown) == "")
  }

  /// What a page wants to be told, from what stands behind the `?`.
  private func wish(_ query: String) throws -> EventWish {
    let head = HTTPRequest(
      method: .get, scheme: "http", authority: "gateway", path: "/api/v1/events?" + query)
    return try EventWish(
      Query(Request(head: head, body: RequestBody(buffer: ByteBuffer())), EventWish.names))
  }

  /// The list goes over the line once, with the page's own request.
  @Test func whoKnowsTheListGetsWhatHasChangedSince() async throws {
    let bench = try WebBench()
    var feed = feed(bench, Caller(name: "guest", rights: [.meter: .read]))
    feed.wish = try wish("since=4&instance=a")
    var mail = EventMailbox.Mail()
    func text(_ view: StationView) async throws -> String {
      var shown = EventFeed.Shown()
      mail.view = view
      return try await feed.text(of: mail, &shown)
    }
    #expect(try await text(view(4, [MeterID(1): 4], instance: "a")) == "")
    let one = try await text(view(5, [MeterID(2): 5], instance: "a"))
    #expect(one.contains("\"meters\":[{\"id\":2,") && one.contains("\"removed\":[]"))
    // Another run of the gateway, a revision that it has not had yet, meters that came or went: all of it.
    for other in [
      view(5, instance: "b"), view(3, instance: "a"), view(5, listRevision: 5, instance: "a"),
    ] {
      let whole = try await text(other)
      #expect(whole.contains("\"meters\":[{\"id\":1,") && !whole.contains("removed"))
    }
  }

  @Test func onlyTheTopicsThatAreWanted() async throws {
    let bench = try WebBench()
    var feed = feed(bench, Caller(name: "guest", rights: [.meter: .read]))
    var mail = EventMailbox.Mail()
    mail.view = view(4)
    mail.session = [PageEvent("session", "{}")]
    for (topics, expected) in [
      ("session", "event: session\ndata: {}\n\n"), ("status", ""),
    ] {
      feed.wish = try wish("topics=\(topics)")
      var shown = EventFeed.Shown()
      #expect(try await feed.text(of: mail, &shown) == expected)
    }
  }

  @Test(arguments: [
    ("topics=status,all", "topics=status,all is not allowed: some of status, meters, session"),
    ("since=4", "\"since\" and \"instance\" stand together: both are in GET /api/v1/meters"),
    ("instance=a", "\"since\" and \"instance\" stand together: both are in GET /api/v1/meters"),
    ("since=-1&instance=a", "since=-1 is not allowed: a whole number from 0 to \(Int64.max)"),
  ])
  func whatCannotBeWanted(query: String, why: String) {
    let error = #expect(throws: APIError.self) { try wish(query) }
    #expect(error?.status == .badRequest)
    #expect(error?.error == why)
  }

  @Test func whoMaySeeNothingGetsItsSessionOnly() async throws {
    let bench = try WebBench()
    let feed = feed(bench, Caller(name: "guest", rights: [:]))
    var shown = EventFeed.Shown()
    var mail = EventMailbox.Mail()
    mail.view = view(4)
    mail.session = [PageEvent("session", "{\"ended\":\"timeout\"}")]
    mail.isHeartbeatDue = true
    #expect(
      try await feed.text(of: mail, &shown)
        == ": \n\nevent: session\ndata: {\"ended\":\"timeout\"}\n\n")
  }

  /// Nothing piles up for a page whose reader has stopped.
  @Test func theMailboxHasOneViewAndFewEvents() {
    let mailbox = EventMailbox()
    for revision in 1...1000 { mailbox.put { $0.view = view(UInt64(revision)) } }
    for _ in 0..<16 { mailbox.put { $0.session.append(PageEvent("session", "{}")) } }
    let mail = mailbox.take()
    #expect(mail.view?.revision == 1000)
    #expect(mail.session.count == 16)
    #expect(!mail.isEnded)
    for _ in 0..<17 { mailbox.put { $0.session.append(PageEvent("session", "{}")) } }
    #expect(mailbox.take().isEnded)
    #expect(mailbox.take().isEnded)
  }
}
