import ArgumentParser
import Gateway
import MeterFiles
import Settings
import TextFormats

/// `metergate check`: reads the configuration as the gateway does, and says what is wrong with it.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read chip.ini, the meter list and the users, and report what is wrong with them.",
    discussion: """
      Reads the files of the configuration folder exactly as "metergate run" does at its start: chip.ini, and the \
      meter list that METER_STAT_CONFIG names (Device_Handle.cfg, unless it says otherwise), and with \
      MODBUS_TLSENABLE the certificates and the key. Then it looks at what they say together: ports that \
      two services want, registers that two entries share, an interval that is too short for all meters, \
      a report without a host, a device that is not there. The file users is looked at as well. Nothing is \
      changed. Where a file is broken, the last good one of the history counts, as for "metergate run", if \
      this user may read the history.

      Everything found is printed, one line each, the worst first, as file:line:column: severity: message.
        error    something is not as you want it: a value that is not allowed (what is in force instead \
      is said), a register that two entries share, a file that cannot be read, a certificate \
      that has expired
        warning  something is probably not as you want it: a key that is given twice, a certificate \
      that expires within 30 days
        note     good to know: a key that this version keeps without effect

      With --json it is one JSON object: {"schema":1,"folder":…,"errors":0,"warnings":0,"notes":0, \
      "meters":…,"values":…,"outlook":…,"findings":[{"severity":"error","file":"chip.ini","line":3, \
      "column":15,"key":"MBUS_BAUDRATE","value":"24OO","message":…}]}; what is not known is left out.

      The exit code is 1 when there are errors, with --strict also when there are warnings, and otherwise \
      0. A file that is missing is no error: a new device has no meters.

      Examples:
        metergate check
        metergate check --quiet
        metergate check --app ./my-device --json
        metergate check --set SOLVIMUS.MBUS_DEVPATH=tcp://192.168.1.50:10001
      """)

  @OptionGroup var files: FileOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Let warnings count as errors for the exit code.")
  var strict = false

  @Flag(name: .shortAndLong, help: "Leave the notes out.")
  var quiet = false

  func run() throws {
    _ = try ReadyFolder(files.app, mustExist: false)
    let folder = FolderCheck.complete(try files.loadForStart())
    if json {
      Output.line(Self.json(folder, quiet: quiet))
    } else {
      let shown = folder.diagnostics.filter { !quiet || $0.severity < .note }
      Output.line(
        (shown.map(\.report) + [folder.summary, Self.outlook(folder)]).joined(separator: "\n"))
    }
    let least = strict ? Diagnostic.Severity.warning : .error
    if folder.diagnostics.contains(where: { $0.severity <= least }) { throw ExitCode(1) }
  }

  /// What would run, as far as this user can tell.
  private static func outlook(_ folder: AppFolder) -> String {
    guard folder.settingsState == .unreadable else { return "metergate run \(folder.outlook)" }
    return
      "what metergate run would do cannot be told without \(folder.settingsFile.name): try it as the gateway's user, "
      + "or as root (sudo)"
  }

  /// What was found, and what would run, as one line.
  private static func json(_ folder: AppFolder, quiet: Bool) -> String {
    let found = folder.diagnostics.filter { !quiet || $0.severity < .note }
    let count = { (severity: Diagnostic.Severity) in
      JSONText.whole(folder.diagnostics.count { $0.severity == severity })
    }
    return JSONText.object([
      ("schema", .integer(1)), ("folder", .string(folder.folder)), ("errors", count(.error)),
      ("warnings", count(.warning)), ("notes", count(.note)),
      ("meters", .whole(folder.meters.count)),
      ("values", .whole(folder.meters.reduce(0) { $0 + $1.values.count })),
      ("outlook", .string(outlook(folder))),
      ("findings", .array(found.map(finding))),
    ]).text
  }

  private static func finding(_ diagnostic: Diagnostic) -> JSONText {
    let known: [(String, JSONText?)] = [
      ("severity", .string("\(diagnostic.severity)")), ("file", .string(diagnostic.file)),
      ("line", diagnostic.line.map { JSONText.whole($0) }),
      ("column", diagnostic.column.map { JSONText.whole($0) }),
      ("key", diagnostic.key.map(JSONText.string)),
      ("value", diagnostic.value.map(JSONText.string)), ("message", .string(diagnostic.message)),
    ]
    return .object(known.compactMap { name, value in value.map { (name, $0) } })
  }
}
