import HTTPTypes
import Testing
import Users

@testable import WebUI

/// Who comes through to the interface.
@Suite struct DoorkeeperTests {
  /// An administrator who has chosen a password.
  private func admin(_ bench: DoorBench, from peer: String = "10.0.0.9") async throws
    -> DoorBench.Browser
  {
    let browser = try await bench.login("admin", "admin", from: peer)
    let body = #"{"old":"admin","new":"correct horse"}"#
    let changed = try await browser.ask(.post, "/api/v1/session/password", body)
    #expect(changed.status == 200)
    return browser
  }

  private let wanted = #"{"name":"prometheus","rights":{"Meter":"read"}}"#

  @Test func withoutTheTokenOfTheSessionNothingIsChanged() async throws {
    let bench = try await DoorBench()
    let admin = try await admin(bench)
    for token in ["", "0", String(repeating: "0", count: 32)] {
      let answer = try await admin.ask(
        .post, "/api/v1/tokens", wanted, headers: ["X-CSRF-Token": token])
      #expect(answer.status == 403)
      #expect(
        answer.error
          == "the request does not show the session's token (X-CSRF-Token); reload the page")
    }
  }

  @Test(arguments: [
    ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
    ["Origin": "http://evil.example"],
    ["Origin": "null"], ["Origin": "http://gate:81"],
  ])
  func requestsOfOtherPagesAreRefused(headers: [String: String]) async throws {
    let bench = try await DoorBench()
    let browser = try await bench.visit()
    let answer = try await browser.ask(.post, "/api/v1/session/alive", headers: headers)
    #expect(answer.status == 403)
    #expect(
      answer.error
        == "another web page has made this request; only the page of the gateway itself may")
    let own = ["Sec-Fetch-Site": "same-origin", "Origin": "http://gate"]
    #expect(try await browser.ask(.post, "/api/v1/session/alive", headers: own).status == 204)
  }

  @Test(
    arguments: [
      ("gate", 200), ("gate:8080", 200), ("192.168.1.7", 200), ("[fd00::7]:80", 200),
      ("localhost:8080", 200),
      ("cellar.local", 200), ("Gate.Plant.example", 200), ("gate.plant.example.", 200),
      ("evil.example", 421),
      ("gate.plant.example.evil", 421), ("", 400), (nil, 400), ("[evil]", 400), ("a@gate", 400),
    ] as [(String?, Int)])
  func namesThatAreNotOursAreRefused(host: String?, status: Int) async throws {
    let bench = try await DoorBench(
      settings: AccessSettings(timeout: .seconds(60), hosts: ["gate.plant.example"]))
    #expect(try await bench.ask(.get, "/", host: host).status == status)
  }

  @Test func whatIsSaidOfAStrangeName() async throws {
    let bench = try await DoorBench()
    #expect(
      try await bench.ask(.get, "/", host: "evil.example").error
        == "this gateway does not know the name evil.example as its own: call it by its address, or set "
        + "CERT_COMMON_NAME of the group [WEB] to this name")
    #expect(
      try await bench.ask(.get, "/", host: nil).error
        == "the request does not say which host it is for")
  }

  /// The files are read again once a second, as well between the save of a password and its answer.
  @Test func filesThatAreReadWhileAPasswordIsChangedEndOnlyOtherSessions() async throws {
    func user(_ hash: String) -> String { "[admin]\nHASH=\(hash)\nREAD=ALL\nWRITE=ALL\n" }
    let bench = try await DoorBench(["users": user(SessionAPITests.adminHash)])
    let own = try await bench.login("admin", "admin")
    let other = try await bench.login("admin", "admin", from: "10.0.0.2")
    let id = try #require(own.cookie.split(separator: "=").last.map(String.init))
    bench.office.state.withLock { _ = $0.renewing.insert(id) }
    // Another one, of whatever password.
    let hash = SessionAPITests.adminHash
    try bench.folder.write(
      user(String(hash.dropLast()) + (hash.hasSuffix("1") ? "2" : "1")), to: "users")
    await bench.office.refresh()
    #expect(try await own.ask(.get, "/api/v1/tokens").status == 200)
    #expect(try await other.ask(.get, "/api/v1/tokens").status == 401)
  }

  // MARK: - The lock

  @Test func oneSessionMayWrite() async throws {
    let bench = try await DoorBench([
      "users": "[admin]\nHASH=\(SessionAPITests.adminHash)\nREAD=ALL\nWRITE=ALL\n"
        + "[fitter]\nHASH=\(SessionAPITests.adminHash)\nREAD=ALL\nWRITE=ALL\n"
    ])
    let fitter = try await bench.login("fitter", "admin")
    let admin = try await bench.login("admin", "admin", from: "10.0.0.2")
    // Looking takes nothing, changing does.
    #expect(try await fitter.ask(.get, "/api/v1/tokens").status == 200)
    #expect(bench.office.lock(of: "").holder == nil)
    #expect(try await fitter.ask(.post, "/api/v1/tokens", wanted).status == 200)
    let refused = try await admin.ask(.delete, "/api/v1/tokens/prometheus")
    #expect(refused.status == 423 && refused.failure?.holder == "fitter")
    #expect(refused.error == "fitter is changing something; only one session can at a time")
    let asked = try await admin.ask(.post, "/api/v1/session/lock", #"{"ask":true}"#)
    #expect(asked.status == 423 && asked.error == "fitter has been asked for the right to write")
    let seen = try await fitter.ask(.get, "/api/v1/session").json(DoorBench.Session.self)?.lock
    #expect(seen?.isMine == true && seen?.wantedBy == "admin")
    let taken = try await admin.ask(.post, "/api/v1/session/lock", #"{"take":true}"#)
    #expect(taken.json(LockView.self)?.isMine == true)
    #expect(try await fitter.ask(.post, "/api/v1/session/lock").status == 423)
    #expect(try await admin.ask(.delete, "/api/v1/session/lock").status == 204)
    #expect(try await fitter.ask(.post, "/api/v1/session/lock").status == 200)
  }

  // MARK: - Machines

  @Test func tokensOfMachines() async throws {
    let bench = try await DoorBench()
    let admin = try await admin(bench)
    let made = try await admin.ask(.post, "/api/v1/tokens", wanted)
    let text = try #require(made.json([String: String].self)?["token"], "\(made.text)")
    #expect(text.count == 64)
    let file = try #require(bench.folder.read("keys/tokens"))
    #expect(!file.contains(text) && file.contains("SHA256=\(AccessToken.hash(of: text))"))
    let bearer = ["Authorization": "Bearer \(text)"]
    #expect(try await bench.ask(.get, "/metrics", headers: bearer).status == 200)
    let refused = try await bench.ask(.get, "/api/v1/users", headers: bearer)
    #expect(refused.status == 403 && refused.error == "prometheus may not see the tab User")
    let again = try await admin.ask(.post, "/api/v1/tokens", wanted)
    #expect(again.status == 422 && again.error == "there is a token prometheus already")
    #expect(try await admin.ask(.delete, "/api/v1/tokens/prometheus").status == 204)
    let gone = try await bench.ask(.get, "/metrics", headers: bearer)
    #expect(gone.status == 401)
    #expect(
      gone.error
        == "this is no access token: expected is \"Authorization: Bearer TOKEN\" with one of the tab User"
    )
    let none = try await admin.ask(.delete, "/api/v1/tokens/prometheus")
    #expect(none.status == 404 && none.error == "there is no token prometheus")
  }

  @Test(arguments: [
    (
      #"{"name":"a b","rights":{}}"#, 422, "a name has 1 to 32 of a-z, A-Z, 0-9, -, . and _"
    ),
    (
      #"{"name":"a","rights":{"Cellar":"read"}}"#, 422,
      "Cellar: read is no right: expected are the tabs General, Meter, Output, Configuration, WAN, Server, Security, "
        + "User, Log, Service, each with none, read or write"
    ),
    (
      #"{"name":"a"}"#, 400,
      #"the body is not understood: "rights" is missing; expected is JSON such as {"name":"prometheus","rights":{"Meter":"read"}}"#
    ),
    (
      #"{"name":"a","rights":{},"until":5}"#, 400,
      #"the body is not understood: "until" is not known here; nothing is done; expected is JSON such as {"name":"prometheus","rights":{"Meter":"read"}}"#
    ),
  ])
  func tokensThatAreRefused(body: String, status: Int, text: String) async throws {
    let bench = try await DoorBench()
    let answer = try await admin(bench).ask(.post, "/api/v1/tokens", body)
    #expect(answer.status == status && answer.error == text)
  }

  @Test func aBodyHasToBeJSON() async throws {
    let bench = try await DoorBench()
    let answer = try await bench.ask(
      .post, "/api/v1/session", "user=admin", headers: ["Content-Type": "text/plain"])
    #expect(answer.status == 415)
    #expect(
      answer.error
        == #"the body has to be JSON (Content-Type: application/json), such as {"user":"admin","password":"…"}"#
    )
  }

  // MARK: - Files

  @Test func thePageAndItsHeaders() async throws {
    let bench = try await DoorBench()
    let answer = try await bench.ask(.get, "/")
    #expect(answer.status == 200 && answer.headers[.contentType] == "text/html; charset=utf-8")
    #expect(answer.headers[.cacheControl] == "no-cache")
    #expect(
      HTTPField.Name("Content-Security-Policy").flatMap { answer.headers[$0] }
        == "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; frame-ancestors 'none'; "
        + "base-uri 'none'; form-action 'self'")
    for name in [
      "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy",
    ] {
      #expect(HTTPField.Name(name).flatMap { answer.headers[$0] } != nil, "\(name)")
    }
    #expect(HTTPField.Name("Strict-Transport-Security").flatMap { answer.headers[$0] } == nil)
    let tag = try #require(answer.headers[.eTag])
    let known = try await bench.ask(.get, "/index.html", headers: ["If-None-Match": tag])
    #expect(known.status == 304 && known.text.isEmpty)
    let head = try await bench.ask(.head, "/")
    #expect(head.status == 200 && head.text.isEmpty)
    #expect(head.headers[.contentLength] == answer.headers[.contentLength])
    #expect(try await bench.ask(.post, "/", "{}").status == 405)
  }

  @Test(arguments: [
    (HTTPRequest.Method.put, "/api/v1/tokens", "GET, HEAD, POST"),
    (.get, "/api/v1/tokens/prometheus", "DELETE"), (.post, "/metrics", "GET, HEAD"),
    (.delete, "/api/v1/meters/1/values/2", "GET, HEAD"),
  ])
  func methodsThatAreNotKnown(method: HTTPRequest.Method, path: String, allowed: String)
    async throws
  {
    let bench = try await DoorBench()
    let answer = try await bench.ask(method, path)
    #expect(answer.status == 405 && answer.headers[.allow] == allowed)
    #expect(answer.error == "\(path) does not know \(method), only \(allowed)")
    #expect(try await bench.ask(.post, "/").headers[.allow] == "GET, HEAD")
  }

  /// Nothing is passed over, on no path of the API.
  @Test func whatStandsBehindThePathIsKnown() async throws {
    let bench = try await DoorBench()
    let answer = try await bench.ask(.get, "/api/v1/session?x=1")
    #expect(
      answer.error == "\"x\" is not known behind the ? of this address; allowed is nothing")
    #expect(answer.status == 400)
  }

  @Test(arguments: [
    ("/nothing", "there is no page /nothing"),
    ("/api/v1/nothing", "there is no GET /api/v1/nothing in this interface"),
    ("/../users", "there is no page /../users"),
  ])
  func whatIsNotThere(path: String, text: String) async throws {
    let bench = try await DoorBench()
    let answer = try await bench.ask(.get, path)
    #expect(answer.status == 404 && answer.error == text)
  }
}
