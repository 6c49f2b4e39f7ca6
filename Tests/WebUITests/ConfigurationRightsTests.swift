import Control
import Foundation
import PeerSupport
import Settings
import Testing
import Users

@testable import WebUI

/// What somebody may bring and take by an archive is what the tabs allow.
@Suite struct ConfigurationRightsTests {
  private struct Failure: Decodable { var error: String }

  private func error(_ answer: ServiceBench.Answer) throws -> String {
    try answer.json(Failure.self).error
  }

  /// The archive of a device with such a chip.ini, and files in keys.
  private func archive(
    _ settings: String = "[SOLVIMUS]\n", keys: [String: String] = [:], query: String = ""
  ) async throws -> [UInt8] {
    let bench = try ServiceBench(files: ["chip.ini": settings])
    try write(keys, bench)
    let answer = try await bench.get("/api/v1/config/export\(query)")
    #expect(answer.status == 200, "\(answer.text)")
    return answer.bytes
  }

  private func write(_ keys: [String: String], _ bench: ServiceBench) throws {
    guard !keys.isEmpty else { return }
    try FileManager.default.createDirectory(
      atPath: bench.folder["keys"], withIntermediateDirectories: false)
    for (name, text) in keys { try bench.folder.write(text, to: "keys/\(name)") }
  }

  private func bring(
    _ bytes: [UInt8], _ bench: ServiceBench, _ query: String = "",
    _ caller: Caller = ServiceBench.caller()
  ) async throws -> ServiceBench.Answer {
    try await bench.ask(.post, "/api/v1/config/import\(query)", bytes, caller)
  }

  // MARK: - Tokens

  /// A token gives rights as a user does: whoever may change certificates must not bring one.
  @Test func tokensAreBroughtByWhoMayChangeUsers() async throws {
    let keys = ["tokens": "[evil]\nSHA256=00\n", "other": "theirs\n"]
    let archive = try await archive(keys: keys)
    let bench = try ServiceBench()
    try write(["tokens": "[mine]\n"], bench)
    let caller = ServiceBench.caller(without: [.user: .read])
    let taken = try await bring(archive, bench, "?parts=certificates", caller)
    #expect(taken.status == 200, "\(taken.text)")
    #expect(bench.folder.read("keys/other") == "theirs\n")
    #expect(bench.folder.read("keys/tokens") == "[mine]\n")
    for query in ["?parts=users", "?parts=certificates,users", ""] {
      let refused = try await bring(archive, bench, query, caller)
      #expect(refused.status == 403)
      #expect(try error(refused) == "fitter may not change what is on the tab User")
    }
    #expect(try await bring(archive, bench, "?parts=users").status == 200)
    #expect(bench.folder.read("keys/tokens") == "[evil]\nSHA256=00\n")
  }

  @Test func tokensAreResetByWhoMayChangeUsers() async throws {
    let bench = try ServiceBench()
    try write(["tokens": "[mine]\n", "http_host_ca": "theirs\n"], bench)
    try FileManager.default.createDirectory(
      atPath: bench.folder["shipped"], withIntermediateDirectories: true)
    let kept = #"{"confirm":"Boiler house 3","keep":["device","network","name","meters","users"]}"#
    let done = try await bench.post(
      "/api/v1/service/reset", kept, ServiceBench.caller(without: [.user: .read]))
    #expect(done.status == 202, "\(done.text)")
    #expect(bench.folder.read("keys/http_host_ca") == nil)
    #expect(bench.folder.read("keys/tokens") == "[mine]\n")
  }

  // MARK: - Tabs

  /// An archive has the secrets of all tabs in it.
  @Test func anExportNeedsTheTabsOfItsSettings() async throws {
    let bench = try ServiceBench(files: [
      "chip.ini": "[SOLVIMUS]\nMETER_TIME=300\nWAN_PASSWORD=geheim\n"
    ])
    let caller = ServiceBench.caller(without: [.wan: .read])
    let refused = try await bench.get("/api/v1/config/export?parts=device", caller)
    #expect(refused.status == 403)
    #expect(try error(refused) == "fitter may not change what is on the tab WAN")
    #expect(try await bench.get("/api/v1/config/export?parts=meters", caller).status == 200)
    #expect(try await bench.get("/api/v1/config/export?parts=device").status == 200)
  }

