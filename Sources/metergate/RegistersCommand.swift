import ArgumentParser
import Control
import Gateway
import MBus
import MeterFiles
import Metering
import RegisterExport
import RegisterMap
import Settings
import Station
import Time

/// `metergate registers`: the register map of a configuration, for people who program the other side.
struct RegistersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registers",
    abstract: "Print which meter and value lies at which Modbus register.",
    discussion: """
      Reads the configuration as "metergate run" does and prints its entries: the device, meters, \
      values. Registers are counted from 0.

      Formats:
      \(formats)

      Those for programs name the float of each value and, as far as the layout has them, the readout \
      time and flags of each meter. They ask unit id 255, with multi slave that of the meter.

      The table has the name of each entry that "metergate allocate", "deallocate" and "swap" take. Entries \
      without register stand at its end, with "-". Meters for which Device_Handle.cfg gives no register at \
      all get theirs in list order when they are read first, and the log of "metergate run" names them.
      It describes values as MUC_METERDESCRIPTION_ENABLEFLAGS says; the data that it may want beside DIF and VIF \
      is in no file, and only "metergate read" shows it. An OBIS code in brackets is none of the \
      list, but what the codes of the value suggest.
      """)

  private static var formats: String {
    let width = ExportFormat.allCases.map(\.rawValue.count).max() ?? 0
    return ExportFormat.allCases.map { format in
      let space = String(repeating: " ", count: width - format.rawValue.count)
      return "  \(format.rawValue)\(space)  \(format.summary)"
    }.joined(separator: "\n")
  }

  @OptionGroup var files: FileOptions

  @Option(help: ArgumentHelp("The form of the map.", valueName: "name"))
  var format: ExportFormat?

  @Flag(help: "The same as --format csv.")
  var csv = false

  @Option(
    help: ArgumentHelp(
      "Where the gateway is reached, for formats that say so. Without it MODBUS_IP.",
      valueName: "address"))
  var host: String?

  @Option(help: ArgumentHelp("Its Modbus TCP port. Without it MODBUS_NWPORT.", valueName: "number"))
  var port: Int?

  @Option(help: "What the gateway is called on the other side.")
  var name = "metergate"

  @Flag(help: "List the 64-bit integers, too, for formats that are for programs.")
  var integers = false

  func validate() throws {
    if csv, let format, format != .csv {
      throw ValidationError("--csv and --format \(format.rawValue) contradict each other")
    }
    if let port, !(1...65_535).contains(port) {
      throw ValidationError("--port \(port) is not allowed: 1–65535")
    }
    if let host, host.isEmpty || host.contains(where: \.isWhitespace) {
      throw ValidationError("--host \"\(host)\" is not allowed: a name or an address")
    }
    if name.isEmpty { throw ValidationError("--name must not be empty") }
  }

  func run() throws {
    let app = try files.load()
    var station = Station(
      configuration: Station.Configuration(layout: app.settings.registerLayout), meters: app.meters)
    let problems = station.handle(.start, at: DeviceClock.system.now()).compactMap { effect in
      if case .report(let event) = effect, event.severity >= .warning { event.text } else { nil }
    }
    let chosen = csv ? .csv : format ?? .table
    var map = map(of: station, app.settings, app.meters)
    map.proposeOBIS(for: station.meters)
    if chosen == .table { map.describe(app.settings.descriptionStyle) }
    print(chosen.document(map), terminator: "")
    for note in chosen.notes(map) { Output.note(note) }
    noteWhatIsServed(app.settings)
    let waiting = station.metersAwaitingAddresses
    if !waiting.isEmpty {
      Output.note(
        "\(waiting.count) of \(app.meters.count) meters get their registers when they are read first"
      )
    }
    let errors = app.logged.filter { $0.severity == .error }.map(\.description)
    for problem in Set(problems + errors).sorted() { Output.note(problem) }
    if !errors.isEmpty || !problems.isEmpty { throw ExitCode(1) }
  }

  /// The map is that of the files, whatever a gateway serves just now.
  private func noteWhatIsServed(_ settings: Settings) {
    if settings.testData != nil {
      Output.note("this is the map of the files; a gateway serves test data instead")
    } else if ControlClient.isGatewayRunning(on: files.app) {
      Output.note(
        "this is the map of the files; the gateway that runs on \(files.app) serves what it knows")
    }
  }

  private func map(
    of station: Station, _ settings: Settings, _ meters: [MeterConfiguration]
  ) -> ExportMap {
    let stale = settings.station.stale
    let port = settings.integer(.modbusPort)
    return ExportMap(
      rows: station.registerRows, unplaced: station.unplacedRows,
      layout: station.configuration.layout,
      host: host ?? reachable(settings.text(.modbusIP)),
      port: self.port ?? (port == 0 ? 502 : port), name: name,
      dialect: "\(settings.dialect)", hasIntegers: integers,
      refusesStaleValues: meters.contains {
        $0.staleRule(otherwise: stale).policy == .exception
      })
  }

  /// Where it listens; nil: at all addresses of the machine, of which none is known.
  private func reachable(_ address: String) -> String? {
    ["", "0.0.0.0", "::"].contains(address) ? nil : address
  }
}

extension ExportMap {
  /// Values get the codes that they probably have, as far as the list knows their VIF.
  fileprivate mutating func proposeOBIS(for meters: [Meter]) {
    let media = Dictionary(
      meters.compactMap { meter in meter.identity.medium.map { (meter.label, $0) } },
      uniquingKeysWith: { first, _ in first })
    let values = rows.indices.filter { rows[$0].kind == .value }
    // Two meters may have the same label, but not the same name.
    let byMeter = Dictionary(grouping: values) { index in
      rows[index].name.split(separator: "/").first.map(String.init) ?? rows[index].meter
    }
    for (_, indices) in byMeter {
      let medium = indices.first.flatMap { media[rows[$0].meter] }
      let keys = indices.map { rows[$0].key ?? ValueKey() }
      let proposals = OBISTable.proposals(
        keys, medium: medium, ofProfiles: OBISTable.possiblyOfProfiles(keys))
      for (index, code) in zip(indices, proposals) where rows[index].suggestedOBIS == nil {
        rows[index].suggestedOBIS = code
      }
    }
  }

  /// Describes values as the settings want it.
  fileprivate mutating func describe(_ style: DescriptionStyle) {
    for index in rows.indices where rows[index].kind == .value {
      rows[index].description = style.text(rows[index].description, rows[index].key)
    }
    for index in unplaced.indices where unplaced[index].kind == .value {
      unplaced[index].description = style.text(
        unplaced[index].description, unplaced[index].key)
    }
  }
}

extension DescriptionStyle {
  fileprivate func text(_ description: String, _ key: ValueKey?) -> String {
    text(
      ValueMeaning(.meterSpecific, .none, ownDescription: description), key ?? ValueKey())
  }
}

extension ExportFormat: ExpressibleByArgument {}
