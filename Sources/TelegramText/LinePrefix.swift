import Bytes
import MBus

/// What programs write before the bytes that they log: the time, and a word for the way. Only what cannot be bytes is
/// taken for it.
package enum LinePrefix {
  /// Cuts a line.
  /// - Returns: what stands before the bytes, and how many characters with the blanks behind it; nothing for a line
  ///   that has bytes only, or something else.
  package static func find(in line: Substring) -> (text: String, length: Int)? {
    var rest = line
    let stamp = fullTime(rest)
    if stamp == nil, (try? HexText.decode(rest)) != nil {
      guard let time = ambiguousTime(rest) else { return nil }
      rest = rest.dropFirst(time)
    }
    rest = rest.dropFirst(stamp ?? 0)
    while let length = part(rest) { rest = rest.dropFirst(length) }
    let text = line.dropLast(rest.count)
    guard !text.isEmpty, !rest.isEmpty else { return nil }
    return (trimmed(text), text.count)
  }

  private static func trimmed(_ text: Substring) -> String {
    let end = text.reversed().drop { $0.isWhitespace }
    return String(end.reversed())
  }

  /// A date with a time behind it is never taken for bytes.
  private static func fullTime(_ text: Substring) -> Int? {
    let form =
      /[\[(]?([0-9]{4}[-\/](0[1-9]|1[0-2])[-\/][0-3][0-9]|[0-3]?[0-9]\.[01]?[0-9]\.[0-9]{4})[T ,]+([01][0-9]|2[0-3]):[0-5][0-9](:[0-6][0-9]([.,][0-9]+)?)?( ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?[\])]?[:;,]?(\s+|$)/
    return text.prefixMatch(of: form)?.output.0.count
  }

  /// A time alone, or a date, that could be bytes, too: it is one where a frame begins behind it, and none with it.
  private static func ambiguousTime(_ text: Substring) -> Int? {
    let form =
      /(([01][0-9]|2[0-3]):[0-5][0-9]:[0-6][0-9]|[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9])\s+/
    guard let length = text.prefixMatch(of: form)?.output.0.count,
      !beginsWithFrame(text), beginsWithFrame(text.dropFirst(length))
    else { return nil }
    return length
  }

  private static func beginsWithFrame(_ text: Substring) -> Bool {
    guard let bytes = try? HexText.decode(text), let first = FramePiece.pieces(of: bytes).first,
      case .frame = first.content
    else { return false }
    return true
  }

  /// The length of the next part; nil: bytes begin, or what is no prefix.
  private static func part(_ text: Substring) -> Int? {
    guard !text.isEmpty, (try? HexText.decode(text)) == nil else { return nil }
    return time(text) ?? group(text) ?? way(text) ?? label(text)
  }

  /// A time with a fraction, which has a point or a comma where bytes have none, or in brackets; seconds since 1970.
  private static func time(_ text: Substring) -> Int? {
    let form =
      /([01][0-9]|2[0-3]):[0-5][0-9]:[0-6][0-9][.,][0-9]+[:;,]?\s+|[0-9]{9,10}\.[0-9]+[:;,]?\s+|\[([01][0-9]|2[0-3]):[0-5][0-9](:[0-6][0-9]([.,][0-9]+)?)?\][:;,]?\s*|\([0-9]{9,10}\.[0-9]+\)\s+/
    return fullTime(text) ?? text.prefixMatch(of: form)?.output.0.count
  }

  /// A word in brackets that is no byte: the level of a log, or its source; a number of bytes, with a colon behind.
  private static func group(_ text: Substring) -> Int? {
    let form = /[\[(]([A-Za-z][^\[\]()\s]*)[\])]:?\s*/
    if let count = text.prefixMatch(of: /[\[(][0-9]+[\])]:\s*/) { return count.output.count }
    guard let match = text.prefixMatch(of: form), match.output.0.count < text.count,
      match.output.1.count == 1 || isNoHex(match.output.1)
    else { return nil }
    return match.output.0.count
  }

  /// Words for the way of a telegram, and arrows.
  private static func way(_ text: Substring) -> Int? {
    let form =
      /((RX|TX|RECV|SEND|SENT|RECEIVED)( [0-9]+ bytes?)?[:>]?(\s+|(?=[\[(]))|[-=]{1,2}>\s*|<[-=]{1,2}\s*|[<>]{1,2}\s+)/
      .ignoresCase()
    return text.prefixMatch(of: form)?.output.0.count
  }

  /// Words up to a colon, = or > that cannot be bytes, so that none are lost: "Read 27 bytes:".
  private static func label(_ text: Substring) -> Int? {
    guard let first = text.first, first.isASCII, first.isLetter else { return nil }
    for (place, character) in text.enumerated() where ":=>".contains(character) {
      let before = text.prefix(place)
      guard isName(before) else { continue }
      let behind = text.dropFirst(place).prefix { ":=>".contains($0) || $0.isWhitespace }
      return place + behind.count
    }
    return nil
  }

  /// Words with their brackets whole, none of which can be a byte; a number of bytes says so itself.
  private static func isName(_ text: Substring) -> Bool {
    let isAllowed = text.allSatisfy { character in
      character.isASCII && (character.isLetter || character.isNumber)
        || " \t_-./()[]:=>".contains(character)
    }
    let opened = text.count(where: { "([".contains($0) })
    guard isAllowed, isNoHex(text), opened == text.count(where: { ")]".contains($0) }) else {
      return false
    }
    let words = text.split(whereSeparator: { $0.isWhitespace || ":=>".contains($0) })
    return zip(words, words.dropFirst() + [""]).allSatisfy { word, next in
      isNoHex(word) || "[(".contains(word.prefix(1)) || next.hasPrefix("byte")
        || (word.count == 1 && !next.isEmpty)
    }
  }

  private static func isNoHex(_ text: Substring) -> Bool {
    text.contains { $0.isLetter && !$0.isHexDigit }
  }
}