  @Test func anImportNeedsTheTabsOfWhatItChanges() async throws {
    let archive = try await archive("[SOLVIMUS]\nMETER_TIME=60\nWAN_APN=theirs\n")
    let before = "[SOLVIMUS]\nMETER_TIME=300\nWAN_APN=ours\n"
    let bench = try ServiceBench(files: ["chip.ini": before])
    let caller = ServiceBench.caller(without: [.wan: .read])
    // A try would tell what the settings are.
    for query in ["?parts=device", "?parts=device&dryRun=1"] {
      let refused = try await bring(archive, bench, query, caller)
      #expect(refused.status == 403)
      #expect(try error(refused) == "fitter may not change what is on the tab WAN")
    }
    #expect(bench.folder.read("chip.ini") == before)
    // What stays as it is needs nothing.
    let same = try ServiceBench(files: ["chip.ini": "[SOLVIMUS]\nWAN_APN=theirs\n"])
    #expect(try await bring(archive, same, "?parts=device", caller).status == 200)
    #expect(same.folder.read("chip.ini")?.contains("METER_TIME=60") == true)
  }

  @Test func aResetNeedsTheTabsOfWhatItChanges() async throws {
    let before = "[SOLVIMUS]\nWAN_APN=ours\n[DEVICE]\nNAME=Boiler house 3\n"
    let bench = try ServiceBench(files: ["chip.ini": before])
    try FileManager.default.createDirectory(
      atPath: bench.folder["shipped"], withIntermediateDirectories: true)
    let refused = try await bench.post(
      "/api/v1/service/reset", #"{"confirm":"Boiler house 3"}"#,
      ServiceBench.caller(without: [.wan: .read]))
    #expect(refused.status == 403, "\(refused.text)")
    #expect(try error(refused) == "fitter may not change what is on the tab WAN")
    #expect(bench.folder.read("chip.ini") == before && bench.restarts.count == 0)
  }

