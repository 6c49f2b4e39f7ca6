import ArgumentParser
import ConfigurationArchive
import Gateway

/// `metergate config restore`: an earlier configuration into the files.
struct ConfigRestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Bring an earlier configuration, or parts of it, back.",
    discussion: """
      The parts are then as they were: files that did not exist are removed. With all parts, chip.ini is \
      that of then byte for byte; otherwise the settings of the chosen parts are merged into it. What is there \
      now is recorded first, so that restoring can be taken back.

      Examples:
        metergate config restore --previous
        metergate config restore --dry-run 11
        metergate config restore --parts meters --apply 11
      """)

  @OptionGroup var options: ConfigOptions
  @OptionGroup var parts: PartOptions
  @OptionGroup var apply: ApplyOptions

  @Flag(help: "Restore it although values in it are not allowed.")
  var force = false

  @Flag(help: "What was there before the last change: the newest entry that says something else.")
  var previous = false

  @Argument(help: ArgumentHelp("A number of \"metergate config log\".", valueName: "number"))
  var number: Int?

  func validate() throws {
    guard (number == nil) == previous else {
      throw ValidationError("give a number of \"metergate config log\", or --previous")
    }
  }

  func run() throws {
    let folder = try options.folderToChange()
    let history = options.history
    let plan = try ConfigOptions.told { () throws(ConfigurationFailure) in
      let number = if let number { number } else { try history.previous() }
      return try history.plan(
        restoring: number, parts: parts.parts?.parts, allowsErrors: force,
        check: FolderCheck.check)
    }
    try apply.carryOut(plan, as: .restore, in: folder, options)
  }
}
