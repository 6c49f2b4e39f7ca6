/// The register map as a document.
public enum RegisterTable {
  /// The names of the columns.
  public static let columns = [
    "first", "last", "entry", "meter", "description", "scale", "unit", "key",
  ]

  /// A table with aligned columns, for a terminal.
  public static func text(_ rows: [RegisterRow]) -> String {
    let lines = [columns] + rows.map { $0.cells.map(printable) }
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

  /// Comma-separated values with a header line (RFC 4180; lines end in CR LF).
  public static func csv(_ rows: [RegisterRow]) -> String {
    ([columns] + rows.map(\.cells)).map { cells in
      cells.map(quoted).joined(separator: ",") + "\r\n"
    }.joined()
  }

  private static let rightAligned: Set<String> = ["first", "last", "scale"]

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
  private static func printable(_ text: String) -> String {
    String(text.map { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 } ? $0 : "?" })
  }

  /// Looks at scalars, since CR LF together are one `Character`.
  private static func quoted(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { [",", "\"", "\r", "\n"].contains($0) }
    guard needsQuotes else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
