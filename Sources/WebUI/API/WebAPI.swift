import Control
import FoundationEssentials
import HTTPTypes
import Hummingbird
import MeterFiles
import NIOCore

/// What all groups of routes of `/api/v1` need.
struct WebAPI: Sendable {
  let control: any GatewayControl
  let environment: WebEnvironment

  /// Adds all routes.
  func add(to group: RouterGroup<WebContext>) {
    OpenAPI().add(to: group)
    StatusAPI(api: self).add(to: group)
    MeterAPI(api: self).add(to: group)
    MeterTableAPI(api: self).add(to: group)
    EventsAPI(api: self).add(to: group)
    SettingsAPI(api: self).add(to: group)
    UsersAPI(api: self).add(to: group)
    LogAPI(api: self).add(to: group)
    TelegramAPI(api: self).add(to: group)
    OutputAPI(api: self).add(to: group)
    ServiceAPI(api: self).add(to: group)
    ConfigurationAPI(api: self).add(to: group)
  }

  /// Adds the routes that lie elsewhere since other devices have them there.
  func addForeign(to group: RouterGroup<WebContext>) { SerialAPI(api: self).add(to: group) }

  /// Does something that blocks.
  func blocking<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await environment.files.runIfActive(work)
  }

  /// The folder as the gateway read it last.
  func app() async throws(APIError) -> AppFolder {
    guard let app = await control.app() else { throw Self.ending }
    return app
  }

  /// The folder as it is on the disk now, with what the gateway has found and learned.
  func freshApp() async throws -> AppFolder {
    let app = try await app()
    _ = await control.perform(ControlRequest(.save), by: "the API")
    return try await blocking {
      AppFolder.load(app.folder, ext: app.ext, overrides: app.overrides)
    }
  }

  /// Has something done, and answers with what came of it.
  /// - Parameter heard: gets to know that first.
  func perform(
    _ request: ControlRequest, by caller: Caller, heard: (ControlAnswer) -> Void = { _ in }
  ) async throws(APIError) -> Response {
    if let mistake = request.mistake { throw APIError(.unprocessableContent, "\(mistake)") }
    let answer = await control.perform(request, by: caller.words)
    heard(answer)
    return try Self.response(to: answer)
  }

  /// - Throws: 422 with why nothing was done, 409 when a file was changed meanwhile; 503: the gateway is ending.
  static func response(to answer: ControlAnswer) throws(APIError) -> Response {
    if let error = answer.error {
      guard error != ending.error else { throw ending }
      throw APIError(answer.isConflict == true ? .conflict : .unprocessableContent, error)
    }
    return Response(json: APIAnswer(answer))
  }

  /// Nothing can be done any more.
  static let ending = APIError(.serviceUnavailable, "the gateway is ending")
}

/// What has become of a request: `ControlAnswer` without what belongs to the socket.
struct APIAnswer: Encodable {
  var changes: [ControlAnswer.Change]?
  var news: [String]?
  var problems: [String]?
  var notes: [String]?
  var saved: String?
  var notSaved: String?

  init(_ answer: ControlAnswer) {
    changes = answer.changes.flatMap { $0.isEmpty ? nil : $0 }
    news = answer.news.flatMap { $0.isEmpty ? nil : $0 }
    problems = answer.problems.flatMap { $0.isEmpty ? nil : $0 }
    notes = answer.notes.flatMap { $0.isEmpty ? nil : $0 }
    saved = answer.saved
    notSaved = answer.notSaved
  }
}

extension Response {
  /// A response with bytes of JSON.
  init(jsonBytes bytes: [UInt8]) {
    self.init(
      status: .ok,
      headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// A file to be kept.
  init(file bytes: some Collection<UInt8> & Sendable, type: String, name: String) {
    self.init(
      status: .ok,
      headers: [
        .contentType: type, .cacheControl: "no-store",
        .contentDisposition: "attachment; filename=\"\(name)\"",
      ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
