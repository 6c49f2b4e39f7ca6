import Control
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The web page and its API: requests in, responses out.
public struct WebApplication: Sendable {
  private let responder: RouterResponder<WebContext>
  private let logger: Logger

  /// - Parameters:
  ///   - control: the gateway that is shown.
  ///   - environment: what the API needs beside it.
  ///   - logger: where mistakes of our own are reported.
  public init(
    control: any GatewayControl, environment: WebEnvironment = WebEnvironment(), logger: Logger
  ) {
    let router = Router(context: WebContext.self)
    let api = router.group("api/v1")
    let web = WebAPI(control: control, environment: environment)
    web.add(to: api)
    web.addForeign(to: router.group("app/api"))
    responder = router.buildResponder()
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
