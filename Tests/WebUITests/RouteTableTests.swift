import FoundationEssentials
import HTTPTypes
import Testing
import Users

@testable import WebUI

/// Every route that is answered: who may come in, whether it needs the right to write, and what it does with numbers that
/// nobody expects. A new route has to be written down here.
@Suite struct RouteTableTests {
  /// What a route asks of whoever comes.
  private enum Need: Equatable {
    /// Nothing.
    case nothing
    /// A session, or to be known at all.
    case caller
    /// A right for a tab.
    case right(User.Right, User.Tab)
  }

  private struct Row {
    let need: Need
    /// A body that is understood.
    var body: String?
    /// What may be tried without the right to write, by `dryRun=1`.
    var isTried = false
    /// Changes something.
    var takesLock = true
  }

  private static func read(_ tab: User.Tab) -> Row {
    Row(need: .right(.read, tab), takesLock: false)
  }

  private static func write(_ tab: User.Tab, _ body: String? = nil, isTried: Bool = false) -> Row {
    Row(need: .right(.write, tab), body: body, isTried: isTried)
  }

  private static let free = Row(need: .nothing, takesLock: false)
  private static let known = Row(need: .caller, takesLock: false)

  private static let table: [String: Row] = [
    "GET /api/v1/openapi.json": free,
    // General or Meter; who sees how much of it is in EventsAPITests.
    "GET /api/v1/status": known,
    "GET /api/v1/meters": read(.meter),
    "GET /api/v1/meters/{}/values/{}": read(.meter),
    "PUT /api/v1/meters": write(.meter, #"{"edits":[{"delete":1}]}"#),
    "POST /api/v1/meters/allocate": write(.meter, #"{"all":true}"#),
    "POST /api/v1/meters/deallocate": write(.meter, #"{"all":true}"#),
    "POST /api/v1/meters/assign": write(.meter, #"{"entries":["1/1"],"register":20}"#),
    "POST /api/v1/meters/readout": write(.meter, #"{"all":true}"#),
    "GET /api/v1/meters.csv": read(.meter),
    "POST /api/v1/meters/import": write(.meter, "Serial;Label\n12345678;x\n", isTried: true),
    "POST /api/v1/scan": write(.meter),
    "DELETE /api/v1/scan": write(.meter),
    "GET /api/v1/events": known,
    "GET /api/v1/settings": known,
    "POST /api/v1/settings/check": Row(
      need: .right(.write, .configuration), body: #"{"changes":{"SOLVIMUS.METER_TIME":"60"}}"#,
      takesLock: false),
    "PUT /api/v1/settings": write(
      .configuration, #"{"hash":"x","changes":{"SOLVIMUS.METER_TIME":"60"}}"#),
    "GET /api/v1/users": read(.user),
    "PUT /api/v1/users": write(.user, #"{"hash":"x","edits":[]}"#, isTried: true),
    "GET /api/v1/log": read(.log),
    "GET /api/v1/log.csv": read(.log),
    "POST /api/v1/telegram": Row(
      need: .right(.read, .log), body: #"{"hex":"E5"}"#, takesLock: false),
    "GET /api/v1/outputs": read(.output),
    "POST /api/v1/outputs/{}/{}": write(.output, #"{"on":true}"#),
    "GET /api/v1/service": read(.service),
    "GET /api/v1/service/support": read(.service),
    "POST /api/v1/service/apply": write(.service),
    "POST /api/v1/service/restart": write(.service),
    "POST /api/v1/service/reset": write(.service, #"{"confirm":"x"}"#),
    "GET /api/v1/config/export": Row(need: .right(.write, .service), takesLock: false),
    "POST /api/v1/config/import": write(.service, "rubbish", isTried: true),
    "GET /app/api/serial/{}": read(.meter),
    "GET /api/v1/session": free,
    "POST /api/v1/session": Row(
      need: .nothing, body: #"{"user":"nobody","password":"x"}"#, takesLock: false),
    "DELETE /api/v1/session": known,
    "POST /api/v1/session/password": Row(
      need: .caller, body: #"{"old":"x","new":"y"}"#, takesLock: false),
    "POST /api/v1/session/alive": known,
    "POST /api/v1/session/lock": known,
    "DELETE /api/v1/session/lock": known,
    "GET /api/v1/tokens": read(.user),
    "POST /api/v1/tokens": write(.user, #"{"name":"a","rights":{}}"#),
    "DELETE /api/v1/tokens/{}": write(.user),
    "GET /api/v1/certificates": read(.security),
    "PUT /api/v1/certificates": write(.security, #"{"authorities":""}"#),
    "GET /metrics": read(.meter),
  ]

  /// A route as the table names it, and a path of it.
  private struct Ask {
    let name: String
    let method: HTTPRequest.Method
    let path: String

    init?(_ route: RouteList.Route, _ filling: String = "1") {
      guard let method = HTTPRequest.Method(rawValue: route.method) else { return nil }
      self.method = method
      name = "\(route.method) \(route.path.replacing(/\{[^}]*\}/, with: "{}"))"
      path = route.path.replacing(/\{[^}]*\}/, with: filling)
    }
  }

  /// Users who lack one right each, and one who lacks none.
  private func bench() async throws -> DoorBench {
    let hash = SessionAPITests.adminHash
    func tabs(without tab: User.Tab) -> String {
      User.Tab.allCases.filter { $0 != tab }.map(\.rawValue).joined(separator: ",")
    }
    var users = ["admin", "boss"].map { "[\($0)]\nHASH=\(hash)\nREAD=ALL\nWRITE=ALL\n" }
    for tab in User.Tab.allCases {
      let (name, others) = (tab.rawValue.lowercased(), tabs(without: tab))
      users.append("[no-\(name)]\nHASH=\(hash)\nREAD=\(others)\nWRITE=\(others)\n")
      users.append("[see-\(name)]\nHASH=\(hash)\nREAD=ALL\nWRITE=\(others)\n")
    }
    return try await DoorBench(["users": users.joined(), "chip.ini": "[SOLVIMUS]\n"])
  }

  private func asks(_ bench: DoorBench, _ filling: String = "1") throws -> [(Ask, Row)] {
    try bench.page.routes.map { route in
      let ask = try #require(Ask(route, filling))
      return (ask, try #require(Self.table[ask.name], "\(ask.name) is not in the table"))
    }
  }

  @Test func eachRouteIsInTheTable() async throws {
    let bench = try await DoorBench()
    let names = Set(bench.page.routes.compactMap { Ask($0)?.name })
    #expect(names.subtracting(Self.table.keys).sorted() == [])
    #expect(Set(Self.table.keys).subtracting(names).sorted() == [])
  }

  @Test func withoutTheRightNobodyComesIn() async throws {
    let bench = try await bench()
    var browsers: [String: DoorBench.Browser] = [:]
    for (ask, row) in try asks(bench) {
      let stranger = try await bench.ask(ask.method, ask.path, row.body)
      guard row.need != .nothing else {
        #expect(![403, 423].contains(stranger.status), "\(ask.name)")
        continue
      }
      #expect(stranger.status == 401, "\(ask.name): \(stranger.text)")
      guard case .right(let right, let tab) = row.need else { continue }
      let name = "\(right == .write ? "see" : "no")-\(tab.rawValue.lowercased())"
      if browsers[name] == nil {
        browsers[name] = try await bench.login(
          name, "admin", from: "10.0.3.\(browsers.count + 1)")
      }
      let answer = try #require(try await browsers[name]?.ask(ask.method, ask.path, row.body))
      #expect(answer.status == 403, "\(ask.name): \(answer.text)")
      let what = right == .write ? "change what is on" : "see"
      #expect(answer.error == "\(name) may not \(what) the tab \(tab.rawValue)", "\(ask.name)")
    }
    #expect(bench.office.lock(of: "").holder == nil)
  }

  /// While somebody is changing something nobody else does, whatever stands behind the `?`.
  @Test func oneMayChangeSomething() async throws {
    let bench = try await bench()
    let holder = try await bench.login("boss", "admin", from: "10.0.0.7")
    #expect(try await holder.ask(.post, "/api/v1/session/lock").status == 200)
    let admin = try await bench.login("admin", "admin", from: "10.0.0.8")
    for (ask, row) in try asks(bench) where !ask.path.hasPrefix("/api/v1/session") {
      // It would not end.
      guard ask.name != "GET /api/v1/events" else { continue }
      let answer = try await admin.ask(ask.method, ask.path, row.body)
      #expect((answer.status == 423) == row.takesLock, "\(ask.name): \(answer.text)")
      if row.takesLock {
        #expect(answer.error == "boss is changing something; only one session can at a time")
      }
      let tried = try await admin.ask(ask.method, ask.path + "?dryRun=1", row.body)
      let isRefused =
        tried.status == 423
        || (tried.status == 400 && tried.error?.hasPrefix("\"dryRun\" is not known") == true)
      if row.takesLock {
        #expect(isRefused != row.isTried, "\(ask.name)?dryRun=1: \(tried.text)")
      } else {
        #expect(tried.status != 423, "\(ask.name)?dryRun=1: \(tried.text)")
      }
    }
    #expect(bench.office.lock(of: "").holder == "boss")
    #expect(bench.folder.read("keys/tokens") == nil)
    #expect(bench.folder.read("chip.ini") == "[SOLVIMUS]\n")
  }

  /// What stands in a path may be any number, or none.
  @Test(arguments: [
    "-9223372036854775808", "-1", "0", "9223372036854775807", "9223372036854775808",
    "-99999999999999999999999999", "1e9", "x",
  ])
  func anyNumberIsAnswered(number: String) async throws {
    let bench = try await bench()
    let admin = try await bench.login("admin", "admin")
    for (ask, row) in try asks(bench, number) where ask.name.contains("{}") {
      let answer = try await admin.ask(ask.method, ask.path, row.body)
      #expect([400, 404, 422].contains(answer.status), "\(ask.path): \(answer.text)")
    }
    for query in ["from", "to", "page"] {
      let answer = try await admin.ask(.get, "/api/v1/log?\(query)=\(number)")
      #expect([200, 400].contains(answer.status), "\(query): \(answer.text)")
    }
    for body in [
      "{\"entries\":[\"@\(number)/\(number)\"],\"register\":1}",
      "{\"entries\":[\"1/1\"],\"register\":\(number)}",
    ] {
      let answer = try await admin.ask(.post, "/api/v1/meters/assign", body)
      #expect(
        [400, 422].contains(answer.status) || number == "0", "\(body): \(answer.text)")
    }
  }
}
