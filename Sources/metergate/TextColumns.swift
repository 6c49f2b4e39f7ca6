/// Rows in columns that stand below each other.
enum TextColumns {
  /// The lines; the last column is not filled up.
  static func joined(_ rows: [[String]]) -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, text in
        column + 1 == row.count
          ? text : text + String(repeating: " ", count: widths[column] - text.count + 2)
      }.joined()
    }.joined(separator: "\n")
  }
}
