import RegisterMap
import TextFormats

/// The register map as rows and columns.
enum RegisterTable {
  /// The names of the columns. `float` is the register of the value as a 32-bit float.
  static let columns = [
    "unit id", "first", "last", "entry", "meter", "description", "float", "scale", "unit", "key",
  ]
  private static let rightAligned: Set<String> = ["unit id", "first", "last", "float", "scale"]

  /// A table with aligned columns, for a terminal.
  static func text(_ map: ExportMap) -> String {
    let lines = [columns] + map.rows.map { cells($0, map.layout).map(printable) }
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
      .number(row.address.unit.map(Int.init)), .number(first),
      .number(first + max(row.count, 1) - 1), .text(row.kind.name), .text(row.meter),
      .text(row.description), .number(float.map { first + $0.offset }), .number(row.scale),
      .text(row.unit), .text(row.keyText),
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
    case .text(let text): String(text.map { Self.isPrintable($0) ? $0 : "?" })
    }
  }

  private static func isPrintable(_ character: Character) -> Bool {
    character.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
  }
}
