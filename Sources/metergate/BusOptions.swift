import ArgumentParser
import Control
import Gateway
import MeterFiles
import Metering
import Settings

/// Which bus a subcommand works on, and how.
struct BusOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The bus, as MBUS_DEVPATH: /dev/…, tcp://host:port, udp://host:port, sim:demo or sim:FILE.
      """, valueName: "MBUS_DEVPATH"))
  var bus: String?

  @Option(
    help: ArgumentHelp(
      """
      Take the bus and all M-Bus settings from chip.ini in this folder; the options here win over it.
      """, valueName: "folder"))
  var app: String?

  @Option(help: "Bits a second, as MBUS_BAUDRATE.")
  var baud: String?

  @Option(help: "The parity bit of a serial port.")
  var parity: Parity?

  @Option(help: ArgumentHelp("Wait so long for the first byte of an answer.", valueName: "ms"))
  var timeout: String?

  @Option(
    name: .customLong("idle-timeout"),
    help: ArgumentHelp("Silence after which an answer counts as ended.", valueName: "ms"))
  var idleTimeout: String?

  @Option(help: "How often a request is repeated, as MBUS_MAXRETRY.")
  var retries: String?

  @Option(
    name: .customLong("wait"),
    help: ArgumentHelp(
      "Try so long to open the bus; without it the first failure counts.", valueName: "s"))
  var patience: UInt32 = 0

  /// As people call what MBUS_PARITY numbers.
  enum Parity: String, CaseIterable, ExpressibleByArgument {
    case none, odd, even, mark, space

    var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  func validate() throws {
    if bus != nil, app != nil { throw Self.wantsOne }
    try Self.check(given)
  }

  /// One of both tells which bus is meant.
  private static let wantsOne = ValidationError("Give either --bus MBUS_DEVPATH or --app FOLDER.")

  /// A setting that an option stands for.
  struct Given {
    let option: String
    let key: String
    let value: String

    init?(_ option: String, _ key: String, _ value: String?) {
      guard let value else { return nil }
      (self.option, self.key, self.value) = (option, key, value)
    }

    var override: String { "\(SettingGroup.main.name(in: .solvimus)).\(key)=\(value)" }
  }

  private var given: [Given] {
    [
      Given("--bus", "MBUS_DEVPATH", bus), Given("--baud", "MBUS_BAUDRATE", baud),
      Given("--parity", "MBUS_PARITY", parity.map { "\($0.number)" }),
      Given("--timeout", "MBUS_TIMEOUT", timeout),
      Given("--idle-timeout", "MBUS_IDLETIMEOUT", idleTimeout),
      Given("--retries", "MBUS_MAXRETRY", retries),
    ].compactMap { $0 }
  }

  /// Refuses what the settings table does not allow.
  static func check(_ given: [Given]) throws {
    for item in given {
      guard let row = SettingsTable.row(.main, item.key) else { continue }
      do throws(SettingType.Refusal) {
        _ = try row.type.solvimus.parse(item.value, unit: row.unit)
      } catch {
        throw ValidationError("\(item.option) \(item.value) is not allowed: \(error.allowed)")
      }
    }
  }

  /// The settings in force.
  /// - Parameters:
  ///   - others: what options of the subcommand stand for.
  ///   - defaults: keys with the values that are in force unless chip.ini is read.
  func settings(_ others: [Given] = [], defaults: [String: String] = [:]) throws -> Settings {
    try configuration(others, defaults: defaults).settings
  }

  /// The settings in force, and the meters that are listed.
  /// - Parameters:
  ///   - others: what options of the subcommand stand for.
  ///   - defaults: keys with the values that are in force unless chip.ini is read.
  func configuration(
    _ others: [Given] = [], defaults: [String: String] = [:]
  ) throws -> (settings: Settings, meters: [MeterConfiguration]) {
    guard (bus == nil) != (app == nil) else { throw Self.wantsOne }
    let overrides = (given + others).map(\.override)
    guard let app else {
      let group = SettingGroup.main.name(in: .solvimus)
      let own = defaults.sorted { $0.key < $1.key }.map { "\(group).\($0.key)=\($0.value)" }
      return (Settings.read(nil, overrides: own + overrides).settings, [])
    }
    let folder = AppFolder.load(
      try ReadyFolder(app, mustExist: false).path, overrides: overrides)
    for diagnostic in folder.diagnostics where diagnostic.severity == .error {
      Output.note("\(diagnostic)")
    }
    if ControlClient.isGatewayRunning(on: folder.folder) {
      Output.note(
        "a gateway runs on \(folder.folder), and both are on the bus now: what they ask disturbs each other, unless "
          + "\"metergate service on\" makes the gateway leave it alone")
    }
    return (folder.settings, folder.meters)
  }
}

extension BusOptions {
  /// The settings and the meters that are listed, without a word of what is wrong with them: whoever uses the bus says it.
  func quietConfiguration() throws -> (settings: Settings, meters: [MeterConfiguration]) {
    guard let app else { return (Settings.read(nil).settings, []) }
    let folder = AppFolder.load(try ReadyFolder(app, mustExist: false).path)
    return (folder.settings, folder.meters)
  }

  /// Has the gateway do it that runs on the folder of --app, since the line is its own; nil: there is none.
  func askGateway(_ request: ControlRequest) throws -> ControlAnswer? {
    guard let app, let answer = try ControlOptions.ask(request, of: app) else { return nil }
    if !given.isEmpty || patience > 0 {
      let options = given.map(\.option) + (patience > 0 ? ["--wait"] : [])
      Output.note(
        "the gateway that runs on \(app) has done it, by its own settings, not \(options.joined(separator: ", "))"
      )
    }
    return answer
  }

  /// Says what came of it.
  func finish(_ answer: ControlAnswer) throws {
    if !answer.lines.isEmpty { Output.line(answer.lines.joined(separator: "\n")) }
    for complaint in answer.complaints { Output.note(complaint) }
    guard answer.isSuccess else { throw ExitCode(1) }
  }
}
