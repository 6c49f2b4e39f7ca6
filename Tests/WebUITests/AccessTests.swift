import FoundationEssentials
import Glibc
import Testing
import Time

@testable import WebUI

/// Who may come in: what several requests, and several readings of the files, do to each other.
@Suite struct AccessTests {
  private static let admin = "[admin]\nHASH=\(SessionAPITests.adminHash)\nREAD=ALL\nWRITE=ALL\n"
  private static let fitter =
    "[fitter]\nHASH=\(SessionAPITests.adminHash)\nREAD=ALL\nSESSIONS=1\n"

  // MARK: - Sessions

  /// A user who may be there once can log in again from the same browser.
  @Test func loggingInAgainTakesThePlaceOfTheSession() async throws {
    let bench = try await DoorBench(["users": Self.admin + Self.fitter])
    let fitter = try await bench.login("fitter", "admin")
    let again = try await fitter.ask(
      .post, "/api/v1/session", #"{"user":"fitter","password":"admin"}"#)
    #expect(again.status == 200, "\(again.text)")
    #expect(try await fitter.ask(.post, "/api/v1/session/alive").status == 401)
    let other = try await bench.tryLogin("fitter", "admin", from: "10.0.0.2")
    #expect(other.status == 403)
    #expect(
      other.error
        == "fitter is logged in once already, which is the most that is allowed (SESSIONS in the file users): log out "
        + "there, or wait until that session has ended")
    #expect(bench.office.sessionCounts == ["fitter": 1])
  }

  /// A wish that is sent in pieces says no length.
  @Test func theWishForTheLockMayComeInPieces() async throws {
    let bench = try await DoorBench([
      "users": Self.admin + "[boss]\nHASH=\(SessionAPITests.adminHash)\nREAD=ALL\nWRITE=ALL\n"
    ])
    let boss = try await bench.login("boss", "admin")
    let admin = try await bench.login("admin", "admin", from: "10.0.0.2")
    #expect(try await boss.ask(.post, "/api/v1/session/lock").status == 200)
    let taken = try await admin.ask(
      .post, "/api/v1/session/lock", #"{"take":true}"#,
      headers: ["Content-Length": "", "Transfer-Encoding": "chunked"])
    #expect(taken.status == 200, "\(taken.text)")
    #expect(bench.office.lock(of: "").holder == "admin")
  }

  // MARK: - Passwords

  @Test func aWrongOldPasswordIsLogged() async throws {
    let bench = try await DoorBench(["users": Self.admin])
    let admin = try await bench.login("admin", "admin")
    let answer = try await admin.ask(
      .post, "/api/v1/session/password", #"{"old":"wrong","new":"correct horse"}"#)
    #expect(answer.status == 422)
    #expect(
      bench.said.lines.last
        == "warning: another password for admin from 10.0.0.1 is refused: the old one is wrong")
  }

  /// Many addresses cannot try many passwords, and still lock nobody out where he has been before.
  @Test func manyAddressesAreSlowedTogether() async throws {
    let bench = try await DoorBench(["users": Self.admin])
    _ = try await bench.login("admin", "admin", from: "10.0.0.1")
    for number in 0..<20 {
      let answer = try await bench.tryLogin("admin", "x", from: "10.0.1.\(number)")
      #expect(answer.status == 401)
    }
    let slowed = try await bench.tryLogin("admin", "admin", from: "10.0.1.99")
    #expect(slowed.status == 429 && slowed.headers[.retryAfter] == "10")
    #expect(slowed.error == "too many attempts; the next one from this address is possible in 10 s")
    _ = try await bench.login("admin", "admin", from: "10.0.0.1")
    // A name that nobody has is refused in the same words, in the log, too.
    #expect(try await bench.tryLogin("nobody", "x", from: "10.0.2.1").status == 401)
    #expect(
      bench.said.lines.last
        == "warning: a login as nobody from 10.0.2.1 is refused: name or password are wrong")
  }

  // MARK: - The files

  /// What was read earlier and comes later does not count.
  @Test func anEarlierReadingDoesNotUndoALaterOne() async throws {
    let bench = try await DoorBench(["users": Self.admin + Self.fitter])
    let early = try #require(bench.office.read())
    try bench.folder.write(Self.admin, to: "users")
    let late = try #require(bench.office.read())
    bench.office.take(late)
    #expect(bench.office.users?.users.keys.sorted() == ["admin"])
    bench.office.take(early)
    #expect(bench.office.users?.users.keys.sorted() == ["admin"])
  }

  private func visit(_ bench: DoorBench) async throws -> Int {
    try await bench.ask(.get, "/api/v1/session").status
  }

  /// Programs that take a file away before they put another one there do not let everybody in meanwhile.
  @Test func aFileThatIsGoneForAMomentIsMissed() async throws {
    let bench = try await DoorBench(["users": Self.admin])
    for _ in 0..<2 {
      unlink(bench.folder["users"])
      await bench.office.refresh()
      await bench.office.refresh()
      #expect(try await visit(bench) == 401)
      try bench.folder.write(Self.admin, to: "users")
      await bench.office.refresh()
      bench.clock.advance(5)
    }
    unlink(bench.folder["users"])
    await bench.office.refresh()
    #expect(try await visit(bench) == 401)
    bench.clock.advance(1)
    await bench.office.refresh()
    #expect(try await visit(bench) == 200)
  }
}
