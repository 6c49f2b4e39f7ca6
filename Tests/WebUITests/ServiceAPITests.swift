import ConfigurationArchive
import Control
import Foundation
import HTTPTypes
import PeerSupport
import Testing
import Users

@testable import WebUI

/// The tab Service.
@Suite struct ServiceAPITests {
  private struct Failure: Decodable {
    var error: String
    var problems: [Problem]?
  }

  private struct Outcome: Decodable {
    var parts: [String]
    var news: [String]
    var notes: [String]?
    var problems: [Problem]?
  }

  @Test func whatTheDeviceIs() async throws {
    let bench = try ServiceBench()
    let facts = try await bench.get("/api/v1/service").json(ServiceFacts.self)
    #expect(facts.version == "0.1.0" && facts.folder == bench.folder.path)
    #expect(facts.os.contains("Linux"))
    let memory = try #require(facts.hardware.firstMatch(of: /([1-9][0-9.]*) [MG]iB$/))
    #expect(Double(memory.1) != nil, "\(facts.hardware)")
    #expect(facts.freeFlash > 0)
    #expect(facts.licences.contains { $0.name == "swift-nio" && $0.licence == "Apache-2.0" })
  }

  @Test(arguments: [
    (Int64(25_019_600_896), "23 GiB"), (2_013_265_920, "1.9 GiB"), (1 << 30, "1 GiB"),
    (16 << 30, "16 GiB"), (512 << 20, "512 MiB"),
  ])
  func memoryIsToldInAUnitThatFits(bytes: Int64, text: String) {
    #expect(ServiceFacts.memory(bytes) == text)
    #expect(ServiceFacts.memory(-1) == nil)
  }

  /// What is linked into the program is in the table, by what the linker was given.
  @Test func eachPackageThatIsLinkedIsNamed() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let list = root.appending(path: ".build/debug/metergate.product/Objects.LinkFileList")
    let objects = try String(contentsOf: list, encoding: .utf8)
    let modules = Set(objects.matches(of: /\/([A-Za-z0-9_]+)\.build\//).map { String($0.1) })
    #expect(modules.contains("NIOCore"))
    let checkouts = root.appending(path: ".build/checkouts")
    let manager = FileManager.default
    var linked: Set<String> = []
    for package in try manager.contentsOfDirectory(atPath: checkouts.path) {
      let sources = checkouts.appending(path: "\(package)/Sources").path
      let names = (try? manager.contentsOfDirectory(atPath: sources)) ?? []
      if !modules.isDisjoint(with: names) { linked.insert(package) }
    }
    let named = Set(Licence.packages.map(\.name))
    #expect(linked.subtracting(named).isEmpty, "they are linked, and not named")
    #expect(named.subtracting(linked).isEmpty, "they are named, and not linked")
  }

  /// As "metergate apply" does, without a restart.
  @Test func whatIsOnTheDiskCanBeApplied() async throws {
    let bench = try ServiceBench()
    let answer = try await bench.post("/api/v1/service/apply", "")
    #expect(answer.status == 200 && answer.text == #"{"news":["the files are read"]}"#)
    #expect(bench.gateway.wishes == ["reload"] && bench.restarts.count == 0)
  }

  @Test func restartComesBehindTheAnswer() async throws {
    let bench = try ServiceBench()
    let answer = try await bench.post("/api/v1/service/restart", "")
    #expect(answer.status == 202 && answer.text == #"{"news":["the gateway restarts"]}"#)
    #expect(bench.restarts.count == 1)
  }

  /// Whoever closes the connection before the answer has gone out does not keep the gateway from it.
  @Test func restartNeedsNobodyToTakeTheAnswer() async throws {
    let bench = try ServiceBench()
    let response = try await bench.respond(
      .post, "/api/v1/service/restart", [], ServiceBench.caller())
    #expect(response.status == .accepted && bench.restarts.count == 0)
    for await _ in bench.restarting { break }
    #expect(bench.restarts.count == 1)
  }

  @Test func whoMayOnlySeeChangesNothing() async throws {
    let bench = try ServiceBench()
    let reader = ServiceBench.caller(without: [.service: .read])
    for path in ["service/apply", "service/restart", "service/reset", "config/import"] {
      let answer = try await bench.post("/api/v1/\(path)", "{}", reader)
      #expect(answer.status == 403)
      #expect(
        try answer.json(Failure.self).error == "fitter may not change what is on the tab Service")
    }
    #expect(try await bench.get("/api/v1/config/export", reader).status == 403)
    #expect(bench.restarts.count == 0)
  }

