import ArgumentParser
import Control
import Gateway

/// `metergate swap`: another meter hangs where a listed one did.
struct SwapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swap",
    abstract: "Put a new meter in the place of a listed one; registers stay.",
    discussion: """
      The old meter's place in the list gets the new meter's identity and keeps everything else: the \
      registers, the values, the user's text. Each value of the new meter takes the register of the old \
      one's value of the same kind. What is left open of manufacturer, version and medium any meter of \
      that serial may have, until a gateway that runs has read it: then the list gets what it had of the old \
      one. Further values of the new meter get no registers; "metergate allocate" gives them some.

      If a scan has found the new meter already, its own place in the list goes; if that has a label, or \
      registers somewhere else than right behind those of another entry, only with --force.

      The old meter is named as for "metergate allocate". Meters that are read by their primary address \
      need no command: who answers there is the meter, and the log tells when it is another one.

      If a gateway runs on the folder, it does it, and reads the new meter at once; otherwise the meter \
      list in its file is changed.

      The exit code is 0 when that has been done, 64 when something on the command line is wrong, and 1 \
      otherwise.

      Examples:
        metergate swap 66600106 66600107
        metergate swap 66600106:LUG 66600107:LUG:2:4
        metergate swap --force 66600106 66600107
      """)

  @OptionGroup var options: ListOptions

  @Argument(
    help: ArgumentHelp(
      "The meter of the list: SERIAL, SERIAL:MANUFACTURER, or @PRIMARYADDRESS.", valueName: "old"))
  var old: String

  @Argument(
    help: ArgumentHelp(
      "The meter in its place: SERIAL[:MANUFACTURER[:VERSION[:MEDIUM]]].", valueName: "new"))
  var new: String

  @Flag(
    help: "Also when the new meter has a place in the list that a person has worked on, which goes."
  )
  var force = false

  private var request: ControlRequest {
    var request = ControlRequest(.swap)
    (request.old, request.new) = (old, new)
    if force { request.force = true }
    return request
  }

  func validate() throws {
    if let mistake = request.mistake { throw ValidationError(mistake.description) }
  }

  func run() throws { try options.change(request) }
}
