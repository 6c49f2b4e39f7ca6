import ArgumentParser
import Control
import Gateway
import Glibc
import Metering
import Settings
import Station
import Synchronization
import TelegramText
import TextFormats

/// `metergate scan`: looks for meters on a bus.
struct ScanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Look for the meters on a bus.",
    discussion: """
      Looks for meters and prints each as it is found, one a line. A secondary scan looks for all serial \
      numbers that the mask allows, as --strategy says; a primary scan asks each address, and \
      PRIMARYSECONDARYSCAN does both. \
      How far it is, and what should be looked after, goes to standard error.

      With --json each line is an object:
        {"schema":1,"by":"secondary","address":5,"serial":"66600106","manufacturer":"LUG",\
      "version":2,"medium":4,"mediumName":"Heat (outlet)","baud":null}
      "by" tells how the meter was reached, "address" is its link layer address, \
      "baud" its speed where that is not --baud. What a meter does not \
      tell is null.

      With --cancel the scan of the gateway that runs on the folder (--app, otherwise /app) ends: what it has \
      found is kept.

      Ctrl-C ends the scan with what it has found until then; a second one ends the program at once.

      Nothing is stored: "metergate run --scan" adds what it finds to the meter list.

      Examples:
        metergate scan --bus sim:demo
        metergate scan --bus tcp://192.168.1.50:10001 --mode SECONDARYSCANREVERSE
        metergate scan --bus /dev/ttyS1 --baud 300 --mask 33FFFFFF
        metergate scan --cancel
        metergate scan --bus udp://192.168.1.50:10001 --mode PRIMARYSCAN --from 1 --to 20
      """)

  @OptionGroup var bus: BusOptions

  @Option(help: "The kind of scan, as MBUS_SCANMODE.")
  var mode: String?

  @Option(help: ArgumentHelp("The first address of a primary scan.", valueName: "address"))
  var from: String?

  @Option(help: ArgumentHelp("The last address of a primary scan.", valueName: "address"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "The serial numbers of a secondary scan; F is any digit.", valueName: "serial")
  )
  var mask: String?

  @Option(help: "How a secondary scan chooses what it asks, as MBUS_SCANSTRATEGY.")
  var strategy: String?

  @Option(
    help: ArgumentHelp(
      "Speeds to look at, one after the other, as MBUS_SCANBAUDRATES.", valueName: "300,2400"))
  var speeds: String?

  @Flag(help: "Look for serial numbers with the digits A-E, too, as MBUS_SCANHEX.")
  var hex = false

  @Flag(help: "End the scan of the gateway that runs on the folder; what it has found is kept.")
  var cancel = false

  @Flag(help: "Print one JSON object a line.")
  var json = false

  private var given: [BusOptions.Given] {
    [
      BusOptions.Given("--mode", "MBUS_SCANMODE", mode),
      BusOptions.Given("--from", "MBUS_MINPRIMARYADDRESS", from),
      BusOptions.Given("--to", "MBUS_MAXPRIMARYADDRESS", to),
      BusOptions.Given("--mask", "MBUS_SECMASKSERIAL", mask),
      BusOptions.Given("--strategy", "MBUS_SCANSTRATEGY", strategy),
      BusOptions.Given("--speeds", "MBUS_SCANBAUDRATES", speeds),
      BusOptions.Given("--hex", "MBUS_SCANHEX", hex ? "1" : nil),
    ].compactMap { $0 }
  }

  func validate() throws {
    try BusOptions.check(given)
    if cancel, bus.bus != nil || !given.isEmpty {
      throw ValidationError(
        "--cancel ends the scan of a gateway that runs: it goes with --app and nothing else")
    }
  }

  func run() async throws {
    guard !cancel else { return try endScan(of: bus.app ?? "/app") }
    let settings = try bus.settings(given)
    try check(settings)
    let session = BusSession(settings: settings, patience: bus.patience)
    try await scan(session, asJSON: json)
  }
}

extension ScanCommand {
  private func endScan(of app: String) throws {
    guard let answer = try ControlOptions.ask(ControlRequest(.cancelScan), of: app) else {
      Output.note("no gateway runs on \(app)")
      throw ExitCode(1)
    }
    if !answer.lines.isEmpty { Output.line(answer.lines.joined(separator: "\n")) }
    for complaint in answer.complaints { Output.note(complaint) }
    guard answer.isSuccess else { throw ExitCode(1) }
  }