  // MARK: Export and import

  @Test func anExportComesBackByImport() async throws {
    let bench = try ServiceBench(files: ["Device_Handle.cfg": "<root/>\n"])
    let export = try await bench.get("/api/v1/config/export?parts=device,name")
    #expect(export.status == 200 && export.headers[.contentType] == "application/gzip")
    let disposition = try #require(export.headers[.contentDisposition])
    #expect(disposition.hasPrefix("attachment; filename=\"boiler-house-3-2"))
    try bench.folder.write("[SOLVIMUS]\nMETER_TIME=900\n[DEVICE]\nNAME=Other\n", to: "chip.ini")

    let dry = try await bench.ask(
      .post, "/api/v1/config/import?dryRun=1", export.bytes, ServiceBench.caller())
    #expect(dry.status == 200, "\(dry.text)")
    #expect(try dry.json(Outcome.self).news.contains("chip.ini is changed"))
    #expect(try dry.json(Outcome.self).parts == ["device", "name"])
    #expect(bench.folder.read("chip.ini")?.contains("METER_TIME=900") == true)

    let done = try await bench.ask(
      .post, "/api/v1/config/import", export.bytes, ServiceBench.caller())
    #expect(done.status == 200, "\(done.text)")
    let news = try done.json(Outcome.self).news
    #expect(news.first == "chip.ini is changed")
    #expect(bench.folder.read("chip.ini")?.contains("METER_TIME=300") == true)
    #expect(bench.gateway.wishes == ["save", "save", "save", "reload"])
    let history = ConfigurationHistory(
      folder: bench.folder.path, origin: bench.environment.origin)
    let newest = try #require(try history.entries().first?.manifest)
    #expect(newest.cause == .import && newest.user == "fitter")
  }

