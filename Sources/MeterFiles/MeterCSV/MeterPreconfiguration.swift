import Metering
import Settings
import TextFormats

/// The file meter-conf-import.csv in the configuration folder: what meters are to have that a scan adds to the list
/// (MUC500 manual 1.1, ch. 10.6.1).
public struct MeterPreconfiguration: Sendable {
  /// Its name; case does not matter.
  public static let name = "meter-conf-import.csv"

  /// The meters, as far as their rows are right.
  public let meters: [MeterConfiguration]
  /// Everything there is to say of the file.
  public let diagnostics: [Diagnostic]

  /// Reads the file; nil: there is none. Blocks.
  /// - Parameter folder: the configuration folder.
  public static func load(_ folder: String) -> MeterPreconfiguration? {
    let path = FilePlace.join(folder, FileBytes.name(name, in: folder) ?? name)
    switch FileBytes.read(path, limit: AppFolder.tableSizeLimit) {
    case .missing: return nil
    case .read(let bytes): return MeterPreconfiguration(bytes)
    case .unreadable(let why):
      let diagnostic = Diagnostic(.error, file: name, "the file cannot be read: \(why)")
      return MeterPreconfiguration(meters: [], diagnostics: [diagnostic])
    }
  }

  /// Reads the bytes of one.
  public init(_ bytes: [UInt8]) {
    var reader = MeterTableReader(file: Self.name, meters: [], layout: nil)
    do throws(SeparatedTable.Mistake) {
      reader.read(try SeparatedTable(bytes))
    } catch {
      reader.say(.error, (error.line, error.column), error.message)
    }
    meters = reader.list.map(\.configuration)
    diagnostics = reader.diagnostics.worstFirst
  }

  private init(meters: [MeterConfiguration], diagnostics: [Diagnostic]) {
    self.meters = meters
    self.diagnostics = diagnostics
  }
}
