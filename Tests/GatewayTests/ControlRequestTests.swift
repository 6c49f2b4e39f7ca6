import Station
import Testing

@testable import Control
@testable import Gateway

/// What comes over the control socket, before anything is done.
@Suite struct ControlRequestTests {
  private func mistake(_ line: String) -> String? {
    do throws(ControlMistake) {
      return try ControlRequest(line: Array(line.utf8)).mistake?.description
    } catch {
      return error.description
    }
  }

  @Test func aRequestGoesThereAndBack() throws {
    var request = ControlRequest(.assign)
    request.entries = ["66600106/3"]
    request.register = 120
    let line = String(decoding: request.line, as: UTF8.self)
    #expect(
      line
        == "{\"command\":\"assign\",\"entries\":[\"66600106/3\"],\"register\":120,\"schema\":1}\n")
    #expect(try ControlRequest(line: Array(line.utf8)) == request)
  }

  /// Whoever may read the list can have these done as often as they like.
  @Test func whatOnlyLooksLeavesNoLineInTheLog() {
    #expect(
      ControlRequest.Command.allCases.filter { !$0.isTold } == [.status, .settings, .reload, .save])
  }

  @Test(arguments: [
    "{\"schema\":1,\"command\":\"status\"}", "{\"schema\":1,\"command\":\"allocate\",\"all\":true}",
    " {\"command\":\"swap\", \"schema\":1, \"old\":\"1\", \"new\":\"2:LUG:3:4\"} ",
    "{\"schema\":1,\"command\":\"swap\",\"old\":\"1\",\"new\":\"2\",\"force\":true}",
    "{\"schema\":1,\"command\":\"deallocate\",\"entries\":[\"1\",\"@5/0\"]}",
  ])
  func whatIsUnderstood(line: String) { #expect(mistake(line) == nil) }

  private static let noRequest =
    "the line is no request: expected is a JSON object such as {\"schema\":1,\"command\":\"status\"}"
  private static let entryForm =
    "expected is a serial such as 66600106, with the manufacturer where several meters have it, as in "
    + "66600106:LUG, or @5 for the meter that is read by primary address 5; behind it /0 for the meter's "
    + "own entry, or /3 for its third value"

  @Test(arguments: [
    ("", noRequest), ("rubbish", noRequest), ("[]", noRequest), ("{\"schema\":1}", noRequest),
    (String(repeating: "[", count: 10_000), noRequest), ("{\"command\":7}", noRequest),
    (
      "{\"schema\":2,\"command\":\"status\"}",
      "schema 2 is not known: this gateway speaks schema 1"
    ),
    ("{\"command\":\"status\"}", "schema none is not known: this gateway speaks schema 1"),
    (
      "{\"schema\":1,\"command\":\"reboot\"}",
      "there is no command \"reboot\": there are status, settings, allocate, deallocate, assign, swap, edit, reload, scan, scan-cancel, save, service, readout, send"
    ),
    (
      "{\"schema\":1,\"command\":\"allocate\",\"entries\":\"1\"}",
      "the command \"allocate\" has details of another type than it should have"
    ),
    (
      "{\"schema\":1,\"command\":\"allocate\"}", "there is no entry given, and not all of them"
    ),
    (
      "{\"schema\":1,\"command\":\"allocate\",\"all\":true,\"entries\":[\"1\"]}",
      "give either all entries or some, not both"
    ),
    (
      "{\"schema\":1,\"command\":\"deallocate\",\"entries\":[\"1\",\"?\"]}",
      "\"?\" names no entry: \(entryForm)"
    ),
    (
      "{\"schema\":1,\"command\":\"assign\",\"entries\":[\"1/1\",\"1/2\"],\"register\":10}",
      "a register can be given to one entry only"
    ),
    (
      "{\"schema\":1,\"command\":\"readout\",\"entries\":[\"66600106\",\"1/2\"]}",
      "00000001/2 is an entry; a meter is read as a whole: 00000001"
    ),
    (
      "{\"schema\":1,\"command\":\"assign\",\"entries\":[\"66600106\"],\"register\":10}",
      "a register is that of one entry: 66600106/0 is the meter's own, 66600106/1 its first value"
    ),
    (
      "{\"schema\":1,\"command\":\"assign\",\"entries\":[\"1/1\"],\"register\":65536}",
      "register 65536 is not allowed: 1 to 65535, with multi slave 1 to 247 for a meter's own entry"
    ),
    (
      "{\"schema\":1,\"command\":\"assign\",\"entries\":[\"1/1\"]}",
      "register none is not allowed: 1 to 65535, with multi slave 1 to 247 for a meter's own entry"
    ),
    (
      "{\"schema\":1,\"command\":\"swap\",\"old\":\"x\",\"new\":\"2\"}",
      "\"x\" names no meter: expected is a serial such as 66600106, with the manufacturer where several "
        + "meters have it, as in 66600106:LUG, or @5 for the meter that is read by primary address 5"
    ),
    (
      "{\"schema\":1,\"command\":\"swap\",\"old\":\"1\",\"new\":\"1:LUG:300\"}",
      "\"1:LUG:300\" names no new meter: expected is a serial such as 66600107, then if you like a "
        + "manufacturer of three letters, version and medium (0 to 255), with colons between them, as in "
        + "66600107:LUG:2:4"
    ),
  ])
  func whatIsNot(line: String, expected: String) { #expect(mistake(line) == expected) }

  @Test func whatDoesNotBelongToACommandIsRefused() {
    #expect(
      mistake("{\"schema\":1,\"command\":\"allocate\",\"entries\":[\"1/1\"],\"register\":10}")
        == """
        "register" does not belong to the command "allocate": it has "all", "entries", "anew"; nothing is \
        done
        """)
    #expect(
      mistake("{\"schema\":1,\"command\":\"status\",\"more\":[1],\"all\":null}") == """
        "all", "more" do not belong to the command "status": it has no details; nothing is done
        """)
  }

  private func sendMistake(_ details: String) -> String? {
    do throws(ControlMistake) {
      let line = "{\"schema\":1,\"command\":\"send\",\(details)}"
      _ = try ControlRequest(line: Array(line.utf8)).sendJob()
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    arguments: [
      ("\"order\":[\"set-id\",\"345678\",\"force\"],\"secondary\":\"66600106,LUG,2,4\"", nil),
      (
        "\"order\":[\"app-reset\"],\"secondary\":\"1G\"",
        "\"secondary\" is \"1G\": expected is a serial (1 to 8 digits 0 to 9 and A to F, of which F stands for any; "
          + "missing ones are zeros in front), then if you like a manufacturer of three letters, version and "
          + "medium (0 to 255), with commas between them"
      ),
      (
        "\"order\":[\"app-reset\"],\"primary\":251",
        "\"primary\" is 251: 0 to 250 and 255 are allowed"
      ),
      ("\"order\":[\"app-reset\"]", "give either \"primary\" or \"secondary\""),
      (
        "\"order\":[\"set-id\",\"1234567A\"],\"primary\":1",
        "\"set-id 1234567A\" is no command to a meter: there are set-address N [force], set-baud N, set-id SERIAL "
          + "[force], set-time YYYY-MM-DDThh:mm:ss [seconds], app-reset [HEX], select HEX…, set-value DIF "
          + "VIF DATA, global-readout [short], freeze [N] [2018]"
      ),
    ] as [(String, String?)])
  func whatIsToBeSent(details: String, expected: String?) {
    #expect(sendMistake(details) == expected)
  }

  @Test func anAnswerForPeople() {
    var outcome = ListOutcome()
    #expect(ControlAnswer(outcome).lines == ["nothing to change"])
    outcome.changes = [
      EntryChange("66600106 LUG", before: nil, now: .init(0, unit: 3)),
      EntryChange("66600106 LUG, value 1 (\"Energy\" in Wh)", before: .init(20), now: nil),
      EntryChange("66600107", before: .init(20), now: .init(30)),
    ]
    outcome.problems = ["one problem"]
    outcome.notes = ["one note"]
    var answer = ControlAnswer(outcome)
    #expect(!answer.isSuccess)
    answer.saved = "Device_Handle.cfg"
    #expect(
      answer.lines == [
        "66600106 LUG: unit 3, register 0",
        "66600106 LUG, value 1 (\"Energy\" in Wh): no register any more (was 20)",
        "66600107: register 30 (was 20)", "Device_Handle.cfg is saved",
      ])
    #expect(answer.complaints == ["one problem", "one note"])
    #expect(ControlAnswer(line: Array(answer.json.utf8)) == answer)
    #expect(ControlAnswer(line: Array("rubbish".utf8)) == nil)
    let refused = ControlAnswer(error: "no")
    #expect(refused.lines.isEmpty && refused.complaints == ["no"] && !refused.isSuccess)
  }
}
