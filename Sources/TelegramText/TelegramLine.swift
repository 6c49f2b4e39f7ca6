import Bytes
import TextFormats

/// A line of text that has telegrams in it: hexadecimal digits, a line of a log, or a JSON object with them.
package struct TelegramLine: Equatable {
  /// The bytes.
  package var bytes: [UInt8]
  /// What the raw log says of them; nil: it is no line of the raw log.
  package var log: Log?
  /// What another program has written before them, such as the time; nil: nothing.
  package var prefix: String?

  /// What stands before the bytes in the raw log (MBUS_RAWLOGENABLE), and the marks in them.
  package struct Log: Equatable {
    /// UTC.
    var time: String
    var line: String
    /// TX, RX or GUEST.
    var direction: String
    /// Nil: no meter in particular.
    var serial: String?
    /// Places of bytes that came with a wrong parity or stop bit.
    var damaged: [Int] = []

    /// On one line.
    var text: String {
      let way =
        switch direction {
        case "TX": "to the meters"
        case "GUEST": "from an outside master to the meters"
        default: "from the meters"
        }
      return "\(time) \(line), \(way)" + (serial.map { ", while \($0) was read" } ?? "")
    }
  }

  /// Why a line has no bytes that can be read. Offsets count characters of the line.
  package enum Problem: Error, Equatable, CustomStringConvertible {
    /// Something in the bytes.
    case hex(HexText.Problem)
    /// A bracket or quote before the bytes that nothing closes.
    case unclosed(Character, offset: Int)
    /// Something stands behind the bracket or quote that ends the bytes.
    case behind(Character, offset: Int)
    /// A JSON object that cannot be read, or has no telegram.
    case json(TelegramObject.Problem, offset: Int)

    /// Where, counted in characters of the line.
    package var offset: Int {
      switch self {
      case .hex(let problem): problem.offset
      case .unclosed(_, let offset), .behind(_, let offset), .json(_, let offset): offset
      }
    }

    /// What is wrong, for people, who count from 1.
    package var description: String {
      switch self {
      case .hex(let problem): problem.description
      case .unclosed(let opening, let offset):
        "nothing closes the \(opening) at character \(offset + 1)"
      case .behind(let character, let offset):
        "'\(character)' at character \(offset + 1): nothing can follow the bytes in brackets or quotes"
      case .json(let problem, let offset):
        switch problem.reason {
        case .noObject(let why): "this is no JSON object, at character \(offset + 1): \(why)"
        case .noHex:
          "the JSON object has no text \"hex\" with the telegram, at character \(offset + 1)"
        }
      }
    }
  }

  /// Reads a line.
  /// - Returns: nil for a line without any: blank, or a comment, which begins with #.
  package static func read(_ text: String) throws(Problem) -> TelegramLine? {
    let before = text.prefix { $0.isWhitespace || $0 == "\u{FEFF}" }
    let text = text.dropFirst(before.count)
    if isObject(text) { return try object(text, at: before.count) }
    let content = text.prefix { $0 != "#" }
    guard content.contains(where: { !$0.isWhitespace }) else { return nil }
    guard let (head, hex) = split(content) else { return try foreign(content, at: before.count) }
    var log = head
    let place = before.count + content.count - hex.count
    log.damaged = damaged(hex)
    // The mark stands where a blank could.
    let bytes = try decode(String(hex.map { $0 == "!" ? " " : $0 }), at: place)
    return TelegramLine(bytes: bytes, log: log)
  }

  /// Reads bytes; problems name their place in the line.
  private static func decode(
    _ hex: some StringProtocol, at place: Int
  ) throws(Problem) -> [UInt8] {
    do { return try HexText.decode(hex) } catch { throw .hex(error.moved(by: place)) }
  }

  /// What the raw log writes before the bytes, and these; nil: it is no line of it.
  private static func split(_ text: Substring) -> (Log, Substring)? {
    let form =
      /([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z) +(\S.*?) +(TX|RX|GUEST) +serial=(\S+)(?: +|$)/
    guard let head = text.prefixMatch(of: form) else { return nil }
    let serial = head.4 == "-" ? nil : String(head.4)
    let log = Log(
      time: String(head.1), line: String(head.2), direction: String(head.3), serial: serial)
    return (log, text[head.range.upperBound...])
  }

  /// The bytes behind which a mark stands.
  private static func damaged(_ hex: Substring) -> [Int] {
    var places: [Int] = []
    var digits = 0
    for character in hex {
      if character == "!", digits >= 2 { places.append(digits / 2 - 1) }
      if character.isHexDigit { digits += 1 }
    }
    return places
  }
}

/// Lines that other programs write.
extension TelegramLine {
  /// An object of JSON, and no list of bytes in braces.
  private static func isObject(_ text: Substring) -> Bool {
    guard text.first == "{" else { return false }
    let next = text.dropFirst().first { !$0.isWhitespace }
    return next == "\"" || next == "}"
  }

  private static func object(_ text: Substring, at place: Int) throws(Problem) -> TelegramLine {
    let object: TelegramObject
    do { object = try TelegramObject(text) } catch {
      throw .json(error, offset: place + error.offset)
    }
    return TelegramLine(bytes: try decode(object.hex, at: place + object.offset))
  }

  /// Bytes, with something before them and brackets around them where they have that.
  private static func foreign(_ text: Substring, at place: Int) throws(Problem) -> TelegramLine {
    let prefix = LinePrefix.find(in: text)
    let start = prefix?.length ?? 0
    let (hex, inner) = try inside(text.dropFirst(start), at: place + start)
    return TelegramLine(bytes: try decode(hex, at: inner), prefix: prefix?.text)
  }

  private static let closing: [Character: Character] = [
    "[": "]", "(": ")", "{": "}", "<": ">", "\"": "\"", "'": "'",
  ]

  /// What stands between brackets or quotes, and its place; all of it where there are none.
  private static func inside(
    _ text: Substring, at place: Int
  ) throws(Problem) -> (Substring, Int) {
    guard let opening = text.first, let closing = closing[opening] else { return (text, place) }
    let inner = text.dropFirst().prefix { $0 != closing }
    let rest = text.dropFirst(1 + inner.count)
    guard !rest.isEmpty else { throw .unclosed(opening, offset: place) }
    let behind = rest.dropFirst().enumerated().first {
      !$0.element.isWhitespace && !",;".contains($0.element)
    }
    if let behind {
      throw .behind(behind.element, offset: place + 2 + inner.count + behind.offset)
    }
    return (inner, place + 1)
  }
}

extension HexText.Problem {
  /// The same in a text that has so many characters before.
  fileprivate func moved(by count: Int) -> HexText.Problem {
    switch self {
    case .notADigit(let character, let offset): .notADigit(character, offset: count + offset)
    case .oneDigit(let character, let offset): .oneDigit(character, offset: count + offset)
    }
  }
}
