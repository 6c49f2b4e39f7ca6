import Control
import FoundationEssentials
import Testing
import Users

@testable import WebUI

/// What stands beside the fields and the status is for those who may see its tab.
@Suite struct ShownToOthersTests {
  private struct Shown: Decodable {
    var problems: [Problem]
    var pending: [String]?
  }

  private func status(pending: GatewayStatus.Pending? = nil) -> ControlAnswer {
    var answer = ControlAnswer()
    answer.status = GatewayStatus(
      version: "0.1.0", folder: "/app", process: 1, time: 1_795_305_600, uptime: 5,
      meters: .init(listed: 2, read: 1, failed: 1, never: 0, file: "Device_Handle.cfg"),
      pending: pending,
      registers: .init(layout: "standard", isTestData: false, entries: 0, without: 0, free: 10),
      lights: .init(state: "green", active: "off"))
    return answer
  }

  private func shown(
    _ bench: WebBench, _ rights: [User.Tab: User.Right]
  ) async throws -> Shown {
    bench.be(Caller(name: "guest", rights: rights))
    let answer = await bench.ask(.get, "/api/v1/settings")
    #expect(answer.status == 200)
    return try JSONDecoder().decode(Shown.self, from: Data(answer.text.utf8))
  }

  @Test func mistakesAreThoseOfTheTabs() async throws {
    let bench = try WebBench(
      settings: "[SOLVIMUS]\nMETER_TIME=soon\nWAN_AUTH=maybe\nthis is nothing\n")
    let all = try await shown(bench, WebBench.administrator.rights).problems.compactMap(\.line)
    #expect(Set(all) == [2, 3, 4])
    #expect(try await shown(bench, [.wan: .read]).problems.map(\.line) == [3])
    let some = try await shown(bench, [.configuration: .read]).problems.compactMap(\.line)
    #expect(Set(some) == [2, 4])
    #expect(try await shown(bench, [.log: .read]).problems.isEmpty)
  }

