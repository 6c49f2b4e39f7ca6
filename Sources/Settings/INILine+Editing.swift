extension INIDocument.Line {
  /// Byte order mark, text and line end.
  var parts: (mark: [UInt8], text: [UInt8], end: [UInt8]) {
    let hasMark = number == 1 && bytes.starts(with: INIDocument.byteOrderMark)
    let mark = hasMark ? INIDocument.byteOrderMark : []
    let body = bytes.dropFirst(mark.count)
    let end = body.reversed().prefix(while: INIDocument.isLineEnd).count
    return (mark, Array(body.dropLast(end)), Array(body.suffix(end)))
  }

  /// True for a line `KEY=VALUE`.
  var isEntry: Bool {
    if case .entry = content { true } else { false }
  }

  /// False for blank lines and comments.
  var isSaying: Bool { content != .blank && content != .comment }

  /// How an entry is indented and spaced: before the key, before `=`, behind it. More than one space
  /// around the `=` is for its neighbours to stand in line, and nothing to copy.
  var spacing: (indentation: String, before: String, after: String) {
    let text = String(decoding: parts.text, as: UTF8.self)
    let indentation = text.prefix { $0 == " " || $0 == "\t" }
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2 else { return (String(indentation), "", "") }
    return (
      String(indentation), sides[0].hasSuffix(" ") ? " " : "", sides[1].hasPrefix(" ") ? " " : ""
    )
  }

  /// The bytes of this entry with another value, in the quotes that it had, or without, or in those
  /// that it needs; nil when there is no way that reads back the same.
  func replacingValue(_ value: String) -> [UInt8]? {
    let (mark, text, end) = parts
    let characters = Array(isLatin1 ? Self.latin1(text) : String(decoding: text, as: UTF8.self))
    guard let equals = characters.firstIndex(of: "="),
      case .entry(let key, _, _) = content
    else { return nil }
    let field = INILineParser.valueField(characters, equals: equals)
    let old = characters[field]
    let hadQuotes = INILineParser.isQuoted(old) ? old.first.map { ["\($0)"] } ?? [] : []
    let before = String(characters[..<field.lowerBound])
    let after = String(characters[field.upperBound...])
    // A comment needs a space in front of it where the value has no quotes.
    let gaps = after.isEmpty ? [""] : ["", " "]
    for quote in hadQuotes + ["", "\"", "'"] {
      for gap in gaps {
        for line in encodings(before + quote + value + quote + gap + after) {
          let bytes = mark + line + end
          if reads(bytes, key: key, value: value) { return bytes }
        }
      }
    }
    return nil
  }

  /// A line in the encoding that it had; Latin-1 gives way to UTF-8 where it lacks a character.
  private func encodings(_ line: String) -> [[UInt8]] {
    let utf8 = Array(line.utf8)
    guard isLatin1 else { return [utf8] }
    let latin1 = line.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
    return latin1.count == line.unicodeScalars.count ? [latin1, utf8] : [utf8]
  }

  private func reads(_ bytes: [UInt8], key: String, value: String) -> Bool {
    let lines = INIDocument(bytes).lines
    guard lines.count == 1, case .entry(let readKey, let readValue, _) = lines[0].content else {
      return false
    }
    // Not by canonical equivalence, as strings are compared: byte for byte.
    return Array(readKey.utf8) == Array(key.utf8) && Array(readValue.utf8) == Array(value.utf8)
  }

  private static func latin1(_ bytes: [UInt8]) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }
}
