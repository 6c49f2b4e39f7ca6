import ArgumentParser
import MeterFiles
import Settings

/// `metergate set`: changes chip.ini.
struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change settings in chip.ini.",
    discussion: """
      Writes settings into chip.ini of the configuration folder, and makes the file if there is none. \
      Only the values change: comments, order, line ends and unknown keys stay. A key that has no line \
      gets one, unless the value is its default. When one of the settings is wrong, none is written.

      The file is replaced as a whole, so that a power failure leaves the old one or the new one. A \
      running gateway takes the change over with "metergate apply" or SIGHUP.

      The exit code is 0 when the file says what it should, 1 when a setting is not known or its value not \
      allowed, or the file cannot be written, and 64 when something else on the command line is wrong.

      Examples:
        metergate set SOLVIMUS.METER_TIME=300 SOLVIMUS.MODBUS_ENABLE=1
        metergate set --app ./my-device SOLVIMUS.MBUS_DEVPATH=tcp://192.168.1.50:10001
        metergate set --unset SOLVIMUS.METER_TIME
      """)

  @Option(name: .long, help: "The configuration folder, with chip.ini.")
  var app = "/app"

  @Option(
    help: ArgumentHelp(
      "A setting that goes back to its default: its line is taken out. May be given several times.",
      valueName: "GROUP.KEY"))
  var unset: [String] = []

  @Argument(help: ArgumentHelp("What to set.", valueName: "GROUP.KEY=VALUE"))
  var assignments: [String] = []

  func validate() throws {
    guard assignments.isEmpty, unset.isEmpty else { return }
    throw ValidationError("there is nothing to set; give GROUP.KEY=VALUE or --unset GROUP.KEY")
  }

  func run() throws {
    let folder = try ReadyFolder(app, mustExist: false)
    let file = AppFolder.load(app).settingsFile
    let (changes, mistakes) = SettingChange.read(
      assignments, removing: unset, in: file.document)
    guard mistakes.isEmpty else {
      // What names no setting at all is no use of this command; what is wrong with a setting needs no usage.
      guard mistakes.allSatisfy({ $0.key != nil }) else {
        throw ValidationError(mistakes.map(\.message).joined(separator: "\n"))
      }
      for mistake in mistakes { Output.note(mistake.message) }
      throw ExitCode(1)
    }
    let contents = folder.contents
    let saved: SettingsFile
    do throws(SaveFailure) {
      saved = try file.saving(changes)
    } catch {
      Output.note("\(error)")
      throw ExitCode(1)
    }
    guard saved.document?.bytes != file.document?.bytes else {
      Output.line("nothing to change in \(file.path)")
      return
    }
    folder.keep(contents)
    let (before, after) = (
      Settings.read(file.document, secrets: file.secrets).settings,
      Settings.read(saved.document, secrets: saved.secrets).settings
    )
    let lines = changes.compactMap { after.difference(of: $0.setting, from: before) }
    let end =
      "\(file.path) is saved; a running gateway takes it over with \"metergate apply\" or SIGHUP"
    Output.line((lines + [end]).joined(separator: "\n"))
    if let warning = saved.warning { Output.note(warning) }
  }
}
