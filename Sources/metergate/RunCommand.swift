import ArgumentParser
import ConfigurationArchive
import Control
import Gateway
import Glibc
import MeterFiles
import Settings

/// `metergate run`: the gateway itself.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Read the meters and serve their values over Modbus TCP.",
    discussion: """
      Reads chip.ini and the meter list from the application folder, prints one line when it serves, \
      such as

          ready: modbus=127.0.0.1:1502

      and runs until SIGTERM or Ctrl-C. Logs go to standard error; MUC_LOG sets how much.

      Two more signals: SIGHUP makes it read both files anew and take over what has changed, while \
      everything else goes on; SIGUSR1 makes it scan the line for meters. What a scan finds, and what is \
      learned at the first readout of a meter, is written to the meter list.

      A file with errors does not count: at the start the last configuration without errors stands in its \
      place, from the history (`metergate config log`), and while the gateway runs the file that was in force \
      before. Without a history a wrong value costs only this value, and its default is in force. The log says \
      so, and `metergate check` lists everything.

      A restart by the web page begins the same process anew with the same arguments, and "ready:" is printed again.

      The line names an address at which this machine reaches it; without MODBUS_IP it listens at all of its \
      addresses.

      A first try without any hardware, from the root of the repository:

          metergate run --app etc/demo
      """)

  @OptionGroup var files: FileOptions

  @Flag(
    help: """
      Scan the line for meters first, by MBUS_SCANMODE. What is found joins the meter list and its file.
      """)
  var scan = false

  @Option(
    help: ArgumentHelp(
      """
      The serial number that registers 0 and 1 show, as up to 8 hexadecimal digits. Without it, the \
      end of the first Ethernet address.
      """, valueName: "hex"))
  var serial: String?

  @Option(
    help:
      "The folder with the files that the device comes with, for a factory reset by the web page.")
  var defaults = ConfigurationFolder.shippedFolder

  func validate() throws {
    if let serial, UInt32(serial, radix: 16) == nil {
      throw ValidationError("--serial \(serial): up to 8 hexadecimal digits are allowed")
    }
  }

  func run() throws {
    // Before the files are read: they may be in the middle of an import.
    var finished = ConfigurationFolder.finished(files.app)
    let app = try files.loadForStart()
    guard app.isThere else { throw ValidationError("--app \(app.folder): there is no such folder") }
    if FolderCheck.needsDataFolder(app), DataFolder.make(app.ext, besides: app.folder) {
      finished.append("the folder for data \(app.ext) was not there, and is made")
    }
    try serve(
      app, serial: serial.flatMap { UInt32($0, radix: 16) }, scansFirst: scan, shipped: defaults,
      finished)
  }
}

/// Runs the gateway until a signal ends it. A function of its own: closures within the command would
/// belong to the main actor and trap on other threads.
private func serve(
  _ app: AppFolder, serial: UInt32?, scansFirst: Bool, shipped: String, _ finished: [String]
) throws {
  let log = AdjustableLog(app.settings.logMode)
  let logger = log.logger("metergate")
  defer { log.flush() }
  // A peer that is gone shows by the error of the call, not by a signal.
  signal(SIGPIPE, SIG_IGN)
  for line in finished { logger.warning("\(line)") }
  for diagnostic in app.logged.condensed + FolderCheck.dataFolderDiagnostics(of: app) {
    logger.log(diagnostic)
  }
  var device = DeviceIdentity.ofThisMachine()
  if let serial { device.serial = serial }
  let end = RunEnd()
  let gateway = try Gateway(
    app: app, device: device, logger: logger, log: log.kept, shipped: shipped,
    restart: { end.note(.restart) }, onReload: { log.use($0.logMode) })
  // Before "ready:" is said: whoever reads it may end the gateway at once.
  let signals = SignalWatch([SIGTERM, SIGINT, SIGHUP, SIGUSR1]) { number in
    switch number {
    case SIGHUP: gateway.reload()
    case SIGUSR1: gateway.scan()
    default: end.note(.end)
    }
  }
  let ready = try gateway.start()
  log.flush()
  Output.line(ready.line)
  if scansFirst { gateway.scan() }
  end.wait()
  let isRestart = end.wish == .restart
  logger.info(isRestart ? "ending, to begin anew" : "ending")
  try gateway.stop()
  guard isRestart else { return withExtendedLifetime(signals) {} }
  // Whatever came until now has been noted then; SIGTERM and SIGINT end the process from here on, by themselves, and the
  // other two have nothing to act on until the new one listens to them.
  signals.finish(ignoring: [SIGHUP, SIGUSR1])
  guard end.wish == .restart else {
    logger.info("ending for good, as a signal wants it")
    return
  }
  // What comes instead of this process does not write it.
  log.flush()
  Output.note("the gateway cannot begin anew: \(ProcessStart.again())")
  throw ExitCode(ProcessStart.failure)
}
