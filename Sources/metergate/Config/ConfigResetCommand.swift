import ArgumentParser
import ConfigurationArchive
import Gateway

/// `metergate config reset`: the configuration of a new device.
struct ConfigResetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Set the configuration back to what a new device has.",
    discussion: """
      Meters, users, certificates and all settings go; what the device comes with takes their place. Data in \
      the folder for data stays. What was before is recorded first, with its passwords and keys, so that \
      "metergate config restore --previous" brings it back; with --forget the whole history goes, too.

      Examples:
        metergate config reset --dry-run
        metergate config reset --yes --keep network,name
        metergate config reset --yes --forget
      """)

  @OptionGroup var options: ConfigOptions
  @OptionGroup var apply: ApplyOptions

  @Option(
    help: ArgumentHelp(
      "Parts that stay, with commas between them: \(PartList.allowed). May be given several times.",
      valueName: "parts"))
  var keep: [PartList] = []

  @Option(help: "The folder with the files that the device comes with.")
  var defaults = ConfigurationFolder.shippedFolder

  @Flag(help: "Remove the history, too: for a device that is given away.")
  var forget = false

  @Flag(help: "Really do it.")
  var yes = false

  func validate() throws {
    guard !yes, !apply.dryRun else { return }
    throw ValidationError(
      "this removes meters, users, certificates and settings of \(options.app); give --yes to do it, or --dry-run to see "
        + "what would change"
    )
  }

  func run() throws {
    let folder = try options.folderToChange()
    let kept = keep.reduce(into: Set<ConfigurationPart>()) { $0.formUnion($1.parts) }
    let plan = try ConfigOptions.told { () throws(ConfigurationFailure) in
      try folder.planReset(to: defaults, keeping: kept, check: FolderCheck.check)
    }
    try apply.carryOut(plan, as: .reset, in: folder, options, forgets: forget)
  }
}
