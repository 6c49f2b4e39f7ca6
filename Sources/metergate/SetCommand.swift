import ArgumentParser
import Glibc
import MeterFiles
import Settings
import Users

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
      running gateway takes the change over with "metergate apply" or SIGHUP, unless there are errors in the \
      file, which it then names. Several of these commands at a time do not disturb each other.

      A password need not stand on the command line: with - in its place it is asked for, or read from \
      standard input, one line for each.

      The exit code is 0 when the file says what it should, 1 when a setting is not known or its value not \
      allowed, or the file cannot be written, and 64 when something else on the command line is wrong.

      Examples:
        metergate set SOLVIMUS.METER_TIME=300 SOLVIMUS.MODBUS_ENABLE=1
        metergate set --app ./my-device SOLVIMUS.MBUS_DEVPATH=tcp://192.168.1.50:10001
        metergate set --unset SOLVIMUS.METER_TIME
        metergate set SOLVIMUS.WAN_PASSWORD=-
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

  /// How often a file that another program has changed meanwhile is read again.
  private static let attempts = 50

  func run() throws {
    let folder = try ReadyFolder(app, mustExist: false)
    let assignments = try withSecrets()
    for attempt in 1...Self.attempts {
      let file = AppFolder.settingsFile(in: app)
      let changes = try changes(assignments, in: file)
      let contents = folder.contents
      do throws(SaveFailure) {
        let saved = try file.saving(changes)
        if saved.document?.bytes != file.document?.bytes { folder.keep(contents) }
        return tell(changes, file, saved)
      } catch {
        if case .conflict = error, attempt < Self.attempts {
          usleep(.random(in: 1_000...20_000))
          continue
        }
        Output.note("\(error)")
        throw ExitCode(1)
      }
    }
  }

  /// What to set, with the passwords that are not on the command line.
  private func withSecrets() throws -> [String] {
    try assignments.map { assignment in
      guard SettingChange.isAsked(assignment) else { return assignment }
      let name = assignment.dropLast(2)
      do throws(UserList.Refusal) {
        return try "\(name)=\(PasswordInput.secret(for: String(name)))"
      } catch {
        Output.note("\(error)")
        throw ExitCode(1)
      }
    }
  }

  private func changes(_ assignments: [String], in file: SettingsFile) throws -> [SettingChange] {
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
    let unknown = changes.compactMap(ZoneFile.mistake)
    guard unknown.isEmpty else {
      for mistake in unknown { Output.note(mistake) }
      throw ExitCode(1)
    }
    return changes
  }

  private func tell(_ changes: [SettingChange], _ file: SettingsFile, _ saved: SettingsFile) {
    let report = SettingsReport(of: changes, from: file, to: saved)
    guard report.isChange else {
      Output.line("nothing to change in \(file.path)")
      return
    }
    let lines = report.news + ["\(file.path) is saved; " + outcome(report.errors)]
    Output.line(lines.joined(separator: "\n"))
    report.notes.forEach(Output.note)
  }

  private func outcome(_ errors: [Diagnostic]) -> String {
    guard let first = errors.first else {
      return "a running gateway takes it over with \"metergate apply\" or SIGHUP"
    }
    return
      "it has \(errors.count == 1 ? "an error" : "\(errors.count) errors") and is not applied until that is mended: "
      + "\(first)"
  }
}
