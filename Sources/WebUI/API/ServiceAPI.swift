import ConfigurationArchive
import Control
import HTTPTypes
import Hummingbird
import MeterFiles
import NIOCore
import Settings
import Synchronization

/// The tab Service (MUC500 manual 1.1, ch. 4.12): what the device is, restart, factory reset, support bundle.
struct ServiceAPI: Sendable {
  let api: WebAPI

  private struct Reset: Codable {
    var confirm: String
    var keep: [String]?
  }

  func add(to group: RouterGroup<WebContext>) {
    group.get("service") { _, context in
      try context.known().needs(.read, .service)
      return Response(json: try await facts())
    }
    group.get("service/support") { _, context in
      let caller = try context.known()
      try caller.needs(.read, .service)
      // It has everything in it but secrets.
      try caller.needs(.read, .configuration)
      try caller.needs(.read, .log)
      return try await support(caller)
    }
    // What is on the disk is as good as wanted: whoever may restart the gateway may have it applied.
    group.post("service/apply") { _, context in
      let caller = try context.known()
      try caller.needs(.write, .service)
      return try await Deed("taking over the files on the disk", by: caller, context.logger).done {
        let answer = await api.control.perform(ControlRequest(.reload), by: caller.words)
        return (
          try WebAPI.response(to: answer), .init(news: (answer.news ?? []) + answer.shortfalls)
        )
      }
    }
    group.post("service/restart") { _, context in
      let caller = try context.known()
      try caller.needs(.write, .service)
      context.logger.notice("\(caller.words) restarts the gateway")
      return restarting(Done(news: ["the gateway restarts"]))
    }
    group.post("service/reset") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .service)
      let wish = try await request.strictJSON(Reset.self)
      let news = try await reset(wish, caller)
      context.logger.notice("\(caller.words) has set the device back to what it came with")
      return restarting(Done(news: news + ["the gateway restarts"]))
    }
  }

  private struct Done: Encodable {
    var news: [String]
  }

  private func facts() async throws -> ServiceFacts {
    let app = try await api.app()
    let status = await api.control.perform(ControlRequest(.status), by: "the API").status
    let (version, uptime) = (api.environment.origin.version, status?.uptime ?? 0)
    let shipped = api.environment.shipped
    return try await api.blocking {
      ServiceFacts(
        version: version, uptime: uptime, folder: app.folder, ext: app.ext, shipped: shipped)
    }
  }

  /// How long the gateway waits with a restart for its answer to go out.
  static let patience = Duration.seconds(2)

  /// An answer, and as soon as it has gone out the gateway begins anew; also when nobody is there any more to take it:
  /// the body of a response whose head cannot be written is never asked for.
  private func restarting(_ done: Done) -> Response {
    var response = Response(json: done, status: .accepted)
    let (body, restart) = (response.body, Once(api.environment.restart))
    Task {
      try? await Task.sleep(for: Self.patience)
      restart.run()
    }
    response.body = ResponseBody(contentLength: body.contentLength) { writer in
      defer { restart.run() }
      try await body.write(writer)
    }
    return response
  }

  /// Something that is done once, whoever comes first.
  private final class Once: Sendable {
    private let action: Mutex<(@Sendable () -> Void)?>

    init(_ action: @escaping @Sendable () -> Void) { self.action = Mutex(action) }

    func run() {
      let action = action.withLock { action in
        defer { action = nil }
        return action
      }
      action?()
    }
  }

  private func reset(_ wish: Reset, _ caller: Caller) async throws -> [String] {
    let kept = try ConfigurationAPI.parts(wish.keep?.joined(separator: ",")) ?? []
    // Afterwards the passwords are those that everybody knows.
    try ConfigurationAPI.check(caller, Set(ConfigurationPart.allCases).subtracting(kept))
    let app = try await api.app()
    let name = app.settings.text(.deviceName)
    guard wish.confirm == name else {
      throw APIError(
        .unprocessableContent,
        "\"confirm\" must be the name of the device, \"\(name)\", and is \"\(wish.confirm)\"; nothing is changed"
      )
    }
    let shipped = api.environment.shipped
    if let why = ServiceFacts.noReset(shipped) {
      throw APIError(.unprocessableContent, "\(why); nothing is changed")
    }
    let (origin, check) = (api.environment.origin, api.environment.check)
    return try await told {
      let change = ConfigurationChange(folder: app.folder, origin: origin)
      let plan = try change.folder.planReset(to: shipped, keeping: kept, check: check)
      try ConfigurationAPI.check(caller, plan)
      let said = try change.carryOut(
        plan, as: .reset, by: caller.name, at: { FolderHistory.now })
      return plan.lines + said
    }
  }

  /// Does something with files.
  /// - Throws: 422 with what is wrong in them.
  private func told<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    do {
      return try await api.blocking(work)
    } catch let failure as ConfigurationFailure {
      throw APIError(failure)
    }
  }

  private func support(_ caller: Caller) async throws -> Response {
    let app = try await api.app()
    _ = await api.control.perform(ControlRequest(.save), by: caller.name)
    let status = await api.control.perform(ControlRequest(.status), by: caller.name).status
    let bundle = SupportBundle(
      app: app, status: status, facts: try await facts(), log: api.environment.log,
      origin: api.environment.origin, check: api.environment.check)
    let bytes = try await told { try bundle.archive() }
    let name = FileName.dated(app.settings.text(.deviceName), at: FolderHistory.now)
    return Response(file: bytes, type: "application/gzip", name: "\(name)-support.tar.gz")
  }
}
