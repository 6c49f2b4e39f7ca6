import ArgumentParser
import ConfigurationArchive
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
    guard FileBytes.isFolder(app) else {
      throw ValidationError("--app \(app): there is no such folder")
    }
    let folder = ConfigurationFolder(app)
    for line in try Self.told({ () throws(ConfigurationFailure) in try folder.finishInterrupted() })
    { Output.note(line) }
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

  /// Keeps what is there now, so that it can be restored; when that does not work, the rest goes on.
  func keep(as cause: ConfigurationCause) {
    do throws(ConfigurationFailure) {
      try history.record(cause: cause, user: Self.user, time: Self.time)
    } catch {
      Output.note("the history does not get this configuration: \(error)")
    }
  }
}

/// How a change is brought into a running gateway.
struct ApplyOptions: ParsableArguments {
  @Flag(help: "Make a gateway that runs on the folder take the change over at once.")
  var apply = false

  /// Carries a plan out, keeps what was before and what is after it, and says all of that.
  func carryOut(
    _ plan: ConfigurationPlan, as cause: ConfigurationCause, in folder: ConfigurationFolder,
    _ options: ConfigOptions
  ) throws {
    for diagnostic in plan.diagnostics { Output.note("\(diagnostic.severity): \(diagnostic)") }
    for warning in plan.warnings { Output.note(warning) }
    guard !plan.isEmpty else {
      Output.line("nothing to change in \(folder.path)")
      return
    }
    // Whatever it was by: it is what the change can be taken back to.
    options.keep(as: .file)
    let said = try ConfigOptions.told { () throws(ConfigurationFailure) in try folder.perform(plan)
    }
    for line in said { Output.note(line) }
    options.keep(as: cause)
    Output.line((plan.lines + [outcome(folder)]).joined(separator: "\n"))
    guard apply, let answer = try ControlOptions.ask(ControlRequest(.reload), of: folder.path)
    else { return }
    if !answer.lines.isEmpty { Output.line(answer.lines.joined(separator: "\n")) }
    for complaint in answer.complaints { Output.note(complaint) }
    guard answer.isSuccess else { throw ExitCode(1) }
  }

  private func outcome(_ folder: ConfigurationFolder) -> String {
    let saved = "the configuration in \(folder.path) is saved"
    guard ControlClient.isGatewayRunning(on: folder.path) else {
      return "\(saved); no gateway runs on it"
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
