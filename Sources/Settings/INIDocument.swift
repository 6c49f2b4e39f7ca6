/// The text of chip.ini, line by line. It reads what people and old devices write: with or without
/// byte order mark, any line ends, spaces, quotes, comments; and gives back every byte of it.
public struct INIDocument: Equatable, Sendable {
  /// One line.
  public struct Line: Equatable, Sendable {
    /// 1 and up.
    public let number: Int
    /// The line as it stood there, with its line end (and the byte order mark, in the first).
    public let bytes: [UInt8]
    /// What it says.
    public let content: Content
    /// True when its bytes are no UTF-8; they are then read as Latin-1.
    public let isLatin1: Bool
    /// Where what it says begins: the `[` of a group, the first character of a key.
    public let place: TextPlace

    /// Where its value stands, or would stand; that of the line where it has none.
    var valuePlace: TextPlace {
      guard case .entry(_, _, let column) = content else { return place }
      return TextPlace(line: number, column: column)
    }

    /// Whether something but a comment follows the ] of a group.
    var hasMoreThanGroup: Bool {
      guard case .group(_, true) = content else { return false }
      let text = bytes.drop { $0 != 0x5D }.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
      // A semicolon, a number sign, or the line's end.
      return text.first.map { ![0x3B, 0x23, 0x0A, 0x0D].contains($0) } ?? false
    }
  }

  /// What a line says.
  public enum Content: Equatable, Sendable {
    /// Nothing.
    case blank
    /// After `;` or `#`.
    case comment
    /// `[name]`; `isClosed` is false where the bracket is missing.
    case group(name: String, isClosed: Bool)
    /// `key = value`; the column is that of the value's first character.
    case entry(key: String, value: String, column: Int)
    /// None of these.
    case unreadable(String)
  }

  /// The lines, in order.
  public let lines: [Line]

  /// Reads any bytes whatsoever.
  public init(_ bytes: [UInt8]) {
    lines = Self.split(bytes).enumerated().map { index, range in
      Self.line(number: index + 1, bytes: Array(bytes[range]))
    }
  }

  /// The text as UTF-8 or Latin-1.
  public init(_ text: String) { self.init(Array(text.utf8)) }

  /// The file as it was read.
  public var bytes: [UInt8] { lines.flatMap(\.bytes) }

  /// Ranges of lines with their ends: LF, CR LF or CR.
  private static func split(_ bytes: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() {
      let isBareReturn =
        byte == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A)
      guard byte == 0x0A || isBareReturn else { continue }
      ranges.append(start..<index + 1)
      start = index + 1
    }
    if start < bytes.count { ranges.append(start..<bytes.count) }
    return ranges
  }

  private static func line(number: Int, bytes: [UInt8]) -> Line {
    var text = bytes[...]
    if number == 1, text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    while let last = text.last, last == 0x0A || last == 0x0D { text = text.dropLast() }
    let decoded = String(validating: text, as: UTF8.self)
    let string = decoded ?? String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) }))
    let characters = Array(string)
    return Line(
      number: number, bytes: bytes, content: INILineParser.content(of: characters),
      isLatin1: decoded == nil,
      place: TextPlace(
        line: number, column: characters[..<INILineParser.start(of: characters)].scalarCount + 1))
  }
}

/// Reads one line of chip.ini.
enum INILineParser {
  static func content(of line: [Character]) -> INIDocument.Content {
    guard !line.allSatisfy(isSpace) else { return .blank }
    let start = start(of: line)
    if isComment(line[start]) { return .comment }
    if line[start] == "[" {
      let close = line[start...].firstIndex(of: "]")
      return .group(
        name: trimmed(line[(start + 1)..<(close ?? line.count)]), isClosed: close != nil)
    }
    guard let equals = line.firstIndex(of: "=") else { return .unreadable(trimmed(line[...])) }
    let key = trimmed(line[..<equals])
    guard !key.isEmpty else { return .unreadable(trimmed(line[...])) }
    let first = line[(equals + 1)...].firstIndex { !isSpace($0) } ?? line.count
    let field = line[valueField(line, equals: equals)]
    guard isQuoted(field) else {
      return .entry(key: key, value: String(field), column: line[..<first].scalarCount + 1)
    }
    return .entry(
      key: key, value: String(field.dropFirst().dropLast()), column: line[..<first].scalarCount + 2)
  }

  /// The index of the first character that is no space; 0 where there is none.
  static func start(of line: [Character]) -> Int { line.firstIndex { !isSpace($0) } ?? 0 }

  /// Where the value of a line with `=` stands, with its quotes. Where there is none, it is the place
  /// for one: behind the `=` and a space, if there is one.
  static func valueField(_ line: [Character], equals: Int) -> Range<Int> {
    let first = line[(equals + 1)...].firstIndex { !isSpace($0) } ?? line.count
    let rest = line[first...]
    if let end = closingQuote(rest) { return first..<end + 1 }
    let count = unquotedCount(rest)
    guard count == 0 else { return first..<first + count }
    let place = first > equals + 1 ? equals + 2 : equals + 1
    return place..<place
  }

  /// Whether a value field stands in quotes.
  static func isQuoted(_ field: ArraySlice<Character>) -> Bool {
    closingQuote(field) == field.endIndex - 1
  }

  /// The second of two quotes, when nothing but a comment follows it.
  private static func closingQuote(_ text: ArraySlice<Character>) -> Int? {
    guard let quote = text.first, quote == "\"" || quote == "'",
      let end = text.dropFirst().firstIndex(of: quote)
    else { return nil }
    let after = text[(end + 1)...].drop(while: isSpace)
    return after.first.map(isComment) ?? true ? end : nil
  }

  /// Up to a comment, which needs a space in front of it: values may contain `;` and `#`.
  private static func unquotedCount(_ text: ArraySlice<Character>) -> Int {
    var end = text.startIndex
    while end < text.endIndex {
      let isAfterSpace = end == text.startIndex || isSpace(text[end - 1])
      if isAfterSpace, isComment(text[end]) { break }
      end += 1
    }
    // The text begins with its first character that is no space.
    return text[..<end].lastIndex { !isSpace($0) }.map { $0 + 1 - text.startIndex } ?? 0
  }

  private static func trimmed(_ text: ArraySlice<Character>) -> String {
    let front = text.drop(while: isSpace)
    let end = front.lastIndex { !isSpace($0) }
    return end.map { String(front[...$0]) } ?? ""
  }

  private static func isComment(_ character: Character) -> Bool {
    character == ";" || character == "#"
  }

  private static func isSpace(_ character: Character) -> Bool {
    character == " " || character == "\t" || character == "\u{0B}" || character == "\u{0C}"
  }
}

extension Sequence where Element == Character {
  /// How many Unicode scalars they are: that is how editors count columns, and other files' readers.
  fileprivate var scalarCount: Int { reduce(0) { $0 + $1.unicodeScalars.count } }
}
