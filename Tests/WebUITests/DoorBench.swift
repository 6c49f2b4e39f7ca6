import Certificates
import ConfigurationArchive
import Control
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import MeterFiles
import NIOCore
import NIOEmbedded
import NIOPosix
import PeerSupport
import Synchronization
import Time
import WebUI
import HTTPServer
import HTTPSupport

/// A gateway that says what a test wants.
struct FakeControl: GatewayControl {
  let folder: String
  let status: GatewayStatus

  func perform(_ request: ControlRequest, by user: String) async -> ControlAnswer {
    var answer = ControlAnswer()
    answer.status = status
    return answer
  }

  func view() async -> StationView { .empty }
  func change(after revision: UInt64) async -> Bool { false }
  func app() async -> AppFolder? { AppFolder.load(folder) }
}

/// The page on a folder of its own, with a clock that stands until a test moves it.
final class DoorBench: Sendable {
  let folder: TemporaryFolder
  let office: AccessOffice
  let page: WebApplication
  private let files: NIOThreadPool
  /// What is logged.
  let said = LogLines()
  /// How often the process was to begin anew.
  let restarts = ServiceBench.Counter()

  init(
    _ names: [String: String] = [:],
    settings: AccessSettings = AccessSettings(timeout: .seconds(60)),
    control other: (any GatewayControl)? = nil
  ) async throws {
    folder = try TemporaryFolder(names)
    let logger = said.logger
    let seconds = Clock()
    clock = seconds
    files = NIOThreadPool(numberOfThreads: 1)
    files.start()
    let now: @Sendable () -> Moment = { seconds.now }
    office = AccessOffice(
      settings, folder: folder.path, files: files,
      audit: AuditTrail(
        folder: folder.path, origin: ConfigurationOrigin(version: "1", serial: 7), logger: logger,
        clock: now),
      logger: logger, clock: now)
    let control = other ?? FakeControl(folder: folder.path, status: Self.status(folder.path))
    let restarts = restarts
    let entry = { [folder] (name: String) in
      TLSServerFiles.Entry(name, path: folder["keys/\(name)"])
    }
    page = WebApplication(
      .init(
        control: control, office: office, device: WebDevice(serial: "0002993A", version: "0.1"),
        certificates: WebCertificates(
          files: TLSServerFiles(
            reason: "HTTPS", certificate: entry("cert"), key: entry("key"),
            authorities: entry("ca"),
            clients: .knownIfListed), reread: {}),
        environment: WebEnvironment(
          files: files, shipped: folder["shipped"], restart: { restarts.add() })),
      logger: logger)
    await office.refresh()
  }

  deinit { files.shutdownGracefully { _ in } }

  /// The clock of the bench.
  final class Clock: Sendable {
    private let seconds = Mutex<Int64>(1000)
    var now: Moment {
      let time = seconds.withLock { $0 }
      return Moment(
        instant: .zero + .seconds(time), wall: WallTime(unixSeconds: 1_795_305_600 + time))
    }
    func advance(_ span: Int64) { seconds.withLock { $0 += span } }
  }

  let clock: Clock

  static func status(_ folder: String) -> GatewayStatus {
    GatewayStatus(
      version: "0.1.0", folder: folder, process: 1, time: 1_795_305_600, uptime: 5,
      meters: .init(listed: 2, read: 1, failed: 1, never: 0, file: "Device_Handle.cfg"),
      registers: .init(layout: "standard", isTestData: false, entries: 0, without: 0, free: 10),
      lights: .init(state: "green", active: "off"))
  }

  /// What came of a request.
  struct Answer {
    var status: Int
    var headers: HTTPFields
    var text: String

    /// A member of the JSON object.
    func json<Value: Decodable>(_ type: Value.Type) -> Value? {
      try? JSONDecoder().decode(type, from: Data(text.utf8))
    }

    var error: String? { json(Failure.self)?.error }
    var failure: Failure? { json(Failure.self) }
  }

  struct Failure: Decodable {
    var error: String
    var holder: String?
    var mustChangePassword: Bool?
    var device: DeviceJSON?
  }

  /// Makes a request.
  /// - Parameters:
  ///   - body: JSON; nil: none.
  ///   - headers: an empty one is left out.
  func ask(
    _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil,
    headers: [String: String] = [:], from peer: String = "10.0.0.1", host: String? = "gate",
    isSecure: Bool = false
  ) async throws -> Answer {
    var fields = HTTPFields()
    if let body {
      fields[.contentType] = "application/json"
      fields[.contentLength] = "\(body.utf8.count)"
    }
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value.isEmpty ? nil : value }
    }
    let head = HTTPRequest(
      method: method, scheme: "http", authority: host, path: path, headerFields: fields)
    let channel = NIOAsyncTestingChannel()
    channel.remoteAddress = try SocketAddress(ipAddress: peer, port: 50_000)
    let request = Request(
      head: head, body: RequestBody(buffer: ByteBuffer(string: body ?? "")))
    let response = await page.respond(to: request, on: channel, isSecure: isSecure)
    let writer = Collector()
    try await response.body.write(writer)
    return Answer(
      status: response.status.code, headers: response.headers, text: writer.text)
  }

  private final class Collector: ResponseBodyWriter, Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
    func write(_ buffer: ByteBuffer) async throws {
      bytes.withLock { $0 += buffer.readableBytesView }
    }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }

  /// A browser that is logged in, or a visitor.
  struct Browser {
    let bench: DoorBench
    let peer: String
    let cookie: String
    let csrf: String
    let first: Session

    func ask(
      _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil,
      headers: [String: String] = [:]
    ) async throws -> Answer {
      try await bench.ask(
        method, path, body,
        headers: ["Cookie": cookie, "X-CSRF-Token": csrf].merging(headers) { $1 }, from: peer)
    }
  }

  struct Session: Decodable, Equatable {
    var user: String
    var isDefault: Bool
    var rights: [String: String]
    var rightsReason: String?
    var mustChangePassword: Bool
    var mayChangePassword: Bool
    var csrf: String
    var timeoutSeconds: Int
    var lock: LockView
    var device: DeviceJSON
    var deliveredPasswords: [String]?
  }

  /// A visitor.
  func visit(from peer: String = "10.0.0.1") async throws -> Browser {
    try browser(try await ask(.get, "/api/v1/session", from: peer), peer)
  }

  /// Somebody who logs in.
  func login(_ user: String, _ password: String, from peer: String = "10.0.0.1") async throws
    -> Browser
  {
    try browser(try await tryLogin(user, password, from: peer), peer)
  }

  func tryLogin(_ user: String, _ password: String, from peer: String = "10.0.0.1") async throws
    -> Answer
  {
    try await ask(
      .post, "/api/v1/session", "{\"user\":\"\(user)\",\"password\":\"\(password)\"}", from: peer)
  }

  struct NoSession: Error { let answer: String }

  private func browser(_ answer: Answer, _ peer: String) throws -> Browser {
    guard let session = answer.json(Session.self), let cookie = answer.headers[.setCookie] else {
      throw NoSession(answer: "\(answer.status) \(answer.text)")
    }
    return Browser(
      bench: self, peer: peer, cookie: String(cookie.prefix { $0 != ";" }), csrf: session.csrf,
      first: session)
  }
}

extension TestHTTPServer {
  /// The page of a bench behind a port of its own.
  convenience init(serving page: WebApplication, _ limits: HTTPLimits = HTTPLimits()) throws {
    try self.init(limits) { request, channel in await page.respond(to: request, on: channel) }
  }
}
