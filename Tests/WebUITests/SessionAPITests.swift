import Hummingbird
import Logging
import NIOEmbedded
import Sessions
import Settings
import Testing
import Time
import Users

@testable import WebUI

@Suite struct SessionAPITests {
  // MARK: - Visitors

  @Test func aVisitorIsLoggedInAsLongAsThePasswordIsThatOfDelivery() async throws {
    let bench = try await DoorBench(["chip.ini": "[DEVICE]\nNAME=Cellar\n[SOLVIMUS]\n"])
    let answer = try await bench.ask(.get, "/api/v1/session")
    let session = try #require(answer.json(DoorBench.Session.self))
    #expect(session.user == "web" && session.isDefault && session.timeoutSeconds == 60)
    #expect(session.rights["Meter"] == "write" && session.rights["User"] == "none")
    #expect(session.device == DeviceJSON(name: "Cellar", serial: "0002993A", version: "0.1"))
    #expect(session.lock == LockView(isMine: false) && session.deliveredPasswords == nil)
    let cookie = try #require(answer.headers[.setCookie])
    #expect(cookie.hasPrefix("metergate-session="))
    #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict"))
    let secure = try await bench.ask(.get, "/api/v1/session", isSecure: true)
    let other = try #require(secure.headers[.setCookie])
    #expect(other.hasPrefix("__Host-metergate-session=") && other.hasSuffix("; Secure"))
    #expect(bench.office.sessionCounts == ["web": 2])
  }

