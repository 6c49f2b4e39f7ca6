import HTTPTypes
import Hummingbird
import Sessions
import Settings
import Users

/// Finds out who makes a request of the API, and whether it may come through.
struct Doorkeeper: Sendable {
  let office: AccessOffice

  /// Whether a path needs somebody who is known. The page's own files do not.
  static func isGuarded(_ path: String) -> Bool {
    path == "/metrics" || path == "/api" || path.hasPrefix("/api/") || path.hasPrefix("/app/")
  }

  /// Says in the context who it is.
  /// - Throws: why it may not come through.
  func admit(_ request: Request, _ context: inout WebContext) throws(APIError) {
    let path = request.uri.path
    guard Self.isGuarded(path) else { return }
    try SiteCheck.check(request.head)
    if let field = request.headers[.authorization] {
      context.caller = try machine(field, isSecure: context.isSecure)
      return
    }
    guard let id = SessionCookie.session(in: request.headers, isSecure: context.isSecure),
      let (session, user) = office.session(id, isAlive: path != "/api/v1/events")
    else { return }
    context.session = session
    context.caller = Caller(name: user.name, rights: user.rights, isSecure: context.isSecure)
    let isAboutSession = path == "/api/v1/session" || path.hasPrefix("/api/v1/session/")
    if user.mustChangePassword, !isAboutSession {
      var error = APIError(.forbidden, "\(user.name) has to choose another password first")
      error.mustChangePassword = true
      throw error
    }
    guard Self.changes(request.method) else { return }
    // Whoever logs in has no token of this session yet; where the request comes from has been looked at.
    let isLogin = path == "/api/v1/session" && request.method == .post
    if !isLogin { try checkToken(request, session) }
    // A mistyped word is refused before anything is done.
    let isTry = try Query(request).flag("dryRun")
    guard !isAboutSession, !Self.looks.contains(path), !isTry else { return }
    // It is taken by whoever has the right for it, and not for paths that are not there.
    context.caller?.lock = LockClaim(session: session.id, office: office)
  }

  // MARK: -

  private func machine(_ field: String, isSecure: Bool) throws(APIError) -> Caller {
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer",
      let token = office.token(String(parts[1]))
    else {
      throw APIError(
        .unauthorized,
        "this is no access token: expected is \"Authorization: Bearer TOKEN\" with one of the tab User"
      )
    }
    return Caller(name: token.name, rights: token.rights, isMachine: true, isSecure: isSecure)
  }

  private func checkToken(_ request: Request, _ session: Session) throws(APIError) {
    guard let shown = request.headers[HTTPField.Name.csrfToken],
      SessionSecret.isSame(shown, session.csrf)
    else {
      throw APIError(
        .forbidden, "the request does not show the session's token (X-CSRF-Token); reload the page")
    }
  }

  private static func changes(_ method: HTTPRequest.Method) -> Bool {
    ![.get, .head, .options].contains(method)
  }

  /// What changes nothing though it is sent by POST.
  private static let looks: Set<String> = ["/api/v1/settings/check", "/api/v1/telegram"]
}
