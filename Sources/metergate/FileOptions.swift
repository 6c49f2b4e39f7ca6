import ArgumentParser
import Gateway
import MeterFiles
import Settings

/// Where the configuration is, for all subcommands that read it.
struct FileOptions: ParsableArguments {
  @Option(name: .long, help: "The configuration folder, with chip.ini and the meter list.")
  var app = "/app"

  @Option(
    name: .long,
    help: "The folder for data: what /ext/ and ext/ stand for in the paths of settings.")
  var ext = AppFolder.extFolder

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting that wins over chip.ini, for this call. May be given several times.",
      valueName: "GROUP.KEY=VALUE"))
  var overrides: [String] = []

  /// Reads the folder. What is wrong in files is told and does not keep the gateway from running; what
  /// is wrong on the command line does.
  func load() throws -> AppFolder {
    let ready = try ReadyFolder(app, mustExist: false)
    return try checked(AppFolder.load(ready.path, overrides: overrides))
  }

  /// The same as a gateway starts with it: what was in force last counts where a file is broken.
  func loadForStart() throws -> AppFolder {
    try checked(Gateway.startFolder(app, ext: ext, overrides: overrides))
  }

  private func checked(_ folder: AppFolder) throws -> AppFolder {
    let mistakes = folder.diagnostics.filter {
      $0.severity == .error && $0.file == Settings.overrideOption
    }
    if let first = mistakes.first { throw ValidationError(first.description) }
    return folder
  }
}
