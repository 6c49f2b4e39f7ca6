/// Reads JSON (RFC 8259) byte by byte.
struct JSONParser {
  /// What is wrong, and at which byte.
  struct Failure: Error {
    let offset: Int
    let message: String
  }

  private let bytes: [UInt8]
  private let isLenient: Bool
  private var position: Int
  private var nodes = 0

  /// - Parameter isLenient: as `JSONDocument.Strictness.lenient` says.
  init(_ bytes: [UInt8], isLenient: Bool = false) {
    self.bytes = bytes
    self.isLenient = isLenient
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func document() throws(Failure) -> JSONDocument.Node {
    let root = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else {
      throw failure("nothing may follow the end of the JSON text")
    }
    return root
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONDocument.Node {
    skipSpace()
    let start = position
    nodes += 1
    guard nodes <= JSONDocument.Limit.nodes else {
      throw failure("there are more than \(JSONDocument.Limit.nodes) values")
    }
    guard depth <= JSONDocument.Limit.depth else {
      throw failure("there are more than \(JSONDocument.Limit.depth) levels of lists and objects")
    }
    guard let first = next else {
      throw failure("the JSON text ends too early: a value is missing")
    }
    if let number = notANumber() { return JSONDocument.Node(offset: start, content: number) }
    return JSONDocument.Node(offset: start, content: try content(first, depth))
  }

  private mutating func content(
    _ first: UInt8, _ depth: Int
  ) throws(Failure) -> JSONDocument.Content {
    switch first {
    case UInt8(ascii: "{"): return .object(try members(depth))
    case UInt8(ascii: "["): return .array(try items(depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return .bool(try word("true", true))
    case UInt8(ascii: "f"): return .bool(try word("false", false))
    case UInt8(ascii: "n"):
      _ = try word("null", false)
      return .null
    case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
    default:
      throw failure(
        "here a value must begin: {, [, a text in double quotes, a number, true, false or null")
    }
  }

  /// The name of a number that JSON does not have, where it is let pass; nil: something else follows.
  private mutating func notANumber() -> JSONDocument.Content? {
    guard isLenient,
      let name = ["NaN", "Infinity", "-Infinity"].first(where: {
        bytes[position...].starts(with: $0.utf8)
      })
    else { return nil }
    position += name.utf8.count
    return .number(name)
  }

  private mutating func members(_ depth: Int) throws(Failure) -> [JSONDocument.Member] {
    var members: [JSONDocument.Member] = []
    var seen: Set<String> = []
    position += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return [] }
    while true {
      skipSpace()
      let start = position
      guard next == UInt8(ascii: "\"") else {
        throw failure("here the name of a field must begin, in double quotes")
      }
      let name = try string()
      guard seen.insert(name).inserted || isLenient else {
        throw Failure(
          offset: start, message: "\(Self.shown(name)) is in the object already; once is allowed")
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else {
        throw failure("a colon must follow the name of a field")
      }
      members.append(
        JSONDocument.Member(name: name, offset: start, value: try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return members }
      guard take(UInt8(ascii: ",")) else { throw failure("a comma or } must follow a field") }
    }
  }

  private mutating func items(_ depth: Int) throws(Failure) -> [JSONDocument.Node] {
    var items: [JSONDocument.Node] = []
    position += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return [] }
    while true {
      items.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return items }
      guard take(UInt8(ascii: ",")) else { throw failure("a comma or ] must follow an item") }
    }
  }

  private mutating func word(_ word: StaticString, _ value: Bool) throws(Failure) -> Bool {
    let text = word.description
    guard bytes[position...].starts(with: text.utf8) else {
      throw failure("here a value must begin; words are true, false and null, in small letters")
    }
    position += text.utf8.count
    return value
  }

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
  private mutating func number() throws(Failure) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let whole = position
    guard digits() else { throw failure("a digit must follow the sign") }
    guard bytes[whole] != 0x30 || position == whole + 1 else {
      throw Failure(offset: whole, message: "a number has no zeros in front")
    }
    if take(UInt8(ascii: ".")) {
      guard digits() else { throw failure("a digit must follow the point") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() else { throw failure("a digit must follow the exponent's sign") }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// True when there was one at least.
  private mutating func digits() -> Bool {
    let start = position
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
    return position > start
  }

  private mutating func string() throws(Failure) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    var run = position
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        text += bytes[run..<position]
        guard let string = String(validating: text, as: UTF8.self) else {
          throw Failure(offset: start, message: "the text that begins here is not UTF-8")
        }
        position += 1
        return string
      case UInt8(ascii: "\\"):
        text += bytes[run..<position]
        text += Array(String(try escape()).utf8)
        run = position
      case 0..<0x20:
        throw failure("a control character in a text is written as \\u00XX, a line end as \\n")
      default: position += 1
      }
    }
    throw Failure(
      offset: start, message: "the text that begins here never ends: its closing quote is missing")
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    let start = position
    position += 1
    defer { position += 1 }
    switch next {
    case UInt8(ascii: "\"")?: return "\""
    case UInt8(ascii: "\\")?: return "\\"
    case UInt8(ascii: "/")?: return "/"
    case UInt8(ascii: "b")?: return "\u{8}"
    case UInt8(ascii: "f")?: return "\u{C}"
    case UInt8(ascii: "n")?: return "\n"
    case UInt8(ascii: "r")?: return "\r"
    case UInt8(ascii: "t")?: return "\t"
    case UInt8(ascii: "u")?: return try unicode(start)
    default:
      throw Failure(
        offset: start,
        message: "after \\ one of \" \\ / b f n r t, or u and four hexadecimal digits, is allowed")
    }
  }

  /// The scalar of `\u` and four digits, or of two of them that are halves (UTF-16). Ends at its last digit.
  private mutating func unicode(_ start: Int) throws(Failure) -> Unicode.Scalar {
    let first = try unit(start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let isPair =
      (0xD800..<0xDC00).contains(first)
      && bytes[(position + 1)...].starts(with: Array("\\u".utf8))
    if isPair {
      position += 2
      let second = try unit(start)
      // Both have ten bits, so that nothing can overflow.
      let code = 0x1_0000 + ((first & 0x3FF) << 10 | second & 0x3FF)
      if (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(code) { return scalar }
    }
    throw Failure(
      offset: start,
      message: "half of a character: \\ud8XX to \\udbXX need \\udcXX to \\udfXX behind them")
  }

  /// The four digits behind the `u` at the position. Ends at the last.
  private mutating func unit(_ start: Int) throws(Failure) -> UInt32 {
    let digits = bytes[(position + 1)...].prefix(4)
    let isHex = digits.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
    }
    guard digits.count == 4, isHex,
      let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else {
      throw Failure(offset: start, message: "\\u needs four hexadecimal digits")
    }
    position += 4
    return number
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private func failure(_ message: String) -> Failure { Failure(offset: position, message: message) }

  /// A name for messages.
  private static func shown(_ name: String) -> String {
    JSONText.quoted(String(name.prefix(80))) + (name.count > 80 ? "…" : "")
  }
}
