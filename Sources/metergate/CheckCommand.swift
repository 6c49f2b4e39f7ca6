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
      Reads the files of the configuration folder exactly as "metergate run" does: chip.ini, and the \
      meter list that METER_STAT_CONFIG names (Device_Handle.cfg, unless it says otherwise), and with \
      MODBUS_TLSENABLE the certificates and the key. Then it looks at what they say together: ports that \
      two services want, registers that two entries share, an interval that is too short for all meters, \
      a report without a host, a device that is not there. The file users is looked at as well. Nothing is \
      changed.

      Everything found is printed, one line each, the worst first, as file:line:column: severity: message.
        error    something is not as you want it: a value that is not allowed (the default is in \
      force), a register that two entries share, a file that cannot be read, a certificate \
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
        metergate check --app ./my-device --json
        metergate check --set SOLVIMUS.MBUS_DEVPATH=tcp://192.168.1.50:10001
      """)

  @OptionGroup var files: FileOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Let warnings count as errors for the exit code.")
  var strict = false

  func run() throws {
    let folder = FolderCheck.complete(try files.load())
    if json {
      Output.line(Self.json(folder))
    } else {
      let found = folder.diagnostics.map(\.report)
      Output.line(
        (found + [folder.summary, "metergate run \(folder.outlook)"]).joined(separator: "\n"))
    }
    let least = strict ? Diagnostic.Severity.warning : .error
    if folder.diagnostics.contains(where: { $0.severity <= least }) { throw ExitCode(1) }
  }

  /// Everything found, and what would run, as one line.
  private static func json(_ folder: AppFolder) -> String {
    let count = { (severity: Diagnostic.Severity) in
      JSONText.whole(folder.diagnostics.count { $0.severity == severity })
    }
    return JSONText.object([
      ("schema", .integer(1)), ("folder", .string(folder.folder)), ("errors", count(.error)),
      ("warnings", count(.warning)), ("notes", count(.note)),
      ("meters", .whole(folder.meters.count)),
      ("values", .whole(folder.meters.reduce(0) { $0 + $1.values.count })),
      ("outlook", .string("metergate run \(folder.outlook)")),
      ("findings", .array(folder.diagnostics.map(finding))),
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
