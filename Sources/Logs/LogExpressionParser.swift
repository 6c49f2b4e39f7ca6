/// Reads a regular expression.
struct LogExpressionParser {
  /// What an expression says.
  indirect enum Tree {
    case step(LogExpression.Step)
    case sequence([Tree])
    case either(Tree, Tree)
    /// At least and at most so often; nil: any number of times.
    case repeated(Tree, Int, Int?)
  }

  /// The most groups within each other.
  private static let mostDepth = 20
  /// The most repetitions that can be asked for by number (RE_DUP_MAX of POSIX).
  private static let mostTimes = 255

  private let text: [UInt8]
  private var index = 0
  private var depth = 0

  init(_ text: String) { self.text = Array(text.utf8) }

  mutating func whole() throws(LogExpression.Mistake) -> Tree {
    let tree = try either()
    guard index == text.count else { throw mistake("a ) has no ( before it") }
    return tree
  }

  private var next: UInt8? { index < text.count ? text[index] : nil }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard let next, Unicode.Scalar(next) == sign else { return false }
    index += 1
    return true
  }

  /// - Parameter why: what is wrong just here.
  private func mistake(_ why: String) -> LogExpression.Mistake {
    let before = String(decoding: text.prefix(index), as: UTF8.self)
    return LogExpression.Mistake(description: "\(why), at character \(before.count + 1)")
  }

  private mutating func either() throws(LogExpression.Mistake) -> Tree {
    var tree = try sequence()
    while take("|") { tree = .either(tree, try sequence()) }
    return tree
  }

  private mutating func sequence() throws(LogExpression.Mistake) -> Tree {
    var parts: [Tree] = []
    while let next, next != UInt8(ascii: "|"), next != UInt8(ascii: ")") {
      parts.append(try repeated())
    }
    return .sequence(parts)
  }

  private mutating func repeated() throws(LogExpression.Mistake) -> Tree {
    var tree = try single()
    var count = 0
    while let (least, most) = try times() {
      count += 1
      guard count == 1 else { throw mistake("one repetition stands directly behind another") }
      tree = .repeated(tree, least, most)
    }
    return tree
  }

  /// How often the thing before comes; nil: nothing is said.
  private mutating func times() throws(LogExpression.Mistake) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard take("{") else { return nil }
    let least = try number()
    var most: Int? = least
    if take(",") { most = next == UInt8(ascii: "}") ? nil : try number() }
    guard take("}") else {
      throw mistake("behind { a number, or two with a comma, and } are expected")
    }
    if let most, most < least { throw mistake("the second number is less than the first") }
    return (least, most)
  }

  private mutating func number() throws(LogExpression.Mistake) -> Int {
    let start = index
    while let next, (0x30...0x39).contains(next), index < start + 4 { index += 1 }
    guard let number = Int(String(decoding: text[start..<index], as: UTF8.self)),
      number <= Self.mostTimes
    else { throw mistake("a number of 0 to \(Self.mostTimes) is expected") }
    return number
  }

  private mutating func single() throws(LogExpression.Mistake) -> Tree {
    guard let byte = next else { throw mistake("something is missing") }
    index += 1
    switch Unicode.Scalar(byte) {
    case ".": return .step(.byte(ByteSet([0...255])))
    case "^": return .step(.start)
    case "$": return .step(.end)
    case "[": return .step(.byte(try set()))
    case "\\": return .step(.byte(try escaped()))
    case "*", "+", "?", "{":
      index -= 1
      throw mistake("there is nothing before it that \(Unicode.Scalar(byte)) could repeat")
    case "(":
      depth += 1
      guard depth <= Self.mostDepth else {
        throw mistake("more than \(Self.mostDepth) groups are within each other")
      }
      let tree = try either()
      guard take(")") else { throw mistake("a ) is missing") }
      depth -= 1
      return tree
    default: return .step(.byte(ByteSet([byte...byte])))
    }
  }

  private mutating func escaped() throws(LogExpression.Mistake) -> ByteSet {
    guard let byte = next else { throw mistake("behind \\ a sign is missing") }
    index += 1
    switch Unicode.Scalar(byte) {
    case "d": return Self.digits
    case "s": return ByteSet([0x09...0x0D, 0x20...0x20])
    case "w": return ByteSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F])
    case "0"..."9", "a"..."z", "A"..."Z":
      index -= 1
      throw mistake("\\ stands before signs, and in \\d, \\s and \\w")
    default: return ByteSet([byte...byte])
    }
  }

  private static let digits = ByteSet([0x30...0x39])

  /// Behind `[`.
  private mutating func set() throws(LogExpression.Mistake) -> ByteSet {
    let isInverted = take("^")
    var ranges: [ClosedRange<UInt8>] = []
    while let first = next, first != UInt8(ascii: "]") || ranges.isEmpty {
      index += 1
      var low = first
      if first == UInt8(ascii: "\\"), let sign = next {
        low = sign
        index += 1
      }
      guard next == UInt8(ascii: "-"), index + 1 < text.count, text[index + 1] != UInt8(ascii: "]")
      else {
        ranges.append(low...low)
        continue
      }
      let high = text[index + 1]
      guard low <= high else { throw mistake("the range ends before it begins") }
      ranges.append(low...high)
      index += 2
    }
    guard take("]") else { throw mistake("a ] is missing") }
    let set = ByteSet(ranges)
    return isInverted ? set.inverted : set
  }
}
