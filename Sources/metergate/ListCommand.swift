import ArgumentParser
import Control
import Gateway
import Glibc
import MBus
import MeterFiles
import Metering

/// `metergate list`: the meter list for people and for spreadsheets.
struct MeterListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Print the meter list, or write it as a table for spreadsheets.",
    discussion: """
      Without --csv the meters are printed, one a line, and what limits leave out, marked by a *. With --values their values are, described as \
      MUC_METERDESCRIPTION_ENABLEFLAGS says; the data that it may want beside DIF and VIF is in no file, and only \
      "metergate read" shows it. With --csv the whole list is written, a row for each \
      meter and each value, to be edited in a spreadsheet and taken back by "metergate import". It has \
      labels, OBIS codes, registers, cycles and more; the keys of the meters are in it only with \
      --with-secrets.

      Examples:
        metergate list
        metergate list --csv meters.csv
        metergate list --csv - --separator comma
      """)

  @Option(name: .long, help: "The configuration folder, with chip.ini and the meter list.")
  var app = "/app"

  @Option(
    help: ArgumentHelp("Write a table into this file; - for standard output.", valueName: "FILE"))
  var csv: String?

  @Option(help: "What stands between the cells.")
  var separator: MeterTable.Separator = .semicolon

  @Flag(help: "Print the values of each meter, too.")
  var values = false

  @Flag(
    help:
      "Into --csv: the OBIS codes that values without one probably have, to be taken back by import."
  )
  var suggestObis = false

  @Flag(help: "With the keys of the meters. The file is then readable for its owner only.")
  var withSecrets = false

  func validate() throws {
    if suggestObis, csv == nil { throw ValidationError("--suggest-obis goes with --csv") }
    if values, csv != nil { throw ValidationError("--values and --csv contradict each other") }
    if withSecrets, csv == nil { throw ValidationError("--with-secrets goes with --csv") }
  }

  func run() throws {
    // What a gateway has found and learned is in the file by then.
    _ = try? ControlClient.ask(ControlRequest(.save), of: app)
    let folder = AppFolder.load(try ReadyFolder(app).path)
    guard folder.metersState != .unreadable else {
      for diagnostic in folder.diagnostics where diagnostic.severity == .error {
        Output.note(diagnostic.report)
      }
      throw ExitCode(1)
    }
    var meters = folder.meterListFile.meters
    guard let csv else {
      Output.line(
        values ? Self.values(meters, folder.settings.descriptionStyle) : Self.table(meters))
      let limits = Self.limits(of: app)
      if !limits.isEmpty { Output.line(limits.joined(separator: "\n")) }
      return
    }
    if suggestObis { meters = meters.map(\.withProposedOBIS) }
    let text = MeterTable.text(meters, separator: separator, withSecrets: withSecrets)
    guard csv != "-" else {
      Output.text(text)
      return
    }
    do {
      try save(Array(text.utf8), csv)
      Output.line("\(meters.count == 1 ? "1 meter" : "\(meters.count) meters") in \(csv)")
    } catch {
      Output.note("\(error)")
      throw ExitCode(1)
    }
  }

  /// What limits leave out, as the gateway on the folder knows it, if one runs.
  private static func limits(of app: String) -> [String] {
    guard let answer = try? ControlClient.ask(ControlRequest(.status), of: app),
      let meters = answer.status?.meters
    else { return [] }
    let cut = (meters.readouts ?? []).compactMap { meter in
      StatusText.star(meter).map {
        "  \($0) of \(meter.meter) are listed (METER_MAXVALUECOUNT, METER_MAXALLVALUECOUNT)"
      }
    }
    return cut + StatusText.unlisted(meters)
  }

  private func save(_ bytes: [UInt8], _ path: String) throws(SaveFailure) {
    let version: FileVersion
    switch FileBytes.read(path, limit: AppFolder.tableSizeLimit) {
    case .read(let old): version = .of(old)
    case .missing: version = .missing
    case .unreadable(let why): throw .unreadable(file: path, why: why)
    }
    try SafeFile.save(bytes, to: path, replacing: version, isPrivate: withSecrets)
  }

  /// The values of each meter below it. A code in brackets is only a suggestion.
  private static func values(_ meters: [MeterConfiguration], _ style: DescriptionStyle) -> String {
    let heads = ["value", "register", "description", "unit", "obis", "label"]
    let tables = meters.map { meter in
      let proposals = meter.withProposedOBIS.values.map(\.obis)
      let rows = meter.values.enumerated().map { index, value in
        [
          "\(index + 1)", value.register == 0 ? "-" : String(value.register),
          style.text(value.meaning, value.listedKey), value.meaning.unitName,
          value.obis.map(\.description) ?? proposals[index].map { "(\($0))" } ?? "",
          value.userLabel,
        ]
      }
      return meter.label + "\n" + TextColumns.joined([heads] + rows)
    }
    return tables.joined(separator: "\n\n")
  }

  private static func table(_ meters: [MeterConfiguration]) -> String {
    let heads = ["meter", "interface", "address", "medium", "register", "values", "label"]
    return TextColumns.joined(
      [heads]
        + meters.map { meter in
          [
            meter.label, meter.interface.rawValue,
            meter.usesPrimaryAddress
              ? String(meter.primaryAddress)
              : "secondary" + (meter.primaryAddress > 0 ? " (\(meter.primaryAddress))" : ""),
            meter.identity.medium.map(\.name) ?? "-",
            meter.register == 0 ? "-" : String(meter.register), String(meter.values.count),
            meter.userLabel,
          ]
        })
  }
}

extension ValueConfiguration {
  /// Its key, as far as the list tells it.
  fileprivate var listedKey: ValueKey {
    ValueKey(
      dif: dif ?? [], vif: vif ?? [], storage: storage, tariff: tariff, function: function)
  }
}

extension MeterConfiguration {
  /// The same with codes for values that have none: a user's own always stays.
  fileprivate var withProposedOBIS: MeterConfiguration {
    var meter = self
    let keys = values.map(\.listedKey)
    let proposals = OBISTable.proposals(
      keys, medium: identity.medium, ofProfiles: OBISTable.possiblyOfProfiles(keys))
    for (index, code) in zip(values.indices, proposals) where values[index].confdata.isEmpty {
      meter.values[index].obis = code
    }
    return meter
  }
}

extension MeterTable.Separator: ExpressibleByArgument {}
