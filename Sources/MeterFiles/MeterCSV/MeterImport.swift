import Metering
import RegisterMap
import Settings
import TextFormats

/// What a table would make of the meter list: meter-conf-import.csv (MUC500 manual 1.1, ch. 10.6.1), or the
/// list as `MeterTable` writes it, edited. With an error in it nothing is to be taken over.
public struct MeterImport: Sendable {
  /// The whole list as it is to be.
  public let list: [ListedMeter]
  /// What changes, a line each. Secrets are not shown.
  public let changes: [String]
  /// Everything there is to say, the worst first.
  public let diagnostics: [Diagnostic]

  /// Whether nothing may be taken over.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension AppFolder {
  /// The largest table that is read.
  public static let tableSizeLimit = SeparatedTable.Limit.bytes

  /// Reads a table for the meter list of this folder. Nothing is written; `meterListFile.saving` does that
  /// with the list. Blocks.
  /// - Parameters:
  ///   - bytes: the file.
  ///   - file: its name in messages.
  public func importing(_ bytes: [UInt8], file: String) -> MeterImport {
    let unreadable = meterListFile.version == nil
    guard !unreadable else {
      let diagnostic = Diagnostic(
        .error, file: meterListFile.name,
        "the meter list cannot be read; mend it first: metergate check")
      return MeterImport(list: [], changes: [], diagnostics: [diagnostic])
    }
    var reader = MeterTableReader(
      file: file, meters: meterListFile.meters, layout: settings.registerLayout)
    do throws(SeparatedTable.Mistake) {
      reader.read(try SeparatedTable(bytes))
    } catch {
      reader.say(.error, (error.line, error.column), error.message)
    }
    // All at once, unless what is missing would bring mistakes that are none.
    if reader.isListWhole { reader.diagnostics += newMistakes(reader) }
    return MeterImport(
      list: reader.list, changes: reader.changes, diagnostics: Self.inOrder(reader.diagnostics))
  }

  /// Errors that the list does not have so far: registers that two entries would share, for example.
  private func newMistakes(_ reader: MeterTableReader) -> [Diagnostic] {
    let name = meterListFile.name
    let layout = settings.registerLayout
    let bytes: [UInt8]
    let edited: DeviceHandleFile.Edited
    switch FileBytes.read(metersPath, limit: DeviceHandleLimit.fileSize) {
    case .read(let content): bytes = content
    case .missing: bytes = []
    case .unreadable(let why):
      return [Diagnostic(.error, file: name, "the file cannot be read: \(why)")]
    }
    do throws(DeviceHandleEditFailure) {
      edited = try DeviceHandleFile.edit(bytes, name: name, to: reader.list)
    } catch {
      return [Diagnostic(.error, file: name, "\(error)")]
    }
    let before = bytes.isEmpty ? [] : errors(bytes, layout)
    let known = Set(before.map(\.message))
    return errors(edited.bytes, layout).filter { !known.contains($0.message) }.map { error in
      // Where in the table it comes from; its line in a list that is not written is of no use.
      let cell =
        error.key == "register"
        ? error.value.flatMap { Int($0) }.flatMap { reader.registerCells[$0] } : nil
      return Diagnostic(
        .error, file: reader.file, line: cell?.line ?? reader.line(ofMeterIn: error.message),
        column: cell?.column, key: error.key,
        value: error.value,
        "the meter list would not be right then: \(DeviceHandleFile.withoutLines(error.message))")
    }
  }

  /// The worst first, and then as they stand in the file.
  private static func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted { a, b in
      let (one, other) = (a.element, b.element)
      return (one.line ?? .max, one.column ?? .max, a.offset)
        < (other.line ?? .max, other.column ?? .max, b.offset)
    }.map(\.element).worstFirst
  }

  private func errors(_ bytes: [UInt8], _ layout: RegisterLayout) -> [Diagnostic] {
    DeviceHandleFile.parse(bytes, name: meterListFile.name, layout: layout).diagnostics
      .filter { $0.severity == .error }
  }
}
