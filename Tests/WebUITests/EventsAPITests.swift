import Control
import Foundation
import Metering
import Station
import Testing
import Time

@testable import WebUI

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

  private struct Anything: Decodable {
    init(from decoder: any Decoder) {}
  }

  /// Without the tab General: what concerns the meters, and nothing of the folder, the clients or the log.
  @Test func whoMaySeeMetersGetsTheirPartOfTheStatus() async throws {
    let bench = try WebBench()
    var answer = ControlAnswer()
    var status = DoorBench.status("/etc/metergate")
    status.scan = .init(thousandths: 250, found: 1, new: 1)
    answer.status = status
    bench.gateway.answer(with: answer)
    bench.be(Caller(name: "guest", rights: [.meter: .read]))
    let told = await bench.ask(.get, "/api/v1/status").text
    let members = try JSONDecoder().decode([String: Anything].self, from: Data(told.utf8))
    #expect(
      members.keys.filter { $0 != "reading" }.sorted()
        == ["activity", "meters", "scan", "time", "uptime", "version"])
    #expect(await bench.ask(.get, "/api/v1/events").text.contains("event: status\n"))
    bench.be(Caller(name: "guest", rights: [.log: .read]))
    let refused = await bench.ask(.get, "/api/v1/status")
    #expect(refused.status == 403 && refused.text.contains("guest may not see the tab General"))
    #expect(await !bench.ask(.get, "/api/v1/events").text.contains("event: status\n"))
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