  /// Why a visitor only reads is told to the visitor, too.
  @Test func aSessionSaysWhyItsRightsAreNotThoseOfTheFile() async throws {
    let bench = try await DoorBench()
    let before = try await bench.visit()
    #expect(before.first.rightsReason == nil)
    let admin = try await bench.login("admin", "admin")
    let body = #"{"old":"admin","new":"correct horse"}"#
    #expect(try await admin.ask(.post, "/api/v1/session/password", body).status == 200)
    let session = try await bench.visit(from: "10.0.0.2").first
    #expect(session.rights["Meter"] == "read")
    #expect(
      session.rightsReason
        == "web only reads, since admin has another password than that of delivery; rights that it is given from now "
        + "on count")
    #expect(
      try await admin.ask(.get, "/api/v1/session").json(DoorBench.Session.self)?.rightsReason == nil
    )
  }

  /// The session that a cookie shows is the same, and one by HTTPS is none by HTTP.
  @Test func theCookieIsTheSession() async throws {
    let bench = try await DoorBench()
    let browser = try await bench.visit()
    let again = try await browser.ask(.get, "/api/v1/session")
    #expect(again.json(DoorBench.Session.self)?.csrf == browser.csrf)
    let secure = try await bench.ask(
      .get, "/api/v1/session", headers: ["Cookie": browser.cookie], isSecure: true)
    #expect(secure.json(DoorBench.Session.self)?.csrf != browser.csrf)
  }

  @Test func withoutTheDefaultUserOneHasToLogIn() async throws {
    let bench = try await DoorBench([
      "users": "[admin]\nHASH=\(SessionAPITests.adminHash)\nREAD=ALL\nWRITE=ALL\n",
      "chip.ini": "[DEVICE]\nNAME=Cellar\n[SOLVIMUS]\n",
    ])
    let answer = try await bench.ask(.get, "/api/v1/session")
    #expect(answer.status == 401 && answer.error == "log in with user name and password")
    #expect(answer.failure?.device == DeviceJSON(name: "Cellar"))
    // The page tells by it that the gateway has begun anew.
    #expect(answer.text.contains("\"instance\":\""))
    let status = try await bench.ask(.get, "/api/v1/status")
    #expect(status.status == 401 && status.error == "nobody is logged in")
  }

  /// That of delivery: password admin.
  static let adminHash =
    "$y$j9T$aYElisRUfYAHHAZM3B/e2/$OTUhcITyu1OSndNiyPSjUI2sREvfvbpR3oujVJN5YXA"

  // MARK: - Logging in

  @Test func theAdministratorHasToChooseAPassword() async throws {
    let bench = try await DoorBench()
    let visitor = try await bench.visit(from: "10.0.0.2")
    #expect(try await visitor.ask(.post, "/api/v1/session/lock").status == 200)
    let admin = try await bench.login("admin", "admin")
    #expect(
      admin.first.mustChangePassword && admin.first.deliveredPasswords == ["admin", "ftp", "web"])
    let refused = try await admin.ask(.get, "/api/v1/status")
    #expect(refused.status == 403 && refused.failure?.mustChangePassword == true)
    #expect(refused.error == "admin has to choose another password first")

    let changed = try await admin.ask(
      .post, "/api/v1/session/password", #"{"old":"admin","new":"correct horse"}"#)
    let session = try #require(changed.json(DoorBench.Session.self), "\(changed.text)")
    #expect(!session.mustChangePassword && session.deliveredPasswords == ["ftp", "web"])
    #expect(try await admin.ask(.get, "/api/v1/status").status == 200)
    #expect(try await bench.tryLogin("admin", "admin").status == 401)
    _ = try await bench.login("admin", "correct horse", from: "10.0.0.3")
    #expect(bench.folder.read("users")?.contains("MUSTCHANGE=0") == true)
    #expect(!bench.folder.names.filter { $0.hasPrefix(".history") }.isEmpty)

    // Somebody has taken the device over: visitors only read from now on.
    let rights = try await visitor.ask(.get, "/api/v1/session").json(DoorBench.Session.self)?.rights
    #expect(
      rights?["Meter"] == "read" && rights?["Security"] == "read" && rights?["User"] == "none")
    #expect(bench.office.lock(of: "").holder == nil)
    #expect(bench.office.lock(of: "").holder == nil)
    let lock = try await visitor.ask(.post, "/api/v1/session/lock")
    #expect(lock.status == 403 && lock.error == "web may change nothing")
  }

  @Test(arguments: [
    (#"{"old":"wrong","new":"correct horse"}"#, "the old password is wrong"),
    (#"{"old":"admin","new":"short"}"#, "the password has 5 characters; at least 8 are needed"),
    (
      #"{"old":"admin","new":"correct horse"}"#,
      "the password does not match what is asked of new ones here (WEBCOM_PASSWORDPATTERN = ^[a-z]+$)"
    ),
  ])
  func aPasswordIsRefused(body: String, text: String) async throws {
    let settings = AccessSettings(timeout: .seconds(60), pattern: try PasswordPattern("^[a-z]+$"))
    let bench = try await DoorBench(settings: settings)
    let admin = try await bench.login("admin", "admin")
    let answer = try await admin.ask(.post, "/api/v1/session/password", body)
    #expect(answer.status == 422 && answer.error == text)
    #expect(bench.folder.read("users") == nil)
  }

  /// The file is looked at all the time, also between its change and the answer.
  @Test func whoeverChangesThePasswordStaysLoggedIn() async throws {
    let bench = try await DoorBench()
    let admin = try await bench.login("admin", "admin")
    let other = try await bench.login("admin", "admin", from: "10.0.0.2")
    let looking = Task { while !Task.isCancelled { await bench.office.refresh() } }
    for (old, new) in [("admin", "correct horse"), ("correct horse", "battery staple")] {
      let changed = try await admin.ask(
        .post, "/api/v1/session/password", "{\"old\":\"\(old)\",\"new\":\"\(new)\"}")
      #expect(changed.status == 200, "\(changed.text)")
      #expect(try await admin.ask(.get, "/api/v1/status").status == 200)
    }
    looking.cancel()
    await looking.value
    #expect(try await admin.ask(.get, "/api/v1/status").status == 200)
    #expect(try await other.ask(.get, "/api/v1/status").status == 401)
  }

  @Test func whoMayNotChangeThePasswordIsTold() async throws {
    let bench = try await DoorBench()
    let answer = try await bench.visit().ask(
      .post, "/api/v1/session/password", #"{"old":"web","new":"correct horse"}"#)
    #expect(answer.status == 403)
    #expect(answer.error == "web may not change the own password (CHANGE in the file users)")
  }

  @Test func attemptsAreSlowedAndNobodyIsLockedOut() async throws {
    let bench = try await DoorBench()
    for _ in 0..<3 {
      let answer = try await bench.tryLogin("admin", "x", from: "10.0.0.66")
      #expect(answer.status == 401 && answer.error == "user name or password are wrong")
    }
    let slowed = try await bench.tryLogin("admin", "admin", from: "10.0.0.66")
    #expect(slowed.status == 429 && slowed.headers[.retryAfter] == "1")
    #expect(slowed.error == "too many attempts; the next one from this address is possible in 1 s")
    _ = try await bench.login("admin", "admin", from: "10.0.0.1")
    bench.clock.advance(1)
    _ = try await bench.login("admin", "admin", from: "10.0.0.66")
  }

  @Test func aNameThatIsNotThereIsRefusedInTheSameWords() async throws {
    let bench = try await DoorBench()
    let answer = try await bench.tryLogin("nobody", "x")
    #expect(answer.status == 401 && answer.error == "user name or password are wrong")
  }

  @Test func aUserWhoMaySeeNothingIsRefused() async throws {
    let bench = try await DoorBench()
    let answer = try await bench.tryLogin("ftp", "ftp")
    #expect(answer.status == 403)
    #expect(answer.error == "ftp may see no tab of the web page (READ in the file users)")
  }

  @Test func whoLogsInIsNoVisitorAnyMore() async throws {
    let bench = try await DoorBench()
    let visitor = try await bench.visit()
    let answer = try await visitor.ask(
      .post, "/api/v1/session", #"{"user":"admin","password":"admin"}"#)
    #expect(answer.status == 200 && bench.office.sessionCounts == ["admin": 1])
  }

  /// A session is its user's: under another name it is nobody's, and what it held is free.
  @Test func aUserWhoIsRenamedHasToLogInAgain() async throws {
    let entry = "HASH=\(Self.adminHash)\nREAD=ALL\nWRITE=ALL\n"
    let bench = try await DoorBench(["users": "[boss]\n\(entry)\n[fitter]\n\(entry)"])
    let fitter = try await bench.login("fitter", "admin")
    #expect(try await fitter.ask(.post, "/api/v1/session/lock").status == 200)
    #expect(bench.office.lock(of: "").holder == "fitter")
    let events = bench.office.events(of: String(fitter.cookie.split(separator: "=")[1]))

    try bench.folder.write("[boss]\n\(entry)\n[installer]\n\(entry)", to: "users")
    await bench.office.refresh()
    #expect(bench.office.sessionCounts == [:])
    #expect(bench.office.lock(of: "") == LockView(isMine: false))
    var told: [SessionEvent] = []
    for await event in events { told.append(event) }
    #expect(told.last == .ended("you were logged out: this user can no longer log in"))
    let answer = try await fitter.ask(.get, "/api/v1/status")
    #expect(answer.status == 401 && answer.error == "nobody is logged in")
    let again = try await bench.login("installer", "admin")
    #expect(again.first.user == "installer" && bench.office.sessionCounts == ["installer": 1])

    // Whoever gets the old name later has nothing of the old session.
    try bench.folder.write("[boss]\n\(entry)\n[fitter]\n\(entry)", to: "users")
    await bench.office.refresh()
    #expect(try await fitter.ask(.get, "/api/v1/status").status == 401)
  }

  // MARK: - How long

  /// `WEBCOM_TIMEOUT=1` is allowed by the manuals.
  @Test(arguments: [
    ("", 60), ("WEBCOM_TIMEOUT=1\n", 10), ("WEBCOM_TIMEOUT=1000\n", 10),
    ("WEBCOM_TIMEOUT=9999\n", 10), ("WEBCOM_TIMEOUT=10001\n", 10), ("WEBCOM_TIMEOUT=30000\n", 30),
  ])
  func aSessionIsNeverTooShortToBeUsed(line: String, seconds: Int64) async throws {
    let settings = AccessSettings(Settings.read(INIDocument("[SOLVIMUS]\n\(line)")).settings)
    let bench = try await DoorBench(settings: settings)
    let browser = try await bench.visit()
    #expect(browser.first.timeoutSeconds == Int(seconds))
    // An open page that is used gives a sign of life in each third of it.
    for _ in 0..<9 {
      bench.clock.advance(seconds / 3)
      #expect(try await browser.ask(.post, "/api/v1/session/alive").status == 204)
    }
    bench.clock.advance(seconds - 1)
    #expect(try await browser.ask(.get, "/api/v1/status").status == 200)
    bench.clock.advance(seconds + 1)
    #expect(try await browser.ask(.get, "/api/v1/status").status == 401)
  }

  @Test func loggingOutEndsTheSession() async throws {
    let bench = try await DoorBench()
    let admin = try await bench.login("admin", "admin")
    let gone = try await admin.ask(.delete, "/api/v1/session")
    #expect(gone.status == 204 && gone.headers[.setCookie]?.contains("Max-Age=0") == true)
    #expect(try await admin.ask(.post, "/api/v1/session/alive").status == 401)
  }

  // MARK: - Time and the file of users

  @Test func silenceEndsTheSession() async throws {
    let bench = try await DoorBench()
    let admin = try await bench.login("admin", "admin")
    bench.clock.advance(59)
    #expect(try await admin.ask(.post, "/api/v1/session/alive").status == 204)
    bench.clock.advance(59)
    #expect(try await admin.ask(.post, "/api/v1/session/alive").status == 204)
    bench.clock.advance(60)
    #expect(try await admin.ask(.post, "/api/v1/session/alive").status == 401)
  }

  /// The own user's other session is told by its address; nobody else learns where somebody is.
  @Test func theLockTellsOfTheOwnOtherSession() async throws {
    let bench = try await DoorBench()
    let holder = try await bench.visit(from: "10.0.0.2")
    let other = try await bench.visit(from: "10.0.0.3")
    let admin = try await bench.login("admin", "admin", from: "10.0.0.4")
    #expect(try await holder.ask(.post, "/api/v1/session/lock").status == 200)
    func lock(_ browser: DoorBench.Browser) async throws -> LockView? {
      try await browser.ask(.get, "/api/v1/session").json(DoorBench.Session.self)?.lock
    }
    let own = try await lock(holder)
    #expect(own?.isMine == true && own?.from == nil)
    let seen = try await lock(other)
    #expect(seen?.isMine == false && seen?.holder == "web" && seen?.from == "10.0.0.2")
    let others = try await lock(admin)
    #expect(others?.holder == "web" && others?.from == nil)
  }

  @Test func theFileOfUsersIsFollowed() async throws {
    let bench = try await DoorBench()
    let visitor = try await bench.visit()
    var events = bench.office.events(
      of: visitor.cookie.split(separator: "=").last.map(String.init) ?? ""
    )
    .makeAsyncIterator()
    #expect(await events.next() == .lock(LockView(isMine: false)))
    try bench.folder.write(
      "[admin]\nHASH=\(Self.adminHash)\nREAD=ALL\nWRITE=ALL\n", to: "users")
    await bench.office.refresh()
    #expect(
      await events.next() == .ended("you were logged out: visitors have to log in from now on"))
    #expect(await events.next() == nil)
    #expect(try await visitor.ask(.get, "/api/v1/status").status == 401)
  }

  /// What is asked for each event.
  @Test func whatMayBeDoneIsAskedAnew() async throws {
    let bench = try await DoorBench()
    let visitor = try await bench.visit()
    let id = visitor.cookie.split(separator: "=").last.map(String.init) ?? ""
    var context = WebContext(
      source: .init(channel: NIOAsyncTestingChannel(), logger: Logger(label: "test")))
    context.session = bench.office.session(id, isAlive: false)?.session
    let now = bench.office.callerNow(context)
    #expect(now()?.name == "web" && now()?.right(.meter) == .write)
    try bench.folder.write(
      "[admin]\nHASH=\(Self.adminHash)\nREAD=ALL\nWRITE=ALL\n", to: "users")
    await bench.office.refresh()
    #expect(now() == nil)
  }

  @Test func aTokenThatIsMadeAnewIsAnotherOne() async throws {
    let bench = try await DoorBench([
      "users": "[admin]\nHASH=\(Self.adminHash)\nREAD=ALL\nWRITE=ALL\n"
    ])
    let admin = try await bench.login("admin", "admin")
    let body = #"{"name":"prometheus","rights":{"Meter":"read"}}"#
    #expect(try await admin.ask(.post, "/api/v1/tokens", body).status < 300)
    await bench.office.refresh()
    var context = WebContext(
      source: .init(channel: NIOAsyncTestingChannel(), logger: Logger(label: "test")))
    context.caller = Caller(name: "prometheus", rights: [:], isMachine: true)
    let now = bench.office.callerNow(context)
    #expect(now()?.right(.meter) == .read)
    #expect(try await admin.ask(.delete, "/api/v1/tokens/prometheus").status < 300)
    #expect(try await admin.ask(.post, "/api/v1/tokens", body).status < 300)
    await bench.office.refresh()
    #expect(now() == nil)
  }

  @Test func anotherPasswordEndsTheOtherSessionsOfTheUser() async throws {
    let bench = try await DoorBench()
    let (first, second) = (
      try await bench.login("admin", "admin"),
      try await bench.login("admin", "admin", from: "10.0.0.2")
    )
    let body = #"{"old":"admin","new":"correct horse"}"#
    #expect(try await first.ask(.post, "/api/v1/session/password", body).status == 200)
    #expect(try await second.ask(.post, "/api/v1/session/alive").status == 401)
    #expect(try await first.ask(.post, "/api/v1/session/alive").status == 204)
  }
}