  @Test func whatWaitsIsThatOfTheTabs() async throws {
    let bench = try WebBench(settings: "[SOLVIMUS]\nMETER_TIME=300\n[DEVICE]\nNAME=cellar\n")
    bench.gateway.keepFiles()
    try bench.folder.write(
      "[SOLVIMUS]\nMETER_TIME=60\n[DEVICE]\nNAME=attic\n", to: "chip.ini")
    bench.gateway.answer(
      with: status(
        pending: .init(
          files: ["chip.ini"], settings: ["all of it"], meters: ["1 meter is new"], problems: [],
          isBlocked: false)))
    let time = "[SOLVIMUS] METER_TIME = 60 (was 300)"
    #expect(try await shown(bench, [.configuration: .read]).pending == [time])
    let all = try await shown(bench, [.configuration: .read, .general: .read, .meter: .read])
    #expect(
      Set(all.pending ?? []) == [time, "[DEVICE] NAME = attic (was cellar)", "1 meter is new"])
    #expect(try await shown(bench, [.log: .read]).pending == nil)
    bench.gateway.answer(with: status())
    #expect(try await shown(bench, [.configuration: .read]).pending == nil)
  }

  /// What one person saves brings into force what others have written and not applied: that is told.
  @Test func whatComesIntoForceWithASaveIsTold() async throws {
    let bench = try WebBench(
      settings: "[SOLVIMUS]\nMETER_TIME=300\nMODBUS_NWPORT=2502\n[DEVICE]\nNAME=cellar\n")
    bench.gateway.keepFiles()
    try bench.folder.write(
      "[SOLVIMUS]\nMETER_TIME=60\nMODBUS_NWPORT=2502\n[DEVICE]\nNAME=attic\n", to: "chip.ini")
    bench.gateway.answer(
      with: status(
        pending: .init(
          files: ["chip.ini"], settings: ["all of it"], meters: ["1 meter is new"], problems: [],
          isBlocked: false)))
    let hash = try await hash(bench)
    let answer = await bench.ask(
      .put, "/api/v1/settings",
      #"{"changes":{"SOLVIMUS.METER_TIME":"30","SOLVIMUS.MODBUS_NWPORT":"2503"},"hash":"\#(hash)"}"#
    )
    #expect(answer.status == 200)
    let saved = try JSONDecoder().decode(Saved.self, from: Data(answer.text.utf8))
    #expect(Set(saved.others) == ["[DEVICE] NAME = attic (was cellar)", "1 meter is new"])
    #expect(!answer.text.contains("waited in the files"))
    #expect(!answer.text.contains("METER_TIME = 60"))
  }

  private struct Saved: Decodable { var others: [String] }

  /// Where the file is mistaken, its fields show what is in force, and not the default; the rest is that of the file.
  @Test func mistakenFieldsShowWhatIsInForce() async throws {
    let bench = try WebBench(settings: "[SOLVIMUS]\nMODBUS_NWPORT=23502\nMETER_TIME=300\n")
    bench.gateway.keepFiles()
    try bench.folder.write(
      "[SOLVIMUS]\nMODBUS_NWPORT=99999\nMETER_TIME=60\n", to: "chip.ini")
    let list = await bench.ask(.get, "/api/v1/settings").text
    let all = try JSONDecoder().decode(Fields.self, from: Data(list.utf8))
    #expect(all.fields.first { $0.id == "SOLVIMUS.MODBUS_NWPORT" }?.value == "23502")
    #expect(all.fields.first { $0.id == "SOLVIMUS.METER_TIME" }?.value == "60")
    #expect(
      all.problems.first?.message
        == "[SOLVIMUS] MODBUS_NWPORT = '99999': not allowed; allowed: 0 to 65535; 23502 stays in force"
    )
  }

  private struct Fields: Decodable {
    struct Field: Decodable {
      var id: String
      var value: String?
    }
    struct Problem: Decodable { var message: String }
    var hash: String
    var fields: [Field]
    var problems: [Problem]
  }

  private func hash(_ bench: WebBench) async throws -> String {
    let text = await bench.ask(.get, "/api/v1/settings").text
    return try JSONDecoder().decode(Fields.self, from: Data(text.utf8)).hash
  }

  /// What is wrong is no "everything works" for those either who may not be told what it is.
  @Test func thatSomethingIsWrongIsForAllWhoSeeTheStatus() async throws {
    let bench = try WebBench()
    var answer = status()
    answer.status?.errors = ["Device_Handle.cfg:3:1: error: no list"]
    bench.gateway.answer(with: answer)
    bench.be(Caller(name: "guest", rights: [.meter: .read]))
    let text = await bench.ask(.get, "/api/v1/status").text
    #expect(
      text.contains(
        "\"errors\":[\"something is wrong in the files; whoever may see all tabs is told what\"]"))
    #expect(!text.contains("no list") && !text.contains("addresses"))
    bench.be(WebBench.administrator)
    let all = await bench.ask(.get, "/api/v1/status").text
    #expect(all.contains("no list") && all.contains("\"addresses\":[\"127.0.0.1\""))
  }

  @Test func errorsOfTheLogAreForThoseWhoMaySeeIt() async throws {
    let bench = try WebBench()
    bench.gateway.answer(with: status())
    bench.environment.log.append(
      ApplicationLog.Entry(time: 1_763_769_600_500, level: "error", text: "the line is down"))
    bench.be(Caller(name: "guest", rights: [.general: .read]))
    #expect(await bench.ask(.get, "/api/v1/status").text.contains("\"lastErrors\":[]"))
    bench.be(Caller(name: "guest", rights: [.general: .read, .log: .read]))
    #expect(
      await bench.ask(.get, "/api/v1/status").text.contains(
        "\"lastErrors\":[{\"text\":\"the line is down\",\"time\":1763769600.5}]"))
  }
}
