import FoundationEssentials
import PeerSupport
import Testing
import Users

@testable import WebUI

/// Who may log in, by the API.
@Suite struct UsersAPITests {
  private struct Users: Decodable {
    struct Entry: Decodable {
      var name: String
      var sessions: Int
      var maximumSessions: Int
      var rights: [String: String]
      var rightsInFile: [String: String]?
      var rightsReason: String?
      var isFixed: Bool?
      var hasDeliveredPassword: Bool?
      var mistakes: [String]?
    }
    var hash: String
    var users: [Entry]
  }

  private func users(_ bench: WebBench) async throws -> Users {
    let answer = await bench.ask(.get, "/api/v1/users")
    #expect(answer.status == 200)
    #expect(!answer.text.contains("$y$"))
    return try JSONDecoder().decode(Users.self, from: Data(answer.text.utf8))
  }

  private func put(_ bench: WebBench, _ edits: String) async throws -> WebBench.Answer {
    let hash = try await users(bench).hash
    return await bench.ask(.put, "/api/v1/users", "{\"hash\":\"\(hash)\",\"edits\":\(edits)}")
  }

  @Test func usersAreListedAddedChangedAndRemoved() async throws {
    let bench = try WebBench()
    let delivered = try await users(bench)
    #expect(delivered.users.map(\.name) == ["admin", "web", "ftp"])
    #expect(delivered.users.map(\.isFixed) == [true, nil, nil])
    #expect(delivered.users.map(\.hasDeliveredPassword) == [true, true, true])
    let added = try await put(
      bench,
      "[{\"name\":\"fitter\",\"add\":true,\"password\":\"long enough\",\"rights\":{\"Meter\":\"write\",\"Log\":\"read\"}}]"
    )
    #expect(added.status == 200)
    #expect(added.text.contains("\"news\":[\"fitter is added\"]"))
    let fitter = try #require(try await users(bench).users.last)
    #expect(fitter.name == "fitter")
    #expect(fitter.sessions == 2)
    #expect(fitter.rights["Meter"] == "write")
    #expect(fitter.rights["Log"] == "read")
    #expect(fitter.rights["User"] == "none")
    let list = UsersFile.load(bench.folder.path).file.list
    #expect(list.login(name: "fitter", password: "long enough") != .refused)
    _ = try await put(
      bench, "[{\"name\":\"fitter\",\"maximumSessions\":1,\"rights\":{\"Meter\":\"none\"}}]")
    let changed = try #require(try await users(bench).users.last)
    #expect(changed.maximumSessions == 1)
    #expect(changed.rights["Meter"] == "none")
    #expect(changed.rights["Log"] == "read")
    let removed = try await put(bench, "[{\"name\":\"fitter\",\"remove\":true}]")
    #expect(removed.text.contains("\"news\":[\"fitter is removed\"]"))
    #expect(try await users(bench).users.count == 3)
  }

  // MARK: - Rights that count

  /// Somebody has taken the device over: admin has a password of its own.
  private func takenOver() throws -> WebBench {
    let bench = try WebBench()
    let file = UsersFile.load(bench.folder.path).file
    var admin = try file.list.known("admin")
    admin.hash = PasswordHash.of("correct horse")
    _ = try file.saving(try file.list.setting(admin))
    return bench
  }

  private func web(_ bench: WebBench) async throws -> Users.Entry {
    try #require(try await users(bench).users.first { $0.name == "web" })
  }

