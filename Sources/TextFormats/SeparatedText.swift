/// Rows of cells as text that spreadsheets and programs read.
public enum SeparatedText {
  /// Comma-separated values (RFC 4180; lines end in CR LF).
  public static func commas(_ rows: [[Cell]]) -> String { joined(rows, separator: ",") }

  /// Semicolon-separated values, which spreadsheets read where the comma is the decimal sign. They begin
  /// with a byte order mark, without which these take UTF-8 for something else.
  public static func semicolons(_ rows: [[Cell]]) -> String {
    "\u{FEFF}" + joined(rows, separator: ";")
  }

  /// Tab-separated values: quoted like comma-separated ones, since that is what spreadsheets read.
  /// It begins with a byte order mark, without which they take UTF-8 for something else.
  public static func tabs(_ rows: [[Cell]]) -> String {
    "\u{FEFF}" + joined(rows, separator: "\t")
  }

  /// What stands in a cell.
  public enum Cell: Hashable, Sendable {
    /// Words of somebody else's. What a spreadsheet would run as a formula gets an apostrophe before it.
    case text(String)
    /// The same for words that have to come back as they were when a spreadsheet has saved the table: what it would
    /// take for a number or a date, such as `007` or `1-2`, gets an apostrophe before it, too.
    case words(String)
    /// A number; nil: an empty cell.
    case number(Int?)
    /// A number with a fraction, in digits as its reader wants them; it may have a sign.
    case decimal(String)

    var text: String {
      switch self {
      case .text(let text): SeparatedText.isFormulaBehindApostrophes(text) ? "'" + text : text
      case .words(let text): SeparatedText.isProtected(text) ? "'" + text : text
      case .number(let number): number.map(String.init) ?? ""
      case .decimal(let digits): digits
      }
    }
  }

  private static func joined(_ rows: [[Cell]], separator: Unicode.Scalar) -> String {
    var text = ""
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column > 0 { text.unicodeScalars.append(separator) }
        text += quoted(cell.text, separator)
      }
      text += "\r\n"
    }
    return text
  }

  /// Spreadsheets begin formulas with these; a tab or line end before them does not stop them.
  private static func isFormula(_ text: String) -> Bool {
    text.unicodeScalars.first.map { ["=", "+", "-", "@", "\t", "\r", "\n"].contains($0) } ?? false
  }

  /// The same with apostrophes before it, so that one more can be told from those of the text itself.
  private static func isFormulaBehindApostrophes(_ text: String) -> Bool {
    isFormula(String(text.drop { $0 == "'" }))
  }

  /// The same for what a spreadsheet would make something else of.
  private static func isProtected(_ text: String) -> Bool {
    isFormulaBehindApostrophes(text)
      || SpreadsheetGuess.isLikely(String(text.drop { $0 == "'" }))
  }

  /// The words that a cell stands for: without the apostrophe that `Cell` gave it.
  static func unprotected(_ text: String) -> String {
    text.hasPrefix("'") && isProtected(text) ? String(text.dropFirst()) : text
  }

  /// Looks at scalars, since CR LF together are one `Character`.
  private static func quoted(_ text: String, _ separator: Unicode.Scalar) -> String {
    // With semicolons a comma is that of a fraction. Otherwise both are quoted: readers guess.
    let marks: [Unicode.Scalar] =
      ["\"", "\t", "\r", "\n", separator] + (separator == ";" ? [] : [","])
    let special = text.unicodeScalars.contains { marks.contains($0) }
    guard special else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
