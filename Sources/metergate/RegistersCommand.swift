import ArgumentParser
import Gateway
import MeterFiles
import RegisterMap
import Station
import Time

/// `metergate registers`: the register map of a configuration, for people who program the other side.
struct RegistersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registers",
    abstract: "Print which meter and value lies at which Modbus register.",
    discussion: """
      Reads the configuration as "metergate run" does and prints one line for each entry of 10 \
      registers: the device, meters, values. Registers are counted from 0.

      Meters for which Device_Handle.cfg gives no register at all are not in this map: they get their \
      registers in list order when they are read first, and the log of "metergate run" names them.
      """)

  @OptionGroup var files: FileOptions

  @Flag(help: "Print comma separated values instead of a table.")
  var csv = false

  func run() throws {
    let app = try files.load()
    var station = Station(
      configuration: Station.Configuration(layout: app.settings.registerLayout), meters: app.meters)
    let problems = station.handle(.start, at: DeviceClock.system.now()).compactMap { effect in
      if case .report(let event) = effect { event.text } else { nil }
    }
    let rows = station.registerRows
    print(csv ? RegisterTable.csv(rows) : RegisterTable.text(rows), terminator: "")
    let waiting = station.metersAwaitingAddresses
    if !waiting.isEmpty {
      Output.note(
        "\(waiting.count) of \(app.meters.count) meters get their registers when they are read first"
      )
    }
    let errors = app.diagnostics.filter { $0.severity == .error }.map(\.description)
    for problem in Set(problems + errors).sorted() { Output.note(problem) }
    if !errors.isEmpty || !problems.isEmpty { throw ExitCode(1) }
  }
}
