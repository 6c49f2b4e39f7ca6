import Control
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The web page and its API: requests in, responses out.
public struct WebApplication: Sendable {
  private let responder: RouterResponder<WebContext>
  private let logger: Logger
  /// All that is answered, but for the files of the page.
  let routes: [RouteList.Route]

  /// - Parameters:
  ///   - control: the gateway that is shown.
  ///   - environment: what the API needs beside it.
  ///   - logger: where mistakes of our own are reported.
  public init(
    control: any GatewayControl, environment: WebEnvironment = WebEnvironment(), logger: Logger
  ) {
    let list = RouteList()
    let api = list.group("api/v1")
    let web = WebAPI(control: control, environment: environment)
    StatusAPI(control: control).add(to: api)
    web.add(to: api)
    SerialAPI(api: web).add(to: list)
    responder = list.router.buildResponder()
    routes = list.routes
    self.logger = logger
  }

  /// The response to a request.
  /// - Parameter channel: its connection.
  public func respond(to request: Request, on channel: any Channel) async -> Response {
    let context = WebContext(source: .init(channel: channel, logger: logger))
    do {
      return try await responder.respond(to: request, context: context)
    } catch let error as any HTTPResponseError {
      return (try? error.response(from: request, context: context))
        ?? APIError(.internalServerError, "no answer could be made").response(
          from: request, context: context)
    } catch {
      logger.error("\(request.method) \(request.uri.path): \(error)")
      return APIError(.internalServerError, "this is a mistake of the gateway; its log says more")
        .response(from: request, context: context)
    }
  }
}
