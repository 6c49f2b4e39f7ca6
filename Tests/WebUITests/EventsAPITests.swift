import Control
import Glibc
import HTTPServer
import MeterFiles
import Metering
import PeerSupport
import Station
import Synchronization
import Testing
import Time

@testable import WebUI

/// A gateway with a large list, all of which changes all the time.
private final class BusyControl: GatewayControl {
  private struct State {
    var revision: UInt64 = 0
    var views = 0
    var apps = 0
  }

  private let large = LargeStation(meters: 100)
  private let state = Mutex(State())

  /// How often it was looked at.
  var views: Int { state.withLock { $0.views } }
  /// How often something was made of it: each time asks for the settings.
  var rendered: Int { state.withLock { $0.apps } }

  func perform(_ request: ControlRequest, by user: String) async -> ControlAnswer {
    ControlAnswer(error: "not now")
  }

  func view() async -> StationView {
    let revision = state.withLock {
      $0.revision += 1
      $0.views += 1
      return $0.revision
    }
    return large.view(
      revision, Dictionary(uniqueKeysWithValues: (1...100).map { (MeterID($0), revision) }))
  }

  func change(after revision: UInt64) async -> Bool { !Task.isCancelled }

  func app() async -> AppFolder? {
    state.withLock { $0.apps += 1 }
    return AppFolder.load("/nowhere")
  }
}

/// What changes, as server-sent events.
@Suite struct EventsAPITests {
  private func view(_ revision: UInt64, _ changed: [MeterID: UInt64] = [:]) -> StationView {
    StationView(
      WebBench.station(), revision: revision, changed: changed, listRevision: 1,
      at: Moment(instant: .zero, wall: WallTime(unixSeconds: 1_699_999_200)))
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
    #expect(text.hasPrefix("event: meters\ndata: {\"revision\":5,\"meters\":[{\"id\":2,"))
    mail.view = view(6, [MeterID(2): 5])
    #expect(try await feed.text(of: mail, &shown) == "")
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

  /// A page whose reader has stopped costs no more than what the system holds back, and its connection ends.
  @Test func whoeverReadsNothingIsLeftAlone() async throws {
    let control = BusyControl()
    let entry = "HASH=\(SessionAPITests.adminHash)\nREAD=Meter\n"
    let bench = try await DoorBench(["users": "[viewer]\n\(entry)"], control: control)
    let cookie = try await bench.login("viewer", "admin").cookie
    let before = control.rendered
    var limits = HTTPLimits()
    limits.unread = .seconds(3)
    limits.tick = .milliseconds(50)
    let server = try DoorServer(bench.page, limits)
    try await InBackground {
      Result {
        // What the system itself holds back is little by that.
        let client = try RawClient(port: #require(server.port), receiveBuffer: 4096)
        try client.send(
          Array(
            "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\n\r\n".utf8))
        for _ in 0..<200 where server.connections != 1 { usleep(10_000) }
        #expect(server.connections == 1)
        for _ in 0..<6000 where server.connections != 0 { usleep(10_000) }
        #expect(server.connections == 0)
        try server.stop()
      }
    }.end().get()
    // It was looked for news all the time; once the system took no more, nothing was made of them.
    let rendered = control.rendered - before
    #expect(control.views - rendered >= 3, "\(rendered) of \(control.views)")
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
