import HTTPTypes
import Hummingbird

/// The routes of the page and its API, with a list of them: the description of the API is compared with it.
final class RouteList: RouterMethods {
  /// A method and a path such as `/api/v1/meters/{id}`.
  struct Route: Hashable, Sendable {
    let method: String
    let path: String

    /// Whether a request for this path means the route.
    func matches(_ other: String) -> Bool {
      let (own, asked) = (path.split(separator: "/"), other.split(separator: "/"))
      return own.count == asked.count
        && zip(own, asked).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
  }

  /// Answers the requests.
  let router = Router(context: WebContext.self)
  /// What has been added.
  private(set) var routes: [Route] = []

  @discardableResult func on<Responder: HTTPResponder>(
    _ path: RouterPath, method: HTTPRequest.Method, responder: Responder
  ) -> Self where Responder.Context == WebContext {
    router.on(path, method: method, responder: responder)
    let parts = path.description.split(separator: "/").map { part in
      part.hasPrefix(":") ? "{\(part.dropFirst())}" : part
    }
    routes.append(Route(method: method.rawValue, path: "/" + parts.joined(separator: "/")))
    return self
  }

  func add(middleware: any MiddlewareProtocol<Request, Response, WebContext>) -> Self {
    router.add(middleware: middleware)
    return self
  }
}
