import ArgumentParser
import ConfigurationArchive
import Gateway
import MeterFiles

/// `metergate config import`: an exported configuration into the files.
struct ConfigImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Bring an exported configuration, or parts of it, into the files.",
    discussion: """
      Reads what "metergate config export" has written, also with --json, or a tar.gz archive that was put \
      together by hand: cacert.pem alone, for example. Everything is checked before anything is written: an \
      archive with errors changes nothing. Then all files are written or, if the plug is pulled, with the \
      next start.

      Settings are merged into chip.ini key by key, and its comments and the settings of other parts stay. \
      Other files are replaced. What was before can be had back with "metergate config restore --previous".

      Examples:
        metergate config import --dry-run backup.tar.gz
        metergate config import backup.tar.gz
        metergate config import --parts meters --apply backup.tar.gz
      """)

  @OptionGroup var options: ConfigOptions
  @OptionGroup var parts: PartOptions
  @OptionGroup var apply: ApplyOptions

  @Argument(help: ArgumentHelp("The archive or JSON file.", valueName: "file"))
  var file: String

  func run() throws {
    let folder = try options.folderToChange()
    let bytes: [UInt8]
    switch FileBytes.read(file, limit: 2 * ArchiveLimit.archive) {
    case .read(let content): bytes = content
    case .missing: throw ValidationError("\(file): there is no such file")
    case .unreadable(let why):
      Output.note("\(file) cannot be read: \(why)")
      throw ExitCode(1)
    }
    let plan = try ConfigOptions.told { () throws(ConfigurationFailure) in
      try folder.plan(
        for: try ConfigurationContents.read(bytes, file: file), parts: parts.parts?.parts,
        check: FolderCheck.check)
    }
    try apply.carryOut(plan, as: .import, in: folder, options)
  }
}