  /// What options mean only together.
  private func check(_ settings: Settings) throws {
    let isPrimary = settings.scanMode.isPrimary
    if !isPrimary, from != nil || to != nil {
      throw ValidationError(
        "--from and --to limit a primary scan; this is \(settings.scanMode.rawValue): give --mode "
          + "PRIMARYSCAN, too")
    }
    if settings.scanMode == .primary, mask != nil {
      throw ValidationError("--mask limits a secondary scan; this is PRIMARYSCAN")
    }
    let (first, last) = (
      settings.integer(.mbusMinPrimaryAddress), settings.integer(.mbusMaxPrimaryAddress)
    )
    if isPrimary, first > last {
      throw ValidationError("--from \(first) is above --to \(last)")
    }
    // Missing digits are zeros in front, which is not what everybody means.
    if mask != nil { Output.note("mask: \(MeterSerial(digits: settings.mask(.serial)))") }
  }
}

/// Stands outside of the command: closures in it would belong to the main actor and trap on the event
/// loop's thread.
private func scan(_ session: BusSession, asJSON: Bool) async throws {
  let start = ContinuousClock.now
  let display = Mutex(ScanDisplay(isTerminal: isatty(STDERR_FILENO) == 1))
  let end = try await session.perform(.scan) { event in
    display.withLock { display in
      switch event {
      case .found(_, let meter):
        display.clear()
        Output.line(asJSON ? FoundMeterText.json(meter).text : FoundMeterText.line(meter))
      case .scanProgress(_, let progress): display.show(progress)
      case .readout, .state, .heldLow, .scanEnded, .sent: break
      }
    }
  }
  display.withLock { $0.clear() }
  guard case .scanEnded(_, let summary) = end else { return }
  for problem in summary.problems { Output.note("problem: \(problem)") }
  let seconds = (ContinuousClock.now - start).components.seconds
  let meters = summary.found == 1 ? "1 meter" : "\(summary.found) meters"
  let text =
    "\(meters) found in \(seconds) s" + (summary.wasCancelled ? ", cancelled" : "")
    + (summary.hex.map { ", \($0.text)" } ?? "")
  if asJSON { Output.note(text) } else { Output.line(text) }
}

/// How far a scan is, on standard error: one line that is written over, or one each tenth where that is
/// not a terminal.
private struct ScanDisplay {
  let isTerminal: Bool
  private var isShown = false
  private var tenths = 0

  init(isTerminal: Bool) { self.isTerminal = isTerminal }

  mutating func show(_ progress: ScanProgress) {
    let share = "\(progress.thousandths / 10).\(progress.thousandths % 10) %"
    let left = progress.secondsLeft.map { ", about \(StatusText.span(Int64($0))) to go" } ?? ""
    let text = "\(share), \(progress.found) found\(left)"
    if isTerminal {
      Output.noteInPlace(text)
      isShown = true
    } else if progress.thousandths / 100 > tenths {
      tenths = progress.thousandths / 100
      Output.note(text)
    }
  }

  mutating func clear() {
    if isShown { Output.noteInPlace("") }
    isShown = false
  }
}

/// A found meter for people and programs.
enum FoundMeterText {
  static func line(_ meter: FoundMeter) -> String {
    let address = meter.primaryAddress.map { "address \($0)" } ?? "no address"
    let padded = address + String(repeating: " ", count: max(0, 11 - address.count))
    let speed = meter.baud.map { ", at \($0) baud" } ?? ""
    guard meter.identity.serial != .any else { return "\(padded)  does not tell who it is\(speed)" }
    return "\(padded)  \(TelegramTable.meter(meter.identity))\(speed)"
  }

  static func json(_ meter: FoundMeter) -> JSONText {
    let identity = meter.identity
    return .object([
      ("schema", .whole(1)), ("by", .string(meter.address.isPrimary ? "primary" : "secondary")),
      ("address", meter.primaryAddress.map { .whole($0) } ?? .null),
      ("serial", identity.serial == .any ? .null : .string(identity.serial.description)),
      ("manufacturer", .optional(identity.manufacturer?.description)),
      ("version", identity.version.map { .whole($0) } ?? .null),
      ("medium", identity.medium.map { .whole($0.rawValue) } ?? .null),
      ("mediumName", .optional(identity.medium?.name)),
      ("baud", meter.baud.map { .whole($0) } ?? .null),
    ])
  }
}

extension MeterAddress {
  fileprivate var isPrimary: Bool {
    if case .mbus(.primary) = self { true } else { false }
  }
}
