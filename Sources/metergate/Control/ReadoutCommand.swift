import ArgumentParser
import Control
import Gateway

/// `metergate readout`: has the gateway read meters now.
struct ReadoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "readout",
    abstract: "Have the gateway that runs on a folder read one meter or all of them now.",
    discussion: """
      The meters are read after the readout that is under way, and then at their turns as before. One that \
      has been asked less often since it did not answer is asked as usual. Meters with a battery are \
      left out with --all, and refused while their last readout is younger than their interval.

      What is read shows in the registers and the log; "metergate status --meters" says when it was.

      The exit code is 0 when all of them will be read, otherwise 1.

      Examples:
        metergate readout 66600106
        metergate readout @5 66600107:LUG --app ./my-device
        metergate readout --all
      """)

  @OptionGroup var options: ControlOptions

  @Argument(
    help: ArgumentHelp(
      "Meters of the list: SERIAL, SERIAL:MANUFACTURER, or @PRIMARYADDRESS.", valueName: "meter"))
  var meters: [String] = []

  @Flag(help: "All meters.")
  var all = false

  private var request: ControlRequest {
    var request = ControlRequest(.readout)
    if all { request.all = true }
    if !meters.isEmpty { request.entries = meters }
    return request
  }

  func validate() throws {
    if let mistake = request.mistake { throw ValidationError(mistake.description) }
  }

  func run() throws {
    guard let answer = try options.ask(request) else {
      Output.note(
        "no gateway runs on \(options.app); \"metergate read\" reads a meter without one")
      throw ExitCode(1)
    }
    if !answer.lines.isEmpty { Output.line(answer.lines.joined(separator: "\n")) }
    for complaint in answer.complaints { Output.note(complaint) }
    guard answer.isSuccess else { throw ExitCode(1) }
  }
}
