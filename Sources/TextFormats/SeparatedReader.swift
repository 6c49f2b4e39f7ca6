extension SeparatedTable {
  /// Reads comma, semicolon or tab separated values (RFC 4180) in UTF-8, with or without byte order mark,
  /// or in the Western European code page of Windows, which has Latin-1 in it. The separator is the one that
  /// the first row has most of; a first line `sep=;` names it, as in spreadsheets. Rows without text are
  /// left out.
  /// - Parameter bytes: the file, at most `Limit.bytes`.
  public init(_ bytes: [UInt8]) throws(Mistake) {
    guard bytes.count <= Limit.bytes else {
      throw Mistake(
        line: nil, column: nil,
        message: "the file has \(bytes.count) bytes; at most \(Limit.bytes) are read")
    }
    guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
      throw Mistake(
        line: 1, column: 1, message: "the file is UTF-16; save it as CSV in UTF-8")
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let text = String(validating: body, as: UTF8.self)
    isWestern = text == nil
    let scalars = text.map { Array($0.unicodeScalars) } ?? body.map(WesternCodePage.scalar)
    var reader = SeparatedReader(scalars)
    separator = Character(reader.separator)
    rows = try reader.read()
  }
}

/// Walks over the characters of a table.
struct SeparatedReader {
  /// In the order in which they are preferred.
  private static let separators: [Unicode.Scalar] = [";", "\t", ","]

  let separator: Unicode.Scalar
  private let text: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  private var column = 1

  init(_ text: [Unicode.Scalar]) {
    self.text = text
    if let (named, next) = Self.named(text) {
      separator = named
      position = next
      line = 2
    } else {
      separator = Self.usual(text)
    }
  }

  mutating func read() throws(SeparatedTable.Mistake) -> [SeparatedTable.Row] {
    var rows: [SeparatedTable.Row] = []
    while position < text.count {
      let row = try row()
      guard row.fields.contains(where: { !$0.text.isEmpty }) else { continue }
      guard rows.count < SeparatedTable.Limit.rows else {
        throw mistake(row.line, 1, "there are more than \(SeparatedTable.Limit.rows) rows")
      }
      rows.append(row)
    }
    return rows
  }

  private mutating func row() throws(SeparatedTable.Mistake) -> SeparatedTable.Row {
    var fields = [try field()]
    while position < text.count, text[position] == separator {
      step()
      guard fields.count < SeparatedTable.Limit.columns else {
        throw mistake(line, column, "there are more than \(SeparatedTable.Limit.columns) columns")
      }
      fields.append(try field())
    }
    lineEnd()
    return SeparatedTable.Row(fields: fields)
  }

  private mutating func field() throws(SeparatedTable.Mistake) -> SeparatedTable.Field {
    let (line, column) = (line, column)
    var found = String.UnicodeScalarView()
    let isQuoted = position < text.count && text[position] == "\""
    if isQuoted { found = try quoted() }
    while position < text.count, text[position] != separator, !Self.isLineEnd(text[position]) {
      guard !isQuoted || text[position] == " " else {
        throw mistake(
          self.line, self.column,
          "a cell ends at its closing quote; a quote within a cell is written twice")
      }
      guard text[position] != "\0" else {
        throw mistake(self.line, self.column, "a zero byte is in no table; is this a CSV file?")
      }
      if !isQuoted { found.append(text[position]) }
      step()
    }
    guard found.count <= SeparatedTable.Limit.characters else {
      throw mistake(
        line, column,
        "the cell has \(found.count) characters; at most \(SeparatedTable.Limit.characters) are read"
      )
    }
    return SeparatedTable.Field(
      text: SeparatedText.unprotected(Self.trimmed(String(found))), line: line, column: column)
  }

  /// What stands between quotes; line ends may.
  private mutating func quoted() throws(SeparatedTable.Mistake) -> String.UnicodeScalarView {
    let (line, column) = (line, column)
    var found = String.UnicodeScalarView()
    step()
    while position < text.count {
      let scalar = text[position]
      guard scalar == "\"" else {
        found.append(scalar)
        if Self.isLineEnd(scalar) {
          if scalar == "\r", position + 1 < text.count, text[position + 1] == "\n" {
            found.append("\n")
          }
          lineEnd()
        } else {
          step()
        }
        continue
      }
      step()
      guard position < text.count, text[position] == "\"" else { return found }
      found.append("\"")
      step()
    }
    throw mistake(line, column, "the quote that begins here is never closed")
  }

  private mutating func step() {
    position += 1
    column += 1
  }

  /// CR LF, LF or CR.
  private mutating func lineEnd() {
    guard position < text.count, Self.isLineEnd(text[position]) else { return }
    let isPair =
      text[position] == "\r" && position + 1 < text.count && text[position + 1] == "\n"
    position += isPair ? 2 : 1
    line += 1
    column = 1
  }

  private func mistake(
    _ line: Int, _ column: Int, _ message: String
  ) -> SeparatedTable.Mistake {
    SeparatedTable.Mistake(line: line, column: column, message: message)
  }

  /// `sep=;` in the first line, and where the second begins.
  private static func named(_ text: [Unicode.Scalar]) -> (Unicode.Scalar, Int)? {
    let head = Array("sep=".unicodeScalars)
    guard text.count > head.count, text.starts(with: head), separators.contains(text[head.count])
    else { return nil }
    let end = text[(head.count + 1)...].prefix(2)
    guard end.first.map(isLineEnd) ?? true else { return nil }
    return (
      text[head.count], end.startIndex + (end.elementsEqual(["\r", "\n"]) ? 2 : min(1, end.count))
    )
  }

  /// The separator that the first row with text has most of, outside quotes.
  private static func usual(_ text: [Unicode.Scalar]) -> Unicode.Scalar {
    var counts: [Unicode.Scalar: Int] = [:]
    var isQuoted = false
    var hasText = false
    for scalar in text.prefix(SeparatedTable.Limit.characters) {
      if scalar == "\"" { isQuoted.toggle() }
      guard !isQuoted else { continue }
      if isLineEnd(scalar) {
        if hasText { break }
        counts = [:]
      } else if separators.contains(scalar) {
        counts[scalar, default: 0] += 1
      } else if scalar != " " {
        hasText = true
      }
    }
    return separators.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? ";"
  }

  private static func trimmed(_ text: String) -> String {
    let front = text.drop { $0 == " " || $0 == "\u{A0}" }
    let end = front.lastIndex { $0 != " " && $0 != "\u{A0}" }
    return end.map { String(front[...$0]) } ?? ""
  }

  private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\n" || scalar == "\r"
  }
}

/// The code page 1252 of Windows: Latin-1 with more characters in the place of control characters.
enum WesternCodePage {
  /// 0x80 to 0x9F; those that it leaves open are as in Latin-1 (WHATWG Encoding, windows-1252).
  private static let upper: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]

  static func scalar(_ byte: UInt8) -> Unicode.Scalar {
    guard (0x80...0x9F).contains(byte) else { return Unicode.Scalar(byte) }
    return Unicode.Scalar(upper[Int(byte - 0x80)]) ?? Unicode.Scalar(byte)
  }
}
