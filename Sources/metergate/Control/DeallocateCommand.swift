import ArgumentParser
import Gateway

/// `metergate deallocate`: takes registers away.
struct DeallocateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deallocate",
    abstract: "Take the registers of meters and values away.",
    discussion: """
      The entries get no register until "metergate allocate" gives them one, also after a restart or \
      another scan. The registers of all others stay; those that are free now read as 0. With multi \
      slave a meter without unit id takes its values along.

      Meters are named as for "metergate allocate". If a gateway runs on the folder, it does it, at \
      once; otherwise the meter list in its file is changed.

      The exit code is 0 when everything has been done, 64 when something on the command line is wrong, \
      and 1 otherwise.

      Examples:
        metergate deallocate 66600106
        metergate deallocate 66600106/2 66600106/3
        metergate deallocate --all
      """)

  @OptionGroup var options: ListOptions
  @OptionGroup var selection: SelectionOptions

  func validate() throws { try selection.check(selection.request(.deallocate)) }

  func run() throws { try options.change(selection.request(.deallocate)) }
}
