import Control
import Foundation
import Glibc
import HTTPServer
import HTTPTypes
import Hummingbird
import MeterFiles
import Metering
import NIOCore
import PeerSupport
import Sessions
import Station
import Synchronization
import Testing
import Time
import HTTPSupport

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
      api: WebAPI(control: bench.gateway, environment: bench.environment),
      holder: .init("guest", isVisitor: true), caller: { caller }, session: nil,
      isConnected: { true })
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
    _ = try await feed.text(of: mail, for: feed.caller(), &shown)
    mail.view = view(5, [MeterID(2): 5])
    let text = try await feed.text(of: mail, for: feed.caller(), &shown)
    #expect(
      text.hasPrefix(
        "event: meters\ndata: {\"instance\":\"\",\"revision\":5,\"meters\":[{\"id\":2,"))
    mail.view = view(6, [MeterID(2): 5])
    #expect(try await feed.text(of: mail, for: feed.caller(), &shown) == "")
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

  /// A change that comes too soon behind the one before is told a moment later, not with the next one.
  @Test func noChangeOfTheStatusIsPassedOver() async throws {
    let bench = try WebBench()
    var answer = ControlAnswer()
    answer.status = DoorBench.status("/etc/metergate")
    bench.gateway.answer(with: answer)
    let feed = feed(bench, WebBench.administrator)
    var shown = EventFeed.Shown()
    var mail = EventMailbox.Mail()
    func tells() async throws -> Bool {
      try await feed.text(of: mail, for: feed.caller(), &shown).contains("event: status\n")
    }
    mail.view = view(4)
    #expect(try await tells())
    mail.view = view(5)
    #expect(try await !tells())
    mail.view = nil
    shown.toldStatus = .now - EventsAPI.look
    #expect(try await tells())
    #expect(try await !tells())
  }

  /// What a page wants to be told, from what stands behind the `?`.
  private func wish(_ query: String) throws -> EventWish {
    let head = HTTPRequest(
      method: .get, scheme: "http", authority: "gateway", path: "/api/v1/events?" + query)
    return try EventWish(
      Query(Request(head: head, body: RequestBody(buffer: ByteBuffer()))))
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
      return try await feed.text(of: mail, for: feed.caller(), &shown)
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
      #expect(try await feed.text(of: mail, for: feed.caller(), &shown) == expected)
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
      try await feed.text(of: mail, for: feed.caller(), &shown)
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
    let server = try TestHTTPServer(serving: bench.page, limits)
    try await InBackground {
      Result {
        // What the system itself holds back is little by that.
        let client = try RawClient(port: #require(try server.start()), receiveBuffer: 4096)
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

  // MARK: - Ends

  /// A gateway in which something changes all the time.
  private struct BusyGateway: GatewayControl {
    let bench: WebBench
    func perform(_ request: ControlRequest, by user: String) async -> ControlAnswer {
      await bench.gateway.perform(request, by: user)
    }
    func view() async -> StationView { await bench.gateway.view() }
    func change(after revision: UInt64) async -> Bool {
      await Task.yield()
      return true
    }
    func app() async -> AppFolder? { await bench.gateway.app() }
  }

  /// A page that goes after some writes.
  private final class Leaving: ResponseBodyWriter, Sendable {
    private let left: Atomic<Int>
    private let finished = Atomic<Bool>(false)
    var isFinished: Bool { finished.load(ordering: .relaxed) }
    init(_ writes: Int) { left = Atomic(writes) }
    func write(_ buffer: ByteBuffer) async throws {
      guard left.subtract(1, ordering: .relaxed).newValue >= 0 else {
        throw ChannelError.ioOnClosedChannel
      }
    }
    func finish(_ trailingHeaders: HTTPFields?) async throws {
      finished.store(true, ordering: .relaxed)
    }
  }

  private func busy(
    _ bench: WebBench, _ holder: StreamTable.Holder, caller: @escaping @Sendable () -> Caller?,
    isConnected: @escaping @Sendable () -> Bool = { true }
  ) -> EventFeed {
    EventFeed(
      api: WebAPI(control: BusyGateway(bench: bench), environment: bench.environment),
      holder: holder, caller: caller, session: nil, isConnected: isConnected)
  }

  private let guest = Caller(name: "guest", rights: [.meter: .read])

  /// All that worked for it ends with it: the feed waits for its tasks.
  @Test(.timeLimit(.minutes(1))) func aPageThatIsGoneLeavesNothing() async throws {
    let (bench, caller) = (try WebBench(), guest)
    await #expect(throws: ChannelError.ioOnClosedChannel) {
      var writer: any ResponseBodyWriter = Leaving(0)
      try await busy(bench, .init("a", isVisitor: true), caller: { caller }).write(to: &writer)
    }
    #expect(bench.environment.streams.count == 0)
  }

  @Test(.timeLimit(.minutes(1))) func aConnectionThatIsClosedIsNoticed() async throws {
    let (bench, caller) = (try WebBench(), guest)
    let page = Leaving(1_000_000)
    var writer: any ResponseBodyWriter = page
    try await busy(
      bench, .init("a", isVisitor: true), caller: { caller }, isConnected: { false }
    ).write(to: &writer)
    #expect(page.isFinished && bench.environment.streams.count == 0)
  }

  /// Rights count as they are now, and without anybody who has them the stream ends.
  @Test(.timeLimit(.minutes(1))) func whoMayNoMoreSeesNoMore() async throws {
    let (bench, caller) = (try WebBench(), guest)
    let looks = Atomic<Int>(0)
    let page = Leaving(1_000_000)
    var writer: any ResponseBodyWriter = page
    let feed = busy(bench, .init("token a", isVisitor: false)) {
      looks.add(1, ordering: .relaxed).newValue < 3 ? caller : nil
    }
    try await feed.write(to: &writer)
    #expect(page.isFinished && looks.load(ordering: .relaxed) == 3)
    var shown = EventFeed.Shown()
    var mail = EventMailbox.Mail()
    mail.view = view(4)
    mail.session = [PageEvent("session", "{\"ended\":\"userGone\"}")]
    #expect(
      try await feed.text(of: mail, for: nil, &shown)
        == "event: session\ndata: {\"ended\":\"userGone\"}\n\n")
    #expect(try await feed.text(of: mail, for: Caller(name: "b", rights: [:]), &shown).count < 60)
  }

  /// The oldest stream of a session ends when it opens one too many.
  @Test(.timeLimit(.minutes(1))) func theOldestStreamGivesWay() async throws {
    let (bench, caller) = (try WebBench(), guest)
    let mailboxes = (0...StreamTable.ofOne).map { _ in EventMailbox() }
    let first = Leaving(1_000_000)
    let task = Task {
      var writer: any ResponseBodyWriter = first
      try await busy(bench, .init("a", isVisitor: false), caller: { caller }).write(to: &writer)
    }
    while bench.environment.streams.count == 0 { await Task.yield() }
    for mailbox in mailboxes.dropFirst() {
      _ = bench.environment.streams.begin(.init("a", isVisitor: false), mailbox)
    }
    try await task.value
    #expect(first.isFinished && bench.environment.streams.count == StreamTable.ofOne)
  }
}
