import ArgumentParser

/// `metergate config`: the configuration as a whole.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Export, import, compare and restore the configuration, or set it back.",
    subcommands: [
      ConfigExportCommand.self, ConfigImportCommand.self, ConfigLogCommand.self,
      ConfigDiffCommand.self, ConfigRestoreCommand.self, ConfigResetCommand.self,
    ])
}
