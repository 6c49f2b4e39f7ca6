import Control
import FoundationEssentials
import Hummingbird
import Metering
import NIOCore
import Sessions
import Synchronization

/// `GET /api/v1/events`: what changes, as server-sent events (WHATWG HTML, server-sent events).
struct EventsAPI: Sendable {
  /// Meters at most so often, the status at most every second time.
  static let interval = Duration.milliseconds(500)
  /// So often it is looked whether the page is still there, and may still see what it is shown.
  static let look = Duration.seconds(1)
  /// A comment line after so many looks, by which both ends see that the connection is there.
  static let heartbeat = 15

  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("events") { request, context in
      _ = try context.known()
      let wish = try EventWish(Query(request))
      let session = await api.environment.sessionEvents(context)
      let feed = EventFeed(
        api: api, holder: context.streamHolder, caller: api.environment.callerNow(context),
        session: session, isConnected: context.isConnected, wish: wish)
      return Response(
        status: .ok,
        headers: [
          .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
        ], body: ResponseBody { writer in try await feed.write(to: &writer) })
    }
  }
}

/// What is on its way to one page: the newest view, and what happened to its session. A reader that has stopped makes
/// nothing pile up.
final class EventMailbox: Sendable {
  /// What there is to be written.
  struct Mail: Sendable {
    var view: StationView?
    var session: [PageEvent] = []
    var isHeartbeatDue = false
    var isEnded = false
  }

  /// More events of a session than that nobody waits for: the page is gone.
  private static let mostEvents = 16

  private let mail = Mutex(Mail())
  private let wake: AsyncStream<Void>.Continuation
  /// Something has come.
  let signals: AsyncStream<Void>

  init() {
    (signals, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Puts something in.
  func put(_ change: @Sendable (inout Mail) -> Void) {
    mail.withLock {
      change(&$0)
      if $0.session.count > Self.mostEvents { $0.isEnded = true }
    }
    wake.yield()
  }

  /// Takes all that there is.
  func take() -> Mail {
    mail.withLock { mail in
      defer { mail = Mail(isEnded: mail.isEnded) }
      return mail
    }
  }
}

/// The events of one page.
struct EventFeed: Sendable {
  let api: WebAPI
  /// Whose stream it is.
  let holder: StreamTable.Holder
  /// Who reads it and what may be seen, as it is now; nil: nobody may any more.
  let caller: @Sendable () -> Caller?
  /// What happens to its session; nil: it has none.
  let session: AsyncStream<PageEvent>?
  /// Whether there is still somebody at the other end.
  let isConnected: @Sendable () -> Bool
  /// What it wants to be told.
  var wish = EventWish()

  /// Writes until the session, the gateway or the connection ends.
  func write(to writer: inout any ResponseBodyWriter) async throws {
    let mailbox = EventMailbox()
    let number = api.environment.streams.begin(holder, mailbox)
    defer { api.environment.streams.end(number) }
    var shown = Shown()
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await watchGateway(mailbox) }
      group.addTask { await watchSession(mailbox) }
      group.addTask { try await look(mailbox) }
      for await _ in mailbox.signals {
        let caller = self.caller()
        // What ends the session is told, if it is on its way.
        if caller == nil, session != nil { try await Task.sleep(for: EventsAPI.interval) }
        let mail = mailbox.take()
        let text = try await text(of: mail, for: caller, &shown)
        if !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
        if mail.isEnded || caller == nil { return }
      }
    }
    try await writer.finish(nil)
  }

  private func watchGateway(_ mailbox: EventMailbox) async throws {
    var revision: UInt64 = 0
    repeat {
      let view = await api.control.view()
      revision = view.revision
      mailbox.put { $0.view = view }
      try await Task.sleep(for: EventsAPI.interval)
    } while await api.control.change(after: revision)
    mailbox.put { $0.isEnded = true }
  }

  private func watchSession(_ mailbox: EventMailbox) async {
    guard let session else { return }
    for await event in session { mailbox.put { $0.session.append(event) } }
    mailbox.put { $0.isEnded = true }
  }

  private func look(_ mailbox: EventMailbox) async throws {
    var looks = 0
    while isConnected() {
      try await Task.sleep(for: EventsAPI.look)
      looks += 1
      let isDue = looks.isMultiple(of: EventsAPI.heartbeat)
      mailbox.put { $0.isHeartbeatDue = $0.isHeartbeatDue || isDue }
    }
    mailbox.put { $0.isEnded = true }
  }

  /// What the page has been told.
  struct Shown: Sendable {
    var revision: UInt64 = 0
    var meters: [MeterID] = []
    var isFirst = true
    /// Something has changed since the status was told.
    var isStatusOld = false
    /// When that was; nil: never.
    var toldStatus: ContinuousClock.Instant?
  }

  /// The events of some mail as they go over the line.
  /// - Parameter caller: who reads them; nil: nobody who may see more than that.
  func text(
    of mail: EventMailbox.Mail, for caller: Caller?, _ shown: inout Shown
  ) async throws -> String {
    var text = mail.isHeartbeatDue ? ": \n\n" : ""
    if wish.has(.session) { for event in mail.session { text += event.text } }
    guard let caller else { return text }
    if let view = mail.view {
      shown.isStatusOld = true
      if wish.has(.meters), caller.right(.meter) >= .read {
        text += try await meters(view, &shown).map { PageEvent("meters", $0).text } ?? ""
      }
    }
    return text + (await status(for: caller, &shown) ?? "")
  }

  /// At most once a second: what comes sooner is told with the next look.
  private func status(for caller: Caller, _ shown: inout Shown) async -> String? {
    let now = ContinuousClock.now
    guard shown.isStatusOld, wish.has(.status), StatusAPI.isShown(to: caller),
      shown.toldStatus.map({ now - $0 >= EventsAPI.look * 0.9 }) ?? true,
      // A gateway that is ending has none; the feed ends with it.
      let status = try? await StatusAPI(api: api).status(for: caller)
    else { return nil }
    (shown.isStatusOld, shown.toldStatus) = (false, now)
    let data = (try? JSONEncoder().encode(status)) ?? Data()
    return PageEvent("status", String(decoding: data, as: UTF8.self)).text
  }

  /// The first time the whole list, unless the page has it as it was at a revision.
  private func meters(_ view: StationView, _ shown: inout Shown) async throws -> String? {
    defer {
      shown.revision = view.revision
      shown.meters = view.station.meters.map(\.id)
      shown.isFirst = false
    }
    if shown.isFirst, let revision = wish.revision(of: view) {
      shown = Shown(
        revision: revision, meters: view.station.meters.map(\.id), isFirst: false,
        isStatusOld: shown.isStatusOld, toldStatus: shown.toldStatus)
    }
    let style = try await api.app().settings.descriptionStyle
    let list = MeterListJSON(view, style)
    let bytes =
      shown.isFirst ? list.list() : list.changes(since: shown.revision, known: shown.meters)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }
}

extension PageEvent {
  /// As it goes over the line.
  var text: String { "event: \(name)\ndata: \(data)\n\n" }
}
