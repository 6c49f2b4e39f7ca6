import Bytes

/// A line of text that has telegrams in it: hexadecimal digits, or a line of the raw log.
struct TelegramLine: Equatable {
  /// The bytes.
  var bytes: [UInt8]
  /// What the raw log says of them; nil: it is no line of the raw log.
  var log: Log?

  /// What stands before the bytes in the raw log (MBUS_RAWLOGENABLE), and the marks in them.
  struct Log: Equatable {
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

  /// Reads a line.
  /// - Returns: nil for a line without any: blank, or a comment, which begins with #.
  static func read(_ text: String) throws(HexText.Problem) -> TelegramLine? {
    let before = text.prefix { $0.isWhitespace || $0 == "\u{FEFF}" }
    let text = text.dropFirst(before.count)
    let content = text.prefix { $0 != "#" }
    guard content.contains(where: { !$0.isWhitespace }) else { return nil }
    guard let (head, hex) = split(content) else {
      return TelegramLine(bytes: try decode(content, at: before.count), log: nil)
    }
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
  ) throws(HexText.Problem) -> [UInt8] {
    do { return try HexText.decode(hex) } catch {
      switch error {
      case .notADigit(let character, let offset):
        throw .notADigit(character, offset: place + offset)
      case .oneDigit(let character, let offset): throw .oneDigit(character, offset: place + offset)
      }
    }
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
