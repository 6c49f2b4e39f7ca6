import Control
import Foundation
import Logging
import Testing

@testable import WebUI

/// What the log tells of changes by the API: who, what, and what came of it, once.
@Suite struct DeedTests {
  private func said(_ bench: WebBench) -> [String] { bench.said.lines }

  @Test func aTableOfMeters() async throws {
    let bench = try WebBench()
    let path = "/api/v1/meters/import"
    _ = await bench.ask(.post, path + "?dryRun=1", "MBUS;1;;x")
    _ = await bench.ask(.post, path, "MBUS;1;;x")
    _ = await bench.ask(.post, path, "MBUS;1;;x")
    _ = await bench.ask(.post, path, "MBUS;1;;a>b\nCAN;2")
    #expect(
      said(bench) == [
        "info: boss: import of a table of meters, tried without effect: 00000001 is added; 00000001: Label = 'x' (was "
          + "empty)",
        "notice: boss: import of a table of meters: 00000001 is added; 00000001: Label = 'x' (was empty)",
        "notice: boss: import of a table of meters: nothing changes",
        "notice: boss: import of a table of meters is refused: nothing is imported until the errors are mended: the "
          + "table:1:9: Label = 'a>b': not allowed; allowed: at most 50 characters, without <, > and \" and control "
          + "characters, and 1 more",
      ])
  }

  /// What is written is no refusal, whatever became of it then.
  @Test func aTableThatIsWrittenAndNotTakenOver() async throws {
    let bench = try WebBench()
    bench.gateway.answer(with: ControlAnswer(error: "the gateway is ending"))
    let answer = await bench.ask(.post, "/api/v1/meters/import", "MBUS;1;;x")
    #expect(answer.status == 200 && answer.text.contains("\"notes\":[\"the gateway is ending\"]"))
    #expect(
      said(bench) == [
        "notice: boss: import of a table of meters: 00000001 is added; 00000001: Label = 'x' (was empty); the gateway "
          + "is ending"
      ])
  }

  @Test func filesThatAreApplied() async throws {
    let bench = try WebBench()
    var answer = ControlAnswer()
    answer.news = ["the files are read"]
    answer.problems = ["not taken over: chip.ini"]
    bench.gateway.answer(with: answer)
    _ = await bench.ask(.post, "/api/v1/service/apply")
    bench.gateway.answer(with: ControlAnswer(error: "no such file"))
    _ = await bench.ask(.post, "/api/v1/service/apply")
    #expect(
      said(bench) == [
        "notice: boss: taking over the files on the disk: the files are read; not taken over: chip.ini",
        "notice: boss: taking over the files on the disk is refused: no such file",
      ])
  }

  @Test func settings() async throws {
    let bench = try WebBench()
    let answer = await bench.ask(.get, "/api/v1/settings?tab=Configuration")
    let hash = try #require(answer.text.firstMatch(of: /"hash":"([^"]*)"/)?.1)
    for (sent, value) in [(String(hash), "x"), (String(hash), "60"), (String(hash), "70")] {
      _ = await bench.ask(
        .put, "/api/v1/settings",
        #"{"hash":"\#(sent)","changes":{"SOLVIMUS.METER_TIME":"\#(value)"}}"#)
    }
    let lines = said(bench)
    #expect(lines.count == 3)
    #expect(
      lines.first?.hasPrefix(
        "notice: boss: saving settings is refused: something of it is not allowed; nothing is saved: "
      ) == true)
    #expect(
      lines.dropFirst().first
        == "notice: boss: saving settings: [SOLVIMUS] METER_TIME = 60 (was 900, the default)")
    #expect(
      lines.last
        == "notice: boss: saving settings is refused: the file was changed meanwhile: load it again, then repeat the "
        + "change; nothing is saved")
  }

  /// Where somebody asks from is told, as far as it is known.
  @Test func whoAndWhere() {
    var caller = WebBench.administrator
    #expect(caller.words == "boss")
    caller.peer = "192.168.1.7"
    #expect(caller.words == "boss at 192.168.1.7")
  }
}