  /// Of a number with switches only those count that are otherwise.
  @Test func aSwitchHasATabOfItsOwn() throws {
    func settings(_ text: String) -> Settings {
      Settings.read(INIDocument(Array("[SOLVIMUS]\n\(text)\n".utf8))).settings
    }
    let row = try #require(SettingsTable.rows.first { $0.bits.count > 1 && $0.field == nil })
    let bit = try #require(row.bits.last)
    let key = row.key(in: .solvimus)
    #expect(
      SettingsTabs.changed(from: settings("\(key)=0"), to: settings("\(key)=\(bit.value)"))
        == [bit.field.tab])
    #expect(SettingsTabs.changed(from: settings(""), to: settings("")).isEmpty)
  }

  // MARK: - The ways to the page

  private static let noWay =
    "HTTP_ENABLE = 0 and HTTPS_ENABLE = 0 leave no way to the web page and its API; allowed: one of them 1; nothing "
    + "is changed"

  @Test func anImportLeavesAWayToThePage() async throws {
    let none = try await archive("[SOLVIMUS]\n[WEB]\nHTTP_ENABLE=0\nHTTPS_ENABLE=0\n")
    let before = "[SOLVIMUS]\n[WEB]\nHTTP_ENABLE=1\nHTTPS_ENABLE=0\n"
    let bench = try ServiceBench(files: ["chip.ini": before])
    for query in ["", "?dryRun=1"] {
      let refused = try await bring(none, bench, query)
      #expect(refused.status == 422)
      #expect(try error(refused) == Self.noWay)
    }
    #expect(bench.folder.read("chip.ini") == before)
    // Programs are bound by the other way, as everybody is.
    let other = try await archive("[SOLVIMUS]\n[WEB]\nHTTP_ENABLE=0\nHTTPS_ENABLE=1\n")
    let both = try ServiceBench(files: [
      "chip.ini": "[SOLVIMUS]\n[WEB]\nHTTP_ENABLE=1\nHTTPS_ENABLE=1\n"
    ])
    var robot = ServiceBench.caller()
    robot.isMachine = true
    #expect(try await bring(other, both, "", robot).status == 422)
    robot.isSecure = true
    #expect(try await bring(other, both, "", robot).status == 200)
  }

  /// What the fields of the page refuse is refused in a file, too.
  @Test(arguments: [
    (
      "HTTP_ENABLE=0\nHTTPS_ENABLE=1", false,
      "[WEB] HTTP_ENABLE = 0: HTTP can be switched over HTTPS only: open the page by https"
    ),
    (
      "HTTPS_ENABLE=0", true,
      "[WEB] HTTPS_ENABLE = 0: HTTPS can be switched over HTTP only: open the page by http"
    ),
    (
      "HTTP_PORT=0", false,
      "[WEB] HTTP_PORT = 0: a port that the system chooses could not be found again from here: 1 to 65535; the file may "
        + "have 0"
    ),
    (
      "IP=127.0.0.1", false,
      "[WEB] IP = 127.0.0.1: 127.0.0.1 is reached on the gateway itself only: the page could not be reached any more"
    ),
  ])
  func anImportIsBoundAsTheFieldsAre(lines: String, isSecure: Bool, why: String) async throws {
    let archive = try await archive("[SOLVIMUS]\n[WEB]\n\(lines)\n")
    let before = "[SOLVIMUS]\n[WEB]\nHTTP_ENABLE=1\nHTTPS_ENABLE=1\n"
    let bench = try ServiceBench(files: ["chip.ini": before])
    var caller = ServiceBench.caller()
    caller.isSecure = isSecure
    for query in ["", "?dryRun=1"] {
      let refused = try await bring(archive, bench, query, caller)
      #expect(refused.status == 422, "\(refused.text)")
      #expect(
        try error(refused)
          == why + "; it is in the part device, which can be left out; nothing is changed")
    }
    #expect(bench.folder.read("chip.ini") == before)
    #expect(try await bring(archive, bench, "?parts=name", caller).status == 200)
    // What stays as it is needs no way.
    let same = try ServiceBench(files: ["chip.ini": "[SOLVIMUS]\n[WEB]\n\(lines)\n"])
    #expect(try await bring(archive, same, "", caller).status == 200)
  }

  /// 192.0.2.1 is in no network (RFC 5737).
  @Test func anImportNamesAnAddressThatThisMachineHas() async throws {
    let archive = try await archive("[SOLVIMUS]\n[WEB]\nIP=192.0.2.1\n")
    let refused = try await bring(archive, try ServiceBench())
    #expect(refused.status == 422)
    #expect(
      try error(refused).hasPrefix(
        "[WEB] IP = 192.0.2.1: this machine does not have the address 192.0.2.1; it has "))
  }

  /// By HTTPS nobody brings authorities that could lock everybody out; what an archive leaves as it is may stay.
  @Test(.enabled(if: TestCertificates.isPossible)) func anImportLocksNobodyOut() async throws {
    let certificates = try await TestCertificates()
    let pem = try #require(certificates.folder.read("ca.pem"))
    let archive = try await archive(keys: ["http_host_ca": pem])
    let bench = try ServiceBench()
    var caller = ServiceBench.caller()
    caller.isSecure = true
    for isMachine in [false, true] {
      caller.isMachine = isMachine
      let refused = try await bring(archive, bench, "", caller)
      #expect(refused.status == 422, "\(refused.text)")
      #expect(try error(refused) == CertificatesAPITests.refusal)
    }
    #expect(bench.folder.read("keys/http_host_ca") == nil)
    #expect(try await bring(archive, bench).status == 200)
    #expect(bench.folder.read("keys/http_host_ca") == pem)
    #expect(try await bring(archive, bench, "", caller).status == 200)
  }

  /// By HTTPS nobody brings a certificate with which it would be gone.
  @Test(.enabled(if: TestCertificates.isPossible)) func anImportLeavesHTTPS() async throws {
    let certificates = try await TestCertificates()
    let read = { (name: String) in try #require(certificates.folder.read(name)) }
    let (pem, key) = (try read("server.pem"), try read("server.key"))
    let bench = try ServiceBench()
    try write(["http_host_cert": pem, "http_host_key": key], bench)
    var caller = ServiceBench.caller()
    caller.isSecure = true
    for theirs in ["rubbish", try read("ca.pem")] {
      let archive = try await archive(keys: ["http_host_cert": theirs])
      let refused = try await bring(archive, bench, "", caller)
      #expect(refused.status == 422, "\(refused.text)")
      #expect(
        try error(refused).hasSuffix(
          ": HTTPS, by which this comes, would not be served any more; it is in the part certificates, which can be left "
            + "out; nothing is changed"))
      #expect(bench.folder.read("keys/http_host_cert") == pem)
    }
    let whole = try await archive(keys: ["http_host_cert": pem, "http_host_key": key])
    let empty = try ServiceBench()
    let taken = try await bring(whole, empty, "", caller)
    #expect(taken.status == 200, "\(taken.text)")
    #expect(empty.folder.read("keys/http_host_key") == key)
  }

  /// What is refused when it is brought alone is refused in an archive, in both ways; what stays as it is may stay.
  @Test(
    .enabled(if: TestCertificates.isPossible),
    arguments: [(true, false), (true, true), (false, false), (false, true)])
  func anImportBringsOnlyWhatAnUploadMay(isPair: Bool, isSecure: Bool) async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("short", key: "rsa:1024")
    let read = { (name: String) in try #require(certificates.folder.read(name)) }
    let keys =
      isPair
      ? ["http_host_cert": try read("short.pem"), "http_host_key": try read("short.key")]
      : ["http_host_ca": try read("server.pem")]
    let why =
      isPair
      ? "the certificate of O=Plant, CN=short has an RSA key of 1024 bits; today's clients refuse those of fewer than "
        + "2048"
      : "the certificate of O=Plant, CN=server is that of no authority, since its basicConstraints do not say CA:TRUE; "
        + "it vouches for no certificates of clients"
    let bench = try ServiceBench()
    var caller = ServiceBench.caller()
    caller.isSecure = isSecure
    let archive = try await archive(keys: keys)
    for query in ["", "?dryRun=1"] {
      let refused = try await bring(archive, bench, query, caller)
      #expect(refused.status == 422, "\(refused.text)")
      #expect(
        try error(refused).hasSuffix(
          "\(why); it is in the part certificates, which can be left out; nothing is changed"))
    }
    for name in keys.keys { #expect(bench.folder.read("keys/\(name)") == nil) }
    try write(keys, bench)
    #expect(try await bring(archive, bench, "", caller).status == 200)
  }

  private struct Shown: Decodable { var hash: String }

  private func put(_ bench: WebBench, _ changes: String) async throws -> WebBench.Answer {
    let shown = await bench.ask(.get, "/api/v1/settings?tab=General").text
    let hash = try JSONDecoder().decode(Shown.self, from: Data(shown.utf8)).hash
    return await bench.ask(
      .put, "/api/v1/settings", "{\"hash\":\"\(hash)\",\"changes\":\(changes)}")
  }

  @Test func aProgramLeavesAWayToThePage() async throws {
    let before = "[SOLVIMUS]\n[WEB]\nHTTP_ENABLE=1\nHTTPS_ENABLE=1\n"
    let bench = try WebBench(settings: before)
    var caller = WebBench.administrator
    caller.isMachine = true
    bench.be(caller)
    let refused = { (changes: String, field: String, why: String) in
      let answer = try await put(bench, changes)
      #expect(answer.status == 422)
      #expect(
        answer.text
          == "{\"error\":\"something of it is not allowed; nothing is saved\",\"problems\":[{\"field\":\"\(field)\","
          + "\"message\":\"\(why)\",\"severity\":\"error\"}]}")
    }
    try await refused(
      "{\"WEB.HTTP_ENABLE\":\"0\"}", "WEB.HTTP_ENABLE",
      "HTTP can be switched over HTTPS only: open the page by https")
    try await refused(
      "{\"WEB.IP\":\"127.0.0.1\"}", "WEB.IP",
      "127.0.0.1 is reached on the gateway itself only: the page could not be reached any more")
    try await refused(
      "{\"WEB.HTTP_PORT\":\"0\"}", "WEB.HTTP_PORT",
      "a port that the system chooses could not be found again from here: 1 to 65535; the file may have 0"
    )
    #expect(
      try await put(bench, "{\"WEB.IP\":\"192.0.2.1\"}").text.contains(
        "this machine does not have the address 192.0.2.1; it has 127.0.0.1"))
    #expect(bench.folder.read("chip.ini") == before)
    caller.isSecure = true
    bench.be(caller)
    try await refused(
      "{\"WEB.HTTPS_ENABLE\":\"0\"}", "WEB.HTTPS_ENABLE",
      "HTTPS can be switched over HTTP only: open the page by http")
    #expect(try await put(bench, "{\"WEB.HTTP_ENABLE\":\"0\"}").status == 200)
    // Who has come by HTTP before that, and asks only now.
    caller.isSecure = false
    bench.be(caller)
    try await refused("{\"WEB.HTTPS_ENABLE\":\"0\"}", "WEB.HTTPS_ENABLE", Self.noWay)
  }
}
