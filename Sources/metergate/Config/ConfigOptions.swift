import ArgumentParser
import ConfigurationArchive
import Control
import Gateway
import Glibc
import MeterFiles
import Settings
import Time

/// Where the configuration is, for `metergate config`.
struct ConfigOptions: ParsableArguments {
  @Option(name: .long, help: "The configuration folder, with chip.ini and the meter list.")
  var app = "/app"

  /// The folder, after an interrupted change was finished.
  func folder() throws -> ConfigurationFolder {
    ConfigurationFolder(try ReadyFolder(app).path)
  }

  /// The same when it is to be changed: a gateway that runs on it writes down first what it has found, so that
  /// this is not brought back afterwards.
  func folderToChange() throws -> ConfigurationFolder {
    let folder = try folder()
    // One that cannot be asked says so when it is to take the change over.
    _ = try? ControlClient.ask(ControlRequest(.save), of: app)
    return folder
  }

  /// Who this gateway is.
  var origin: ConfigurationOrigin {
    ConfigurationOrigin(
      version: DeviceIdentity.softwareVersion, serial: DeviceIdentity.ofThisMachine().serial)
  }

  /// The configurations so far.
  var history: ConfigurationHistory { ConfigurationHistory(folder: app, origin: origin) }

  /// Now.
  static var time: WallTime { DeviceClock.system.now().wall }

  /// Who works here: behind sudo the one who called it.
  static var user: String? {
    for name in ["SUDO_USER", "USER", "LOGNAME"] {
      if let value = getenv(name), value.pointee != 0 { return String(cString: value) }
    }
    guard let entry = getpwuid(getuid()) else { return nil }
    return String(cString: entry.pointee.pw_name)
  }

  /// Does something; a failure is told, and ends the command with exit code 1.
  static func told<Result>(
    _ body: () throws(ConfigurationFailure) -> Result
  ) throws -> Result {
    do throws(ConfigurationFailure) {
      return try body()
    } catch {
      Output.note(error.description)
      for diagnostic in error.diagnostics { Output.note("\(diagnostic.severity): \(diagnostic)") }
      throw ExitCode(1)
    }
  }
}

/// How a change is carried out, and brought into a running gateway.
struct ApplyOptions: ParsableArguments {
  @Flag(help: "Make a gateway that runs on the folder take the change over at once.")
  var apply = false

  @Flag(help: "Say what would change, and change nothing.")
  var dryRun = false

  /// Carries a plan out, keeps what was before and what is after it, and says all of that.
  /// - Parameter forgets: there is to be no way back.
  func carryOut(
    _ plan: ConfigurationPlan, as cause: ConfigurationCause, in folder: ConfigurationFolder,
    _ options: ConfigOptions, forgets: Bool = false
  ) throws {
    for diagnostic in plan.diagnostics { Output.note("\(diagnostic.severity): \(diagnostic)") }
    for warning in plan.warnings { Output.note(warning) }
    guard !dryRun else {
      let end = plan.isEmpty ? "nothing would change" : "nothing is written"
      return Output.line((plan.details + ["\(end) in \(folder.path)"]).joined(separator: "\n"))
    }
    if plan.isEmpty {
      Output.line("nothing to change in \(folder.path)")
    } else {
      try write(plan, as: cause, in: folder, options, forgets)
    }
    if forgets { try forget(options) }
    guard apply, !plan.isEmpty,
      let answer = try ControlOptions.ask(ControlRequest(.reload), of: folder.path)
    else { return }
    if !answer.lines.isEmpty { Output.line(answer.lines.joined(separator: "\n")) }
    for complaint in answer.complaints { Output.note(complaint) }
    guard answer.isSuccess else { throw ExitCode(1) }
  }

  private func write(
    _ plan: ConfigurationPlan, as cause: ConfigurationCause, in folder: ConfigurationFolder,
    _ options: ConfigOptions, _ forgets: Bool
  ) throws {
    let change = ConfigurationChange(folder: options.app, origin: options.origin)
    let said = try ConfigOptions.told { () throws(ConfigurationFailure) in
      try change.carryOut(
        plan, as: cause, by: ConfigOptions.user, at: { ConfigOptions.time }, forgets: forgets)
    }
    for line in said { Output.note(line) }
    Output.line((plan.lines + [outcome(folder)]).joined(separator: "\n"))
  }

  private func forget(_ options: ConfigOptions) throws {
    let history = options.history
    try ConfigOptions.told { () throws(ConfigurationFailure) in try history.forget() }
    Output.line("the history is removed")
  }

  private func outcome(_ folder: ConfigurationFolder) -> String {
    let saved = "the configuration in \(folder.path) is saved"
    guard ControlClient.isGatewayRunning(on: folder.path) else {
      return "\(saved); no gateway runs on it, and the next one begins with it"
    }
    return apply
      ? "\(saved); the gateway reads it"
      : "\(saved); the running gateway takes it over with \"metergate apply\""
  }
}

/// Which parts of a configuration a command is about.
struct PartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only these parts, with commas between them: \(PartList.allowed).", valueName: "parts"))
  var parts: PartList?
}

/// Parts with commas between them.
struct PartList: ExpressibleByArgument {
  /// What is allowed.
  static let allowed = ConfigurationPart.allCases.map(\.rawValue).joined(separator: ", ")

  let parts: Set<ConfigurationPart>

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let parts = words.compactMap { ConfigurationPart(rawValue: $0.lowercased()) }
    guard parts.count == words.count else { return nil }
    self.parts = Set(parts)
  }
}
