import Control
import FoundationEssentials
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

/// The API before a gateway that the test writes down, and a folder that is really there.
final class WebBench: Sendable {
  let gateway: FakeGateway
  let folder: TemporaryFolder
  let environment: WebEnvironment
  /// What has been logged.
  let said = LogLines()
  private let caller: Mutex<Caller>

  /// Whoever may do everything.
  static let administrator = Caller(
    name: "boss", rights: Dictionary(uniqueKeysWithValues: User.Tab.allCases.map { ($0, .write) }))

  init(_ station: Station = WebBench.station(), settings: String = "[SOLVIMUS]\n") throws {
    folder = try TemporaryFolder()
    try folder.write(settings, to: "chip.ini")
    gateway = FakeGateway(station, folder.path)
    environment = WebEnvironment(check: { $0 }, sessions: { ["fitter": 2] })
    caller = Mutex(Self.administrator)
  }

  /// Two meters, one of which has been read: energy 25541 × 10³ Wh and a volume marked as invalid.
  static func station() -> Station {
    var station = Station(
      configuration: .init(),
      meters: [
        MeterConfiguration(
          identity: MeterIdentity(
            serial: MeterSerial(digits: 0x6660_0106),
            manufacturer: ManufacturerCode(letters: "LUG"),
            version: 2, medium: .heat)),
        MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true, userLabel: "<b>cellar</b>"),
      ])
    let start = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_699_999_200))
    _ = station.handle(.start, at: start)
    _ = station.handle(.line(.state(LineID(.mbus), .up)), at: start)
    let report = MeterReport(
      identity: MeterIdentity(
        serial: MeterSerial(digits: 0x6660_0106), manufacturer: ManufacturerCode(letters: "LUG"),
        version: 2, medium: .heat),
      values: [
        MeterValue(
          key: ValueKey(dif: [0x0C], vif: [0x06]), meaning: ValueMeaning(.energy, .wattHour),
          reading: .integer(25541), scale: 3, data: [0x41, 0x55, 0x02, 0x00]),
        MeterValue(
          key: ValueKey(dif: [0x0C], vif: [0x14]), meaning: ValueMeaning(.volume, .cubicMetre),
          reading: .invalid("no BCD digits"), scale: -2, data: [0xEE, 0xEE, 0xEE, 0xEE]),
      ])
    _ = station.handle(
      .line(
        .readout(
          Readout(line: LineID(.mbus), meter: MeterID(1), time: start, outcome: .success(report)))),
      at: start)
    return station
  }

  /// Whoever asks from now on.
  func be(_ caller: Caller) { self.caller.withLock { $0 = caller } }

  /// Asks the API as a browser would.
  func ask(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") async -> Answer {
    await ask(method, path, RequestBody(buffer: ByteBuffer(string: body)), body.utf8.count)
  }

  /// The same with a body that may come in pieces.
  /// - Parameters:
  ///   - length: what is said of it; nil: nothing.
  ///   - type: what it is said to be.
  func ask(
    _ method: HTTPRequest.Method, _ path: String, _ body: RequestBody, _ length: Int? = nil,
    type: String = "application/json"
  ) async -> Answer {
    let router = Router(context: WebContext.self)
    let caller = caller.withLock { $0 }
    router.add(middleware: Known(caller: caller))
    let web = WebAPI(control: gateway, environment: environment)
    web.add(to: router.group("api/v1"))
    web.addForeign(to: router.group("app/api"))
    var fields: HTTPFields = [.contentType: type]
    if let length { fields[.contentLength] = "\(length)" }
    let request = Request(
      head: HTTPRequest(
        method: method, scheme: "http", authority: "localhost", path: path,
        headerFields: fields),
      body: body)
    let context = WebContext(
      source: .init(channel: NIOAsyncTestingChannel(), logger: said.logger))
    let response: Response
    do {
      response = try await router.buildResponder().respond(to: request, context: context)
    } catch let error as any HTTPResponseError {
      response =
        (try? error.response(from: request, context: context)) ?? Response(status: .badGateway)
    } catch {
      return Answer(status: 500, text: "\(error)", type: "")
    }
    let writer = Collected()
    try? await response.body.write(writer)
    return Answer(
      status: response.status.code, text: writer.text,
      type: response.headers[.contentType] ?? "")
  }

  struct Answer: Sendable {
    var status: Int
    var text: String
    var type: String
  }

  private struct Known: RouterMiddleware {
    typealias Context = WebContext
    let caller: Caller

    func handle(
      _ request: Request, context: WebContext,
      next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
      var context = context
      context.caller = caller
      return try await next(request, context)
    }
  }
}

/// What a body writes.
final class Collected: ResponseBodyWriter, Sendable {
  private let bytes = Mutex<[UInt8]>([])

  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
  var content: [UInt8] { bytes.withLock { $0 } }

  func write(_ buffer: ByteBuffer) async throws {
    bytes.withLock { $0 += Array(buffer.readableBytesView) }
  }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// A gateway that notes what is wanted of it, and answers what the test has written down.
final class FakeGateway: GatewayControl {
  private struct State {
    var station: Station
    var revision: UInt64 = 1
    var wanted: [ControlRequest] = []
    var answer = ControlAnswer()
    var app: AppFolder?
  }

  private let state: Mutex<State>
  private let folder: String

  init(_ station: Station, _ folder: String) {
    state = Mutex(State(station: station))
    self.folder = folder
  }

  /// What has been wanted, without what only looks.
  var wanted: [ControlRequest] {
    state.withLock { $0.wanted.filter { ![.status, .save].contains($0.command) } }
  }

  func answer(with answer: ControlAnswer) { state.withLock { $0.answer = answer } }

  func perform(_ request: ControlRequest, by user: String) async -> ControlAnswer {
    state.withLock {
      $0.wanted.append(request)
      return $0.answer
    }
  }

  func view() async -> StationView {
    state.withLock {
      StationView(
        $0.station, revision: $0.revision, changed: [:], listRevision: 1,
        at: Moment(instant: .zero, wall: WallTime(unixSeconds: 1_699_999_200)))
    }
  }

  func change(after revision: UInt64) async -> Bool { false }

  /// From now on the files are in force as they are, whatever they say later.
  func keepFiles() { state.withLock { $0.app = AppFolder.load(folder, ext: folder + "/ext") } }

  func app() async -> AppFolder? {
    state.withLock { $0.app } ?? AppFolder.load(folder, ext: folder + "/ext")
  }
}
