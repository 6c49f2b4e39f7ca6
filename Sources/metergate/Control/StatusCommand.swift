import ArgumentParser
import Control
import Gateway

/// `metergate status`: what a gateway does just now.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say what the gateway that runs on a folder does just now.",
    discussion: """
      What it serves and to whom, the line, the meters, a scan that is under way, and what is taken of \
      the register map.

      With --meters there is a line for each meter: when it was read last, and when it is read next. A * \
      marks what a limit leaves out: values of a meter (METER_MAXVALUECOUNT, METER_MAXALLVALUECOUNT), and \
      meters that the last scan found (METER_MAXDEVICECOUNT).

      With --json it is one JSON object, {"schema":1,"status":{…}}; times are Unix times.

      The exit code is 0 when a gateway has answered, otherwise 1.

      Examples:
        metergate status
        metergate status --app ./my-device --json
      """)

  @OptionGroup var options: ControlOptions

  @Flag(help: "Say of each meter when it is read.")
  var meters = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    guard let answer = try options.ask(ControlRequest(.status)) else {
      Output.note("no gateway runs on \(options.app)")
      throw ExitCode(1)
    }
    guard let status = answer.status else {
      Output.note(answer.error ?? "the gateway on \(options.app) gives no status")
      throw ExitCode(1)
    }
    Output.line(json ? answer.json : StatusText.text(status, listsMeters: meters))
  }
}