  @Test func whatCannotBeImportedIsSaid() async throws {
    let bench = try ServiceBench()
    let answer = try await bench.post("/api/v1/config/import", "rubbish")
    #expect(answer.status == 422)
    #expect(
      try answer.json(Failure.self).error
        == "the file is neither a tar.gz archive nor a JSON backup of a configuration; a single file such as "
        + "chip.ini is imported as an archive: tar czf new.tar.gz chip.ini")
    let parts = try await bench.get("/api/v1/config/export?parts=device,all")
    #expect(parts.status == 400)
    #expect(
      try parts.json(Failure.self).error
        == "there is no part all: there are certificates, device, network, name, meters, users")
  }

  @Test func wrongValuesAreNamed() async throws {
    let bench = try ServiceBench()
    let export = try await bench.get("/api/v1/config/export?parts=device")
    // The same archive of a folder with a mistake.
    let other = try ServiceBench(files: ["chip.ini": "[SOLVIMUS]\nMETER_TIME=soon\n"])
    let wrong = try await other.get("/api/v1/config/export?parts=device")
    #expect(export.status == 200 && wrong.status == 200)
    let answer = try await bench.ask(
      .post, "/api/v1/config/import", wrong.bytes, ServiceBench.caller())
    #expect(answer.status == 422)
    let failure = try answer.json(Failure.self)
    #expect(failure.error == "it has an error, and nothing is changed")
    #expect(failure.problems?.first?.severity == "error")
    #expect(failure.problems?.first?.message.contains("METER_TIME") == true)
  }

  // MARK: Factory reset

  @Test func aResetNeedsTheNameOfTheDevice() async throws {
    let bench = try ServiceBench()
    let answer = try await bench.post("/api/v1/service/reset", #"{"confirm":"yes"}"#)
    #expect(answer.status == 422)
    #expect(
      try answer.json(Failure.self).error
        == "\"confirm\" must be the name of the device, \"Boiler house 3\", and is \"yes\"; nothing is changed"
    )
    #expect(bench.restarts.count == 0)
  }

  @Test func aResetTakesWhatTheDeviceComesWith() async throws {
    let bench = try ServiceBench()
    let missing = try await bench.post(
      "/api/v1/service/reset", #"{"confirm":"Boiler house 3"}"#)
    #expect(missing.status == 422)
    #expect(
      try missing.json(Failure.self).error
        == "there is no folder \(bench.folder["shipped"]) with the files that a device comes with (metergate run "
        + "--defaults); nothing is changed")
    let facts = try await bench.get("/api/v1/service").json(ServiceFacts.self)
    #expect(
      facts.noReset
        == "there is no folder \(bench.folder["shipped"]) with the files that a device comes with (metergate run "
        + "--defaults)")
    try FileManager.default.createDirectory(
      atPath: bench.folder["shipped"], withIntermediateDirectories: true)
    try bench.folder.write("[SOLVIMUS]\nMETER_TIME=60\n", to: "shipped/chip.ini")
    let kept = try await bench.post(
      "/api/v1/service/reset", #"{"confirm":"Boiler house 3","keep":["name","all"]}"#)
    #expect(kept.status == 400)
    #expect(
      try kept.json(Failure.self).error
        == "there is no part all: there are certificates, device, network, name, meters, users")
    let users = try await bench.post(
      "/api/v1/service/reset", #"{"confirm":"Boiler house 3"}"#,
      ServiceBench.caller(without: [.user: .read]))
    #expect(users.status == 403)
    #expect(
      try users.json(Failure.self).error
        == "fitter may not change what is on the tab User")
    #expect(bench.restarts.count == 0)
    let done = try await bench.post(
      "/api/v1/service/reset", #"{"confirm":"Boiler house 3","keep":["name"]}"#)
    #expect(done.status == 202, "\(done.text)")
    #expect(bench.restarts.count == 1)
    let text = try #require(bench.folder.read("chip.ini"))
    #expect(text.contains("METER_TIME=60") && text.contains("Boiler house 3"))
  }

  // MARK: Support

  @Test func theBundleNeedsTheRightToSeeWhatIsInIt() async throws {
    let bench = try ServiceBench()
    for (tab, name) in [
      (User.Tab.service, "Service"), (.configuration, "Configuration"), (.log, "Log"),
    ] {
      let answer = try await bench.get(
        "/api/v1/service/support", ServiceBench.caller(without: [tab: .none]))
      #expect(answer.status == 403)
      #expect(try answer.json(Failure.self).error == "fitter may not see the tab \(name)")
    }
  }

  @Test func theBundleHasNoSecrets() async throws {
    let bench = try ServiceBench(files: [
      "chip.ini": "[SOLVIMUS]\nMETER_TIME=300\n[VPN]\nPASSWORD=verysecret1\n",
      "users": "[fitter]\nHASH=$y$j9T$verysecret2$abc\nREAD=ALL\n",
    ])
    bench.log.append(
      ApplicationLog.Entry(time: 1_763_769_600_123, level: "info", code: "started", text: "up"))
    let answer = try await bench.get("/api/v1/service/support")
    #expect(answer.status == 200)
    let file = bench.folder["support.tar.gz"]
    try Data(answer.bytes).write(to: URL(fileURLWithPath: file))
    let names = try PeerProcess.run("/usr/bin/tar", ["tzf", file])
    #expect(
      names.standardOutput.split(separator: "\n").sorted() == [
        "application.log", "check.txt", "configuration.json", "mbus.log", "service.json",
      ])
    let all = try PeerProcess.run("/usr/bin/tar", ["xzOf", file])
    #expect(all.standardOutput.contains("2025-11-22T00:00:00.123Z info event=started up\n"))
    #expect(all.standardOutput.contains("METER_TIME"))
    #expect(!all.standardOutput.contains("verysecret"))
  }
}
