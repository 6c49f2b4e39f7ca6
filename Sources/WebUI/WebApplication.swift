import Control
import HTTPServer
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Settings

/// The web page and its API: requests in, responses out.
public struct WebApplication: Sendable {
  /// What it shows and works with.
  public struct Parts: Sendable {
    /// The gateway that is shown.
    public var control: any GatewayControl
    /// Who may come in.
    public var office: AccessOffice
    /// Which device it is.
    public var device: WebDevice
    /// The files of HTTPS.
    public var certificates: WebCertificates
    /// What the API needs beside the gateway.
    public var environment: WebEnvironment

    /// All of them.
    public init(
      control: any GatewayControl, office: AccessOffice, device: WebDevice,
      certificates: WebCertificates, environment: WebEnvironment
    ) {
      self.control = control
      self.office = office
      self.device = device
      self.certificates = certificates
      self.environment = environment
    }
  }

  private let responder: RouterResponder<WebContext>
  private let doorkeeper: Doorkeeper
  private let pages = StaticFiles()
  private let logger: Logger
  /// All that is answered, but for the files of the page.
  let routes: [RouteList.Route]

  /// - Parameters:
  ///   - parts: what it shows and works with.
  ///   - logger: where mistakes of our own are reported.
  public init(_ parts: Parts, logger: Logger) {
    let list = RouteList()
    let api = list.group("api/v1")
    let (control, office, files) = (parts.control, parts.office, parts.environment.files)
    var environment = parts.environment.knowing(office)
    environment.certificates = parts.certificates.files
    let web = WebAPI(control: control, environment: environment)
    web.add(to: api)
    web.addForeign(to: list.group("app/api"))
    SessionAPI(control: control, office: office, device: parts.device).add(to: api)
    TokensAPI(office: office, files: files).add(to: api)
    CertificatesAPI(certificates: parts.certificates, office: office, files: files).add(to: api)
    MetricsAPI(control: control, office: office).add(to: list)
    responder = list.router.buildResponder()
    routes = list.routes
    doorkeeper = Doorkeeper(office: office)
    self.logger = logger
  }

  /// The most bytes of the body of a request, by its path.
  public static func bodyLimit(_ path: String) -> Int {
    switch path {
    case "/api/v1/config/import": ConfigurationAPI.largestArchive
    case "/api/v1/meters", "/api/v1/meters/import": MeterAPI.largestEdits
    case "/api/v1/meters/allocate", "/api/v1/meters/assign", "/api/v1/meters/deallocate",
      "/api/v1/meters/readout":
      MeterAPI.largestSelection
    case "/api/v1/telegram": TelegramAPI.largestBody
    default: HTTPLimits.usualBody
    }
  }

  /// The response to a request.
  /// - Parameters:
  ///   - channel: its connection.
  ///   - isSecure: whether it has come by HTTPS.
  public func respond(
    to request: Request, on channel: any Channel, isSecure: Bool = false
  ) async -> Response {
    var context = WebContext(source: .init(channel: channel, logger: logger))
    context.isSecure = isSecure
    let asked = request.method == .head ? request.asking(.get) : request
    var response: Response
    do {
      response = try await answer(asked, &context)
    } catch let error as APIError {
      response = error.response
    } catch let error as any HTTPResponseError {
      response = words(error.status, asked).response
    } catch is CancellationError {
      // Whoever asked is gone, or the gateway is ending.
      response = WebAPI.ending.response
    } catch {
      logger.error("\(request.method) \(request.uri.path): \(error)")
      response =
        APIError(
          .internalServerError, "this is a mistake of the gateway; its log says more"
        ).response
    }
    response = SecurityHeaders.added(to: response)
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func answer(_ request: Request, _ context: inout WebContext) async throws -> Response {
    try HostCheck.check(request.head.authority, names: doorkeeper.office.settings.hosts)
    guard Doorkeeper.isGuarded(request.uri.path) else {
      if let page = pages.response(to: request) { return page }
      throw APIError(.notFound, "there is no page \(request.uri.path.excerpt)")
    }
    try doorkeeper.admit(request, &context)
    // Programs that are used to other devices may say more than we know.
    if request.uri.path.hasPrefix("/api/") { _ = try Query(request) }
    let response = try await responder.respond(to: request, context: context)
    // What the router refuses has no words.
    guard response.status.kind == .clientError, response.body.contentLength == 0 else {
      return response
    }
    throw words(response.status, request)
  }

  /// What the router refuses, in our words.
  private func words(_ status: HTTPResponse.Status, _ request: Request) -> APIError {
    switch status {
    case .notFound:
      let methods = routes.filter { $0.matches(request.uri.path) }.map(\.method)
      return methods.isEmpty ? Self.nothing(at: request) : Self.refusal(of: request, methods)
    case .contentTooLarge:
      return APIError(
        .contentTooLarge,
        "the body has more than \(Self.bodyLimit(request.uri.path)) bytes, which is the most that is taken here"
      )
    default: return APIError(status, "the request cannot be understood")
    }
  }

  private static func nothing(at request: Request) -> APIError {
    APIError(
      .notFound,
      "there is no \(request.method.rawValue) \(request.uri.path.excerpt) in this interface")
  }

  /// What exists is asked for by a method that it does not know.
  private static func refusal(of request: Request, _ methods: [String]) -> APIError {
    let all = (methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
    var error = APIError(
      .methodNotAllowed,
      "\(request.uri.path.excerpt) does not know \(request.method.rawValue.excerpt), only "
        + all.joined(separator: ", "))
    error.allowed = all
    return error
  }
}

extension Request {
  /// The same with another method.
  fileprivate func asking(_ method: HTTPRequest.Method) -> Request {
    var head = head
    head.method = method
    return Request(head: head, body: body)
  }
}
