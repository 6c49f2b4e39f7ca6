import ArgumentParser

@main struct Metergate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metergate", subcommands: [DecodeCommand.self])
}
