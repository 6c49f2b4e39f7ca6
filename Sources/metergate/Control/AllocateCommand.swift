import ArgumentParser
import Control
import Gateway

/// `metergate allocate`: gives registers to meters and values.
struct AllocateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allocate",
    abstract: "Give registers to meters and values.",
    discussion: """
      The entries that have no register get the lowest free ones, in list order; the registers of all \
      others stay. With --anew they give theirs back first, which closes gaps, and is the way out when \
      another register layout has been set.

      With --register one entry gets just that register, a multiple of 10, with float only of 2; one that is \
      taken is refused. With multi slave the register of a meter's own entry is its unit id, 1 to 247.

      Values that a meter sends while its list in the file has others are passed over unless they are named: \
      their user has left them out. A note tells which they are.

      A meter is named by its serial, by serial and manufacturer where several have the same serial \
      (66600106:LUG), or by the primary address that it is read by (@5). Behind it, /0 is its own entry \
      alone, /1 its first value, and so on, as "metergate registers" shows them. A meter whose values \
      are not known yet gets its registers when it is read first.

      If a gateway runs on the folder, it does it, at once; otherwise the meter list in its file is \
      changed. Each entry is printed with its register, and the file is saved when the command ends.

      The exit code is 0 when everything has been done, 64 when something on the command line is wrong, \
      and 1 otherwise.

      Examples:
        metergate allocate --all
        metergate allocate --all --anew
        metergate allocate 66600106 @5
        metergate allocate 66600106/3 --register 120
      """)

  @OptionGroup var options: ListOptions
  @OptionGroup var selection: SelectionOptions

  @Flag(help: "Take the registers of these entries away first.")
  var anew = false

  @Option(help: ArgumentHelp("The register that one entry gets: 1 to 65535.", valueName: "N"))
  var register: Int?

  private var request: ControlRequest {
    var request = selection.request(register == nil ? .allocate : .assign)
    request.register = register
    if anew { request.anew = true }
    return request
  }

  func validate() throws {
    if register != nil, selection.all || anew {
      throw ValidationError("--register is for one entry; --all and --anew do not go with it")
    }
    try selection.check(request)
  }

  func run() throws { try options.change(request) }
}
