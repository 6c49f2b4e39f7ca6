import ArgumentParser
import Gateway
import Settings

/// `metergate check`: reads the configuration as the gateway does, and says what is wrong with it.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read chip.ini and the meter list, and report what is wrong with them.",
    discussion: """
      Reads the files of the configuration folder exactly as "metergate run" does: chip.ini, and the \
      meter list that METER_STAT_CONFIG names (Device_Handle.cfg, unless it says otherwise), and with \
      MODBUS_TLSENABLE the certificates and the key. Nothing is changed.

      Everything found is printed, one line each, the worst first:
        error    something is not as you want it: a value that is not allowed (the default is in \
      force), a register that two entries share, a file that cannot be read, a certificate \
      that has expired
        warning  something is probably not as you want it: a key that is given twice, a certificate \
      that expires within 30 days
        note     good to know: a key that this version keeps without effect

      The exit code is 1 when there are errors, otherwise 0. A file that is missing is no error: a \
      new device has no meters.

      Examples:
        metergate check
        metergate check --app ./my-device
        metergate check --set SOLVIMUS.MBUS_DEVPATH=tcp://192.168.1.50:10001
      """)

  @OptionGroup var files: FileOptions

  func run() throws {
    let folder = FolderCheck.complete(try files.load())
    for diagnostic in folder.diagnostics { print("\(diagnostic.severity): \(diagnostic)") }
    print(folder.summary)
    print("metergate run \(folder.outlook)")
    if folder.diagnostics.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
  }
}
