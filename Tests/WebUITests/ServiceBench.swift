import Certificates
import ConfigurationArchive
import Control
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import MeterFiles
import Metering
import NIOCore
import NIOEmbedded
import PeerSupport
import Station
import Synchronization
import Time
import Users

@testable import WebUI

/// The API of log, telegrams and service, on a folder that is really there and a gateway that notes what is wanted.
final class ServiceBench: Sendable {
  let folder: TemporaryFolder
  let gateway: ServiceGateway
  let log = ApplicationLog()
  /// How often the process was to begin anew.
  let restarts = Counter()
  /// Tells of each of them.
  let restarting: AsyncStream<Void>
  let environment: WebEnvironment

  /// Counts, from any thread.
  final class Counter: Sendable {
    private let state = Mutex(0)
    var count: Int { state.withLock { $0 } }
    func add() { state.withLock { $0 += 1 } }
  }

  init(_ station: Station? = nil, files: [String: String] = [:]) throws {
    folder = try TemporaryFolder(
      ["chip.ini": "[SOLVIMUS]\nMETER_TIME=300\n[DEVICE]\nNAME=Boiler house 3\n"].merging(files) {
        $1
      })
    gateway = ServiceGateway(folder.path, station)
    let restarts = restarts
    let (stream, told) = AsyncStream.makeStream(of: Void.self)
    restarting = stream
    var environment = WebEnvironment(
      log: log, origin: ConfigurationOrigin(version: "0.1.0", serial: 0x2993A),
      shipped: folder["shipped"],
      restart: {
        restarts.add()
        told.yield()
      })
    let entry = { [folder] (name: String) in
      TLSServerFiles.Entry(name, path: folder["keys/http_host_\(name)"])
    }
    environment.certificates = TLSServerFiles(
      reason: "HTTPS", certificate: entry("cert"), key: entry("key"), authorities: entry("ca"),
      clients: .knownIfListed)
    self.environment = environment
  }

  /// Whoever may do all, but for what is left out.
  static func caller(without: [User.Tab: User.Right] = [:]) -> Caller {
    var rights = Dictionary(uniqueKeysWithValues: User.Tab.allCases.map { ($0, User.Right.write) })
    rights.merge(without) { $1 }
    return Caller(name: "fitter", rights: rights)
  }

  /// What came back.
  struct Answer {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]
    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// As JSON.
    func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try JSONDecoder().decode(type, from: Data(bytes))
    }
  }

  func get(_ path: String, _ caller: Caller? = ServiceBench.caller()) async throws -> Answer {
    try await ask(.get, path, [], caller)
  }

  func post(
    _ path: String, _ body: String, _ caller: Caller? = ServiceBench.caller()
  ) async throws -> Answer {
    try await ask(.post, path, Array(body.utf8), caller)
  }

  func ask(
    _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8], _ caller: Caller?
  ) async throws -> Answer {
    let response = try await respond(method, path, body, caller)
    let collected = CollectedBody()
    try await response.body.write(collected)
    return Answer(
      status: response.status.code, headers: response.headers, bytes: collected.bytes)
  }

  /// The response, of which nobody has taken the body.
  func respond(
    _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8], _ caller: Caller?
  ) async throws -> Response {
    let list = RouteList()
    _ = list.add(middleware: CallerIs(caller: caller))
    let web = WebAPI(control: gateway, environment: environment)
    let api = list.group("api/v1")
    LogAPI(api: web).add(to: api)
    TelegramAPI(api: web).add(to: api)
    ServiceAPI(api: web).add(to: api)
    ConfigurationAPI(api: web).add(to: api)
    OpenAPI().add(to: api)
    let logger = Logger(label: "test")
    let context = WebContext(source: .init(channel: NIOAsyncTestingChannel(), logger: logger))
    let request = Request(
      head: HTTPRequest(
        method: method, scheme: "http", authority: "localhost", path: path,
        headerFields: [.contentType: "application/json"]),
      body: RequestBody(buffer: ByteBuffer(bytes: body)))
    do {
      return try await list.router.buildResponder().respond(to: request, context: context)
    } catch let error as any HTTPResponseError {
      return try error.response(from: request, context: context)
    }
  }
}

/// Says who asks.
private struct CallerIs: RouterMiddleware {
  typealias Context = WebContext

  let caller: Caller?

  func handle(
    _ request: Request, context: WebContext,
    next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.caller = caller
    return try await next(request, context)
  }
}

/// Takes a body.
private final class CollectedBody: ResponseBodyWriter, Sendable {
  private let state = Mutex<[UInt8]>([])
  var bytes: [UInt8] { state.withLock { $0 } }

  func write(_ buffer: ByteBuffer) async throws {
    state.withLock { $0 += Array(buffer.readableBytesView) }
  }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// A gateway on a folder that does nothing but note what is wanted.
final class ServiceGateway: GatewayControl {
  private let folder: String
  private let station: Station
  private let state = Mutex<[String]>([])

  init(_ folder: String, _ station: Station?) {
    self.folder = folder
    self.station = station ?? Station(configuration: .init(), meters: [])
  }

  /// What was wanted, in words.
  var wishes: [String] { state.withLock { $0 } }

  func perform(_ request: ControlRequest, by user: String) async -> ControlAnswer {
    state.withLock { $0.append(request.command.rawValue) }
    var answer = ControlAnswer()
    if request.command == .reload { answer.news = ["the files are read"] }
    return answer
  }

  func view() async -> StationView {
    StationView(
      station, revision: 1, changed: [:], listRevision: 1,
      at: Moment(instant: .zero, wall: WallTime(unixSeconds: 0)))
  }

  func change(after revision: UInt64) async -> Bool { false }

  func app() async -> AppFolder? { AppFolder.load(folder, ext: folder + "/ext") }
}
