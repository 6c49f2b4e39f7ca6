import ArgumentParser
import Control
import Gateway

/// `metergate service`: has the gateway leave its bus to whoever works on it.
struct ServiceCommand: ParsableCommand {
  /// What is wanted.
  enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  static let configuration = CommandConfiguration(
    commandName: "service",
    abstract: "Have the gateway that runs on a folder leave its bus to others for a while.",
    discussion: """
      In the service mode the gateway reads no meters and looks for none, from the end of what it is \
      just doing; registers go on being served, and show that their meters are not read. An outside \
      master at the transparent port (MBUS_TRANSPARENT) has the bus alone meanwhile. Afterwards the \
      meters that missed their turn are read at once. A restart ends the service mode.

      Examples:
        metergate service on --minutes 30
        metergate service off
      """)

  @Argument(help: "on or off.")
  var wanted: Switch

  @Option(help: "Switch it off again after so many minutes, 1 to 1440.")
  var minutes: Int?

  @OptionGroup var options: ControlOptions

  func validate() throws {
    guard let minutes else { return }
    guard wanted == .on, (1...1440).contains(minutes) else {
      throw ValidationError("--minutes goes with on, and is 1 to 1440")
    }
  }

  func run() throws {
    var request = ControlRequest(.service)
    request.on = wanted == .on
    request.minutes = minutes
    guard let answer = try options.ask(request) else {
      Output.note("no gateway runs on \(options.app)")
      throw ExitCode(1)
    }
    if !answer.lines.isEmpty { Output.line(answer.lines.joined(separator: "\n")) }
    for complaint in answer.complaints { Output.note(complaint) }
    guard answer.isSuccess else { throw ExitCode(1) }
  }
}
