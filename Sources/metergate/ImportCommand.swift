import ArgumentParser
import MeterFiles
import Settings

/// `metergate import`: takes a table into the meter list.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take a table into the meter list: labels, cycles, keys, registers.",
    discussion: """
      Reads one of two kinds of CSV files, in UTF-8 or as Windows writes them, with semicolons, commas or \
      tabs between the cells, and a point or a comma before fractions:
        meter-conf-import.csv  without heads: interface, serial, and if wanted key, label, readout cycle
        the meter list         as "metergate list --csv" writes it, edited in a spreadsheet

      Meters are known by interface and serial, and by manufacturer, version and medium if these are \
      there. Those that are not in the list are added. What has no row or no column stays as it is.

      With one error in the file nothing is taken over. A running gateway takes the list over with \
      "metergate apply" or SIGHUP.

      The exit code is 0 when the list says what the table does, 1 when there are errors or the list \
      cannot be written, and 64 when something on the command line is wrong.

      Examples:
        metergate import --dry-run meter-conf-import.csv
        metergate import meters.csv
      """)

  @Option(name: .long, help: "The configuration folder, with chip.ini and the meter list.")
  var app = "/app"

  @Flag(help: "Say what would change, and change nothing.")
  var dryRun = false

  @Argument(help: ArgumentHelp("The table.", valueName: "FILE.csv"))
  var file: String

  func run() throws {
    guard case .read(let bytes) = try content() else { return }
    let ready = try ReadyFolder(app)
    let folder = AppFolder.load(app)
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let result = folder.importing(bytes, file: name)
    for diagnostic in result.diagnostics { Output.note(diagnostic.report) }
    guard !result.hasErrors else {
      Output.note("nothing is imported until the errors are mended")
      throw ExitCode(1)
    }
    for change in result.changes { Output.line(change) }
    guard !result.changes.isEmpty else {
      Output.line("nothing to change in \(folder.metersPath)")
      return
    }
    guard !dryRun else {
      Output.line("\(count(result)) would be made; nothing is written")
      return
    }
    let contents = ready.contents
    do throws(SaveFailure) {
      let saved = try folder.meterListFile.saving(result.list)
      Output.line(
        "\(count(result)); \(saved.path) is saved; a running gateway takes it over with \"metergate apply\" or "
          + "SIGHUP")
      if let warning = saved.warning { Output.note(warning) }
      ready.keep(contents)
    } catch {
      Output.note("\(error)")
      throw ExitCode(1)
    }
  }

  private func count(_ result: MeterImport) -> String {
    result.changes.count == 1 ? "1 change" : "\(result.changes.count) changes"
  }

  private func content() throws -> FileBytes {
    let content = FileBytes.read(file, limit: AppFolder.tableSizeLimit)
    switch content {
    case .read: return content
    case .missing: Output.note("there is no file \(file)")
    case .unreadable(let why): Output.note("\(file) cannot be read: \(why)")
    }
    throw ExitCode(1)
  }
}
