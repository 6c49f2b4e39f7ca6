import ArgumentParser
import Gateway

@main struct Metergate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metergate",
    abstract: "Reads utility meters over M-Bus and serves every value as Modbus registers.",
    version: DeviceIdentity.softwareVersion,
    subcommands: [
      RunCommand.self,
      StatusCommand.self, ServiceCommand.self,
      CheckCommand.self,
      GetCommand.self,
      SetCommand.self,
      ApplyCommand.self,
      MeterListCommand.self,
      ImportCommand.self,
      UserCommand.self,
      ConfigCommand.self,
      RegistersCommand.self,
      AllocateCommand.self,
      DeallocateCommand.self,
      SwapCommand.self,
      ScanCommand.self,
      ReadCommand.self,
      ReadoutCommand.self,
      SendCommand.self,
      LogCommand.self,
      DecodeCommand.self,
      SimCommand.self,
      BenchCommand.self,
    ])
}
