import ArgumentParser
import MeterFiles

/// Where the configuration is, for all subcommands that read it.
struct FileOptions: ParsableArguments {
  @Option(name: .long, help: "The configuration folder, with chip.ini and the meter list.")
  var app = "/app"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting that wins over chip.ini, for this call. May be given several times.",
      valueName: "GROUP.KEY=VALUE"))
  var overrides: [String] = []

  /// Reads the folder.
  func load() -> AppFolder { AppFolder.load(app, overrides: overrides) }
}
