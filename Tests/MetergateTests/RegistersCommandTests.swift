import ArgumentParser
import Testing

@testable import metergate

/// The command line of `metergate registers`.
@Suite struct RegistersCommandTests {
  @Test func formats() throws {
    #expect(try RegistersCommand.parse([]).format == nil)
    #expect(try RegistersCommand.parse(["--csv"]).csv)
    #expect(try RegistersCommand.parse(["--csv", "--format", "csv"]).format == .csv)
    #expect(try RegistersCommand.parse(["--format", "homeassistant"]).format == .homeassistant)
  }

  @Test(arguments: [
    (["--csv", "--format", "json"], "--csv and --format json contradict each other"),
    (["--port", "0"], "--port 0 is not allowed: 1–65535"),
    (["--host", "a b"], "--host \"a b\" is not allowed: a name or an address"),
    (["--name", ""], "--name must not be empty"),
  ])
  func mistakes(arguments: [String], message: String) {
    do {
      _ = try RegistersCommand.parse(arguments)
      Issue.record("\(arguments) is taken")
    } catch {
      #expect(RegistersCommand.message(for: error) == message)
    }
  }

  @Test func everyFormatIsExplainedInALine() {
    let help = RegistersCommand.helpMessage(columns: 80)
    for line in help.split(separator: "\n") where line.hasPrefix("  telegraf") {
      #expect(line == "  telegraf       a configuration of Telegraf's inputs.modbus (TOML)")
    }
    #expect(
      help.contains("  tia            an external source for TIA Portal: MB_CLIENT, conversion"))
  }
}