  @Test func theRightsThatCountAreShownWithTheReason() async throws {
    let delivered = try await web(try WebBench())
    #expect(delivered.rights["Meter"] == "write")
    #expect(delivered.rightsInFile == nil && delivered.rightsReason == nil)
    let bench = try takenOver()
    let web = try await web(bench)
    #expect(web.rights["Meter"] == "read" && web.rights["User"] == "none")
    #expect(web.rightsInFile?["Meter"] == "write" && web.rightsInFile?["User"] == "none")
    #expect(
      web.rightsReason
        == "web only reads, since admin has another password than that of delivery; rights that it is given from now "
        + "on count")
    let others = try await users(bench).users.filter { $0.name != "web" }
    #expect(others.allSatisfy { $0.rightsReason == nil && $0.rightsInFile == nil })
  }

  /// A change begins with what is shown: one right is given, and no other comes with it.
  @Test func aRightThatIsGivenCounts() async throws {
    let bench = try takenOver()
    let answer = try await put(bench, "[{\"name\":\"web\",\"rights\":{\"Meter\":\"write\"}}]")
    #expect(answer.status == 200, "\(answer.text)")
    let web = try await web(bench)
    #expect(web.rights["Meter"] == "write" && web.rights["General"] == "read")
    #expect(web.rightsReason == nil && web.rightsInFile == nil)
    #expect(WebUsers(UsersFile.load(bench.folder.path).file.list).visitor?.right(.meter) == .write)
  }

  @Test func anotherChangeGivesNoRights() async throws {
    let bench = try takenOver()
    #expect(try await put(bench, "[{\"name\":\"web\",\"maximumSessions\":3}]").status == 200)
    let web = try await web(bench)
    #expect(web.maximumSessions == 3 && web.rights["Meter"] == "read")
    #expect(!web.rights.values.contains("write"))
  }

  @Test func exactlyTheRightsOfDeliveryCannotBeGivenBack() async throws {
    let bench = try takenOver()
    let tabs = User.Tab.allCases.filter { $0 != .user }
    let all = tabs.map { "\"\($0.rawValue)\":\"write\"" }.joined(separator: ",")
    let answer = try await put(bench, "[{\"name\":\"web\",\"rights\":{\(all)}}]")
    #expect(answer.status == 422)
    #expect(
      answer.text
        == "{\"error\":\"web: these are the rights that it is delivered with, and with exactly these it only reads; "
        + "leave out one of them, or give another one beside them; nothing is changed\"}")
    let more = try await put(bench, "[{\"name\":\"web\",\"rights\":{\(all),\"User\":\"read\"}}]")
    #expect(more.status == 200)
    #expect(try await web(bench).rights["Meter"] == "write")
  }

  @Test func passwordsMatchWhatIsAskedOfThem() async throws {
    let bench = try WebBench(settings: "[SOLVIMUS]\nWEBCOM_PASSWORDPATTERN=[0-9]\n")
    let refused = try await put(
      bench, "[{\"name\":\"fitter\",\"add\":true,\"password\":\"long enough\"}]")
    #expect(refused.status == 422)
    #expect(
      refused.text
        == "{\"error\":\"fitter: the password does not match what is asked of new ones here "
        + "(WEBCOM_PASSWORDPATTERN = [0-9]); nothing is changed\"}")
    let taken = try await put(
      bench, "[{\"name\":\"fitter\",\"add\":true,\"password\":\"long enough 1\"}]")
    #expect(taken.status == 200)
  }

  @Test(arguments: [
    (
      "[{\"name\":\"admin\",\"remove\":true}]",
      "admin cannot be changed or removed here; the password is changed by admin, who is logged in, with Change "
        + "password; nothing is changed"
    ),
    (
      "[{\"name\":\"fitter\",\"add\":true}]",
      "fitter needs a password (\\\"password\\\"); nothing is changed"
    ),
    (
      "[{\"name\":\"fitter\",\"add\":true,\"password\":\"short\"}]",
      "fitter: the password has 5 characters; at least 8 are needed; nothing is changed"
    ),
    (
      "[{\"name\":\"web\",\"rights\":{\"Metre\":\"read\"}}]",
      "web: there is no tab Metre: there are General, Meter, Output, Configuration, WAN, Server, Security, User, Log, "
        + "Service; nothing is changed"
    ),
    (
      "[{\"name\":\"web\",\"rights\":{\"Meter\":\"all\"}}]",
      "web: Meter = 'all': not allowed; allowed: none, read or write; nothing is changed"
    ),
    (
      "[{\"name\":\"web\",\"maximumSessions\":0}]",
      "maximumSessions = '0': not allowed; allowed: 1 to 1000, -1 for any number; nothing is changed"
    ),
    (
      "[{\"name\":\"wbe\",\"ftp\":true}]",
      "there is no user wbe; nothing is changed"
    ),
  ])
  func whatIsRefused(edits: String, why: String) async throws {
    let bench = try WebBench()
    let answer = try await put(bench, edits)
    #expect(answer.status == 422)
    #expect(answer.text == "{\"error\":\"\(why)\"}")
    #expect(bench.folder.read("users") == nil)
  }

  @Test(arguments: [
    (#"{"name":"fitter","add":true,"password":"a long one"}"#, 200),
    (#"{"name":"Hans Müller","add":true,"password":"a long one"}"#, 422),
    (#"{"name":"fitter","add":true,"password":"kurz"}"#, 422),
  ])
  func whatIsPossibleIsSaidBeforeAnythingIsDone(edit: String, status: Int) async throws {
    let bench = try WebBench()
    let hash = try await users(bench).hash
    let answer = await bench.ask(
      .put, "/api/v1/users?dryRun=1", "{\"hash\":\"\(hash)\",\"edits\":[\(edit)]}")
    #expect(answer.status == status, "\(answer.text)")
    #expect(bench.folder.read("users") == nil)
  }

  @Test func anotherFileMeanwhileIsAConflict() async throws {
    let bench = try WebBench()
    let answer = await bench.ask(.put, "/api/v1/users", "{\"hash\":\"x\",\"edits\":[]}")
    #expect(answer.status == 409)
    #expect(answer.text.contains("\"hash\":\"none\""))
  }

  @Test func whoMayNotSeeUsersDoesNot() async throws {
    let bench = try WebBench()
    bench.be(Caller(name: "web", rights: [.general: .write]))
    #expect(
      await bench.ask(.get, "/api/v1/users").text
        == "{\"error\":\"web may not see the tab User\"}")
    bench.be(Caller(name: "web", rights: [.user: .read]))
    #expect(
      await bench.ask(.put, "/api/v1/users", "{\"hash\":\"x\",\"edits\":[]}").text
        == "{\"error\":\"web may not change what is on the tab User\"}")
  }
}
