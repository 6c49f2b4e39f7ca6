import ArgumentParser
import Control
import Gateway
import MeterFiles
import Settings

/// `metergate apply`: has the gateway take its changed files over.
struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Have the gateway that runs on a folder take its changed files over.",
    discussion: """
      The same as SIGHUP, with an answer: what has changed, and what is wrong. Only those parts of the \
      gateway begin anew whose settings differ; open Modbus connections stay. A file with errors is not \
      taken over, and what was in force before stays in force.

      What waits to be applied is shown by "metergate status". With MUC_CONFIG_AUTOAPPLY=1 the gateway \
      applies files without errors by itself.

      The exit code is 0 when everything in the files is in force, otherwise 1.

      Examples:
        metergate apply
        metergate apply --app ./my-device
      """)

  @OptionGroup var options: ControlOptions

  func run() throws {
    guard let answer = try options.ask(ControlRequest(.reload)) else {
      Output.note(
        "no gateway runs on \(options.app); one that starts there reads the files by itself")
      throw ExitCode(1)
    }
    if !answer.lines.isEmpty { Output.line(answer.lines.joined(separator: "\n")) }
    for complaint in answer.complaints { Output.note(complaint) }
    guard answer.isSuccess else { throw ExitCode(1) }
  }
}
