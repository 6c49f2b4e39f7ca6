import ArgumentParser

/// `metergate bench`: measurements, each against what it should be.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast the parts of the gateway are.",
    subcommands: [
      BenchBusCommand.self, BenchScanCommand.self, BenchSoakCommand.self, BenchModbusCommand.self,
      BenchDecodeCommand.self,
    ])
}
