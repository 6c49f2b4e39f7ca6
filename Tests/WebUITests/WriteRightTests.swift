import Testing

@testable import WebUI

/// Who takes the right to write, and with what.
@Suite struct WriteRightTests {
  private func bench() async throws -> DoorBench {
    let hash = SessionAPITests.adminHash
    return try await DoorBench([
      "users": "[admin]\nHASH=\(hash)\nREAD=ALL\nWRITE=ALL\n"
        + "[fitter]\nHASH=\(hash)\nREAD=ALL\nWRITE=Meter\n", "chip.ini": "[SOLVIMUS]\n",
    ])
  }

  /// What is not there, what must not be done and what only looks takes it from nobody.
  @Test func onlyAChangeTakesIt() async throws {
    let bench = try await bench()
    let fitter = try await bench.login("fitter", "admin")
    for (path, body, status) in [
      ("nothing", "{}", 404), ("service/restart", "", 403), ("outputs/1/1", "{\"on\":true}", 403),
      ("settings", "{}", 404), ("telegram", "{\"hex\":\"E5\"}", 200),
      ("settings/check", "{\"changes\":{\"DEVICE.NAME\":\"x\"}}", 403),
    ] {
      let answer = try await fitter.ask(.post, "/api/v1/\(path)", body)
      #expect(
        answer.status == status || (status == 404 && answer.status == 405),
        "\(path): \(answer.text)")
      #expect(bench.office.lock(of: "").holder == nil, "\(path)")
    }
    #expect(try await fitter.ask(.post, "/api/v1/scan").status == 200)
    #expect(bench.office.lock(of: "").holder == "fitter")
  }

  /// `dryRun=1` means something with the two imports and the users only.
  @Test func aTryNeedsItNot() async throws {
    let bench = try await bench()
    let fitter = try await bench.login("fitter", "admin")
    let admin = try await bench.login("admin", "admin", from: "10.0.0.2")
    #expect(try await fitter.ask(.post, "/api/v1/scan").status == 200)
    let table = try await admin.ask(
      .post, "/api/v1/meters/import?dryRun=1", "Serial;Label\n12345678;x\n")
    #expect(table.status == 200, "\(table.text)")
    let archive = try await admin.ask(.post, "/api/v1/config/import?dryRun=1", "rubbish")
    #expect(archive.status == 422, "\(archive.text)")
    for path in ["meters/import", "meters/import?dryRun=0", "config/import"] {
      let answer = try await admin.ask(.post, "/api/v1/\(path)", "x")
      #expect(answer.status == 423 && answer.failure?.holder == "fitter", "\(path)")
    }
    // An address that does not know the word says so.
    let wish = #"{"name":"a","rights":{}}"#
    let token = try await admin.ask(.post, "/api/v1/tokens?dryRun=1", wish)
    #expect(token.status == 400, "\(token.text)")
    #expect(bench.folder.read("keys/tokens") == nil)
  }

  @Test(arguments: [
    ("dryrun=1", "\"dryrun\" is not known behind the ? of this address; allowed is dryRun"),
    ("DryRun=1", "\"DryRun\" is not known behind the ? of this address; allowed is dryRun"),
    ("dryRun=true", "dryRun=true is not allowed: 0 or 1"),
    ("dryRun", "dryRun= is not allowed: 0 or 1"),
    ("dryRun=1&dryRun=0", "\"dryRun\" stands twice behind the ? of this address"),
  ])
  func aMistypedTryDoesNothing(query: String, why: String) async throws {
    let bench = try await bench()
    let admin = try await bench.login("admin", "admin")
    let made = try await admin.ask(
      .post, "/api/v1/tokens", #"{"name":"a","rights":{"Meter":"write"}}"#)
    let token = try #require(made.json([String: String].self)?["token"])
    #expect(try await admin.ask(.delete, "/api/v1/session/lock").status == 204)
    let table = "Serial;Label\n12345678;x\n"
    let path = "/api/v1/meters/import?\(query)"
    for answer in [
      try await admin.ask(.post, path, table),
      try await bench.ask(.post, path, table, headers: ["Authorization": "Bearer \(token)"]),
    ] {
      #expect(answer.status == 400)
      #expect(answer.error == why)
    }
    #expect(bench.office.lock(of: "").holder == nil)
    #expect(bench.folder.read("Device_Handle.cfg") == nil)
  }
}
