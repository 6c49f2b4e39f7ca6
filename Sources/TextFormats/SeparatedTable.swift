/// A table as people save it from a spreadsheet: what `SeparatedReader` makes of a file.
public struct SeparatedTable: Equatable, Sendable {
  /// One cell, and where it stands.
  public struct Field: Equatable, Sendable {
    /// What it says, without quotes and without spaces at its ends; of what was written for
    /// spreadsheets as `'=…` only `=…`.
    public let text: String
    /// The line in which it begins, 1 and up.
    public let line: Int
    /// The character in that line at which it begins, 1 and up.
    public let column: Int
  }

  /// One row: at least one of its cells says something.
  public struct Row: Equatable, Sendable {
    /// Its cells, from the first column on.
    public let fields: [Field]
    /// The line in which it begins.
    public var line: Int { fields.first?.line ?? 1 }
  }

  /// Why a file is no table.
  public struct Mistake: Error, Equatable, Sendable {
    /// The line, 1 and up; nil: the file as a whole.
    public let line: Int?
    /// The character in it, 1 and up.
    public let column: Int?
    /// What is wrong, and what is allowed.
    public let message: String
  }

  /// What is read at most.
  public enum Limit {
    /// Bytes of a file.
    public static let bytes = 16 * 1024 * 1024
    /// Rows of a table: 500 meters with 25 values have 13,000.
    public static let rows = 100_000
    /// Cells of a row.
    public static let columns = 256
    /// Characters of a cell.
    public static let characters = 4096
  }

  /// What stands between the cells: `;`, `,` or a tab.
  public let separator: Character
  /// The rows that are not empty.
  public let rows: [Row]
  /// Whether the bytes were no UTF-8, and were taken for the Western European code page of Windows.
  public let isWestern: Bool
}
