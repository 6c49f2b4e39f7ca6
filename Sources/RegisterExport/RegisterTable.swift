import Metering
import RegisterMap
import TextFormats

/// The register map as rows and columns.
enum RegisterTable {
  /// The names of the columns. `float` is the register of the value as a 32-bit float.
  /// Those that came later stand at the end, so that who reads by position finds the others.
  static let columns = [
    "first", "last", "entry", "meter", "description", "scale", "unit", "key", "unit id", "float",
  ]
  private static let rightAligned: Set<String> = ["unit id", "first", "last", "float", "scale"]
  /// What stands where an entry without address would have it.
  private static let none = "-"
  /// Where in the table for people the names of the entries are.
  private static let nameColumn = 3

  /// A table with aligned columns, for a terminal: with the names that commands take, and the entries that
  /// are not in the map behind the others.
  static func text(_ map: ExportMap) -> String {
    var columns = columns
    columns.insert("name", at: nameColumn)
    var placed =
      map.rows.map { row in
        named(cells(row, map.layout).map(printable), row.name, row.kind)
      } + map.unplaced.map(unplaced)
    let codes =
      map.rows.map { obis($0.obis, $0.suggestedOBIS) }
      + map.unplaced.map { obis($0.obis, $0.suggestedOBIS) }
    if codes.contains(where: { !$0.isEmpty }) {
      columns.append("obis")
      placed = zip(placed, codes).map { $0 + [$1] }
    }
    let lines = [columns] + placed
    let widths = columns.indices.map { column in
      lines.map { $0[column].count }.max() ?? 0
    }
    return lines.map { cells in
      let padded = zip(cells, zip(columns, widths)).map { cell, column in
        pad(cell, to: column.1, right: rightAligned.contains(column.0))
      }
      return trimmed(padded.joined(separator: "  ")) + "\n"
    }.joined()
  }

  /// The code that counts: a suggested one in brackets.
  private static func obis(_ own: OBISCode?, _ suggested: OBISCode?) -> String {
    own.map(\.description) ?? suggested.map { "(\($0))" } ?? ""
  }

  /// The cells of a line with the name of its entry.
  private static func named(_ cells: [String], _ name: String, _ kind: EntryKind) -> [String] {
    var cells = cells
    cells.insert(kind != .device && name.isEmpty ? none : name, at: nameColumn)
    return cells
  }

  private static func unplaced(_ row: UnplacedRow) -> [String] {
    let cells: [SeparatedText.Cell] = [
      .text(none), .text(none), .text(row.kind.name), .text(row.meter), .text(row.description),
      .number(row.scale), .text(row.unit), .text(row.keyText), .text(""), .text(none),
    ]
    return named(cells.map(printable), row.name, row.kind)
  }

  /// Comma-separated values with a header line.
  static func csv(_ map: ExportMap) -> String { SeparatedText.commas(document(map)) }

  /// Tab-separated values with a header line.
  static func tsv(_ map: ExportMap) -> String { SeparatedText.tabs(document(map)) }

  private static func document(_ map: ExportMap) -> [[SeparatedText.Cell]] {
    [columns.map { .text($0) }] + map.rows.map { cells($0, map.layout) }
  }

  private static func cells(_ row: RegisterRow, _ layout: RegisterLayout) -> [SeparatedText.Cell] {
    let first = row.address.register
    let float = layout.fields(of: row.kind).first { $0.type == .float32 }
    return [
      .number(first), .number(first + max(row.count, 1) - 1), .text(row.kind.name),
      .text(row.meter), .text(row.description), .number(row.scale), .text(row.unit),
      .text(row.keyText), .number(row.address.unit.map(Int.init)),
      .number(float.map { first + $0.offset }),
    ]
  }

  private static func pad(_ text: String, to width: Int, right: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
  }

  private static func trimmed(_ line: String) -> Substring {
    var rest = line[...]
    while rest.last == " " { rest = rest.dropLast() }
    return rest
  }

  /// Labels come from users and meters: control characters would break the table.
  private static func printable(_ cell: SeparatedText.Cell) -> String {
    switch cell {
    case .number(let number): number.map(String.init) ?? ""
    case .decimal(let digits): digits
    case .text(let text), .words(let text): String(text.map { Self.isPrintable($0) ? $0 : "?" })
    }
  }

  private static func isPrintable(_ character: Character) -> Bool {
    character.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
  }
}
