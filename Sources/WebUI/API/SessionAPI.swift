import Control
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import Sessions
import Settings
import Users

/// `/api/v1/session`: logging in and out, the own password, and the right to write.
struct SessionAPI: Sendable {
  let control: any GatewayControl
  let office: AccessOffice
  let device: WebDevice

  private struct Login: Codable {
    var user: String
    var password: String
  }

  private struct Change: Codable {
    var old: String
    var new: String
  }

  private struct Wish: Codable {
    var ask: Bool?
    var take: Bool?
  }

  func add(to group: RouterGroup<WebContext>) {
    group.get("session") { _, context in try await look(context) }
    group.post("session") { request, context in try await login(request, context) }
    group.delete("session") { _, context in
      office.end(try own(context).id)
      return answer(.noContent, forgetting: context)
    }
    group.post("session/password") { request, context in
      try await changePassword(request, context)
    }
    group.post("session/alive") { _, context in
      _ = try own(context)
      return Response(status: .noContent)
    }
    group.post("session/lock") { request, context in try await lock(request, context) }
    group.delete("session/lock") { _, context in
      office.release(try own(context).id)
      return Response(status: .noContent)
    }
  }

  // MARK: -

  /// The session, or that of a visitor, or the device that one has to log in to.
  private func look(_ context: WebContext) async throws -> Response {
    if let session = context.session {
      return try await Response(json: json(session))
    }
    do {
      let session = try office.visit(from: context.peer ?? "")
      return try await keeping(session, context)
    } catch var error as APIError where error.status == .unauthorized {
      error.device = DeviceJSON(name: await name)
      error.instance = await control.view().instance
      var response = error.response
      response.headers[.setCookie] = SessionCookie.field(nil, isSecure: context.isSecure)
      return response
    }
  }

  private func login(_ request: Request, _ context: WebContext) async throws -> Response {
    let login = try await request.json(Login.self, example: #"{"user":"admin","password":"…"}"#)
    let session = try await office.login(
      login.user, login.password, from: context.peer ?? "", instead: context.session?.id)
    return try await keeping(session, context)
  }

  private func changePassword(_ request: Request, _ context: WebContext) async throws -> Response {
    let session = try own(context)
    let change = try await request.json(Change.self, example: #"{"old":"…","new":"…"}"#)
    try await office.changePassword(of: session, from: change.old, to: change.new)
    return try await Response(json: json(session))
  }

  private func lock(_ request: Request, _ context: WebContext) async throws -> Response {
    let session = try own(context)
    let caller = try context.known()
    guard caller.rights.values.contains(.write) else {
      throw APIError(.forbidden, "\(caller.name) may change nothing")
    }
    // One that is sent in pieces has no length.
    let body = try await request.bytes(upTo: 64 << 10)
    var wish = Wish()
    if !body.isEmpty {
      var whole = request
      whole.body = RequestBody(buffer: ByteBuffer(bytes: body))
      wish = try await whole.json(Wish.self, example: #"{"ask":true} or {"take":true}"#)
    }
    guard wish.take == true else {
      return Response(json: try office.claim(session.id, asking: wish.ask == true))
    }
    try caller.needs(.write, .user)
    return Response(json: office.seize(session))
  }

  // MARK: -

  private func own(_ context: WebContext) throws(APIError) -> Session {
    guard let session = context.session else {
      throw APIError(.unauthorized, "nobody is logged in")
    }
    return session
  }

  private var name: String {
    get async { await control.app()?.settings.text(.deviceName) ?? "" }
  }

  private func keeping(_ session: Session, _ context: WebContext) async throws -> Response {
    var response = try await Response(json: json(session))
    response.headers[.setCookie] = SessionCookie.field(session.id, isSecure: context.isSecure)
    return response
  }

  private func answer(_ status: HTTPResponse.Status, forgetting context: WebContext) -> Response {
    Response(
      status: status, headers: [.setCookie: SessionCookie.field(nil, isSecure: context.isSecure)])
  }

  private func json(_ session: Session) async throws -> SessionJSON {
    guard let users = office.users, let user = users.users[session.user] else {
      throw APIError(.unauthorized, "nobody is logged in")
    }
    return SessionJSON(
      user: user.name, isDefault: session.isDefault, rights: User.words(user.rights),
      rightsReason: users.limited[user.name],
      mustChangePassword: user.mustChangePassword, mayChangePassword: user.mayChangePassword,
      csrf: session.csrf, instance: await control.view().instance,
      timeoutSeconds: office.settings.timeout.nanoseconds / 1_000_000_000,
      lock: office.lock(of: session.id),
      device: DeviceJSON(name: await name, serial: device.serial, version: device.version),
      deliveredPasswords: user.right(.user) == .write
        ? users.withDeliveredPassword.sorted() : nil)
  }
}

/// Which device the page is of.
public struct WebDevice: Hashable, Sendable {
  /// Its serial number, as 8 hexadecimal digits.
  public var serial: String
  /// The version of its software.
  public var version: String

  /// All parts.
  public init(serial: String, version: String) {
    self.serial = serial
    self.version = version
  }
}
