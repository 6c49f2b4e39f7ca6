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
