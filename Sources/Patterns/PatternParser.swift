/// Reads a regular expression.
struct PatternParser {
  /// What an expression says.
  indirect enum Tree {
    case step(BoundedPattern.Step)
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

  private let ignoresCase: Bool

  init(_ text: String, ignoresCase: Bool) {
    self.text = Array(text.utf8)
    self.ignoresCase = ignoresCase
  }

  mutating func whole() throws(BoundedPattern.Mistake) -> Tree {
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
  private func mistake(_ why: String) -> BoundedPattern.Mistake {
    let before = String(decoding: text.prefix(index), as: UTF8.self)
    return BoundedPattern.Mistake(description: "\(why), at character \(before.count + 1)")
  }

  private mutating func either() throws(BoundedPattern.Mistake) -> Tree {
    var tree = try sequence()
    while take("|") { tree = .either(tree, try sequence()) }
    return tree
  }

  private mutating func sequence() throws(BoundedPattern.Mistake) -> Tree {
    var parts: [Tree] = []
    while let next, next != UInt8(ascii: "|"), next != UInt8(ascii: ")") {
      parts.append(try repeated())
    }
    return .sequence(parts)
  }

  private mutating func repeated() throws(BoundedPattern.Mistake) -> Tree {
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
  private mutating func times() throws(BoundedPattern.Mistake) -> (Int, Int?)? {
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

  private mutating func number() throws(BoundedPattern.Mistake) -> Int {
    let start = index
    while let next, (0x30...0x39).contains(next), index < start + 4 { index += 1 }
    guard let number = Int(String(decoding: text[start..<index], as: UTF8.self)),
      number <= Self.mostTimes
    else { throw mistake("a number of 0 to \(Self.mostTimes) is expected") }
    return number
  }

  private mutating func single() throws(BoundedPattern.Mistake) -> Tree {
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
    default: return .step(.byte(ByteSet([byte...byte], ignoresCase: ignoresCase)))
    }
  }

  private mutating func escaped() throws(BoundedPattern.Mistake) -> ByteSet {
    guard let byte = next else { throw mistake("behind \\ a sign is missing") }
    index += 1
    switch Unicode.Scalar(byte) {
    case "d": return Self.digits
    case "s": return ByteSet([0x09...0x0D, 0x20...0x20])
    case "w": return ByteSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    case "0"..."9", "a"..."z", "A"..."Z":
      index -= 1
      throw mistake("\\ stands before signs, and in \\d, \\s and \\w")
    default: return ByteSet([byte...byte])
    }
  }

  private static let digits = ByteSet([0x30...0x39])

  /// Behind `[`.
  private mutating func set() throws(BoundedPattern.Mistake) -> ByteSet {
    let isInverted = take("^")
    var ranges: [ClosedRange<UInt8>] = []
    while let first = next, first != UInt8(ascii: "]") || ranges.isEmpty {
      if let members = try setClass() {
        ranges += members
        continue
      }
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
    let set = ByteSet(ranges, ignoresCase: ignoresCase)
    return isInverted ? set.inverted : set
  }

  /// Those of ASCII (POSIX.1-2017, ch. 9.3.5).
  private static let classes: [String: [ClosedRange<UInt8>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
    "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0...0x1F, 0x7F...0x7F], "digit": [0x30...0x39],
    "graph": [0x21...0x7E], "lower": [0x61...0x7A], "print": [0x20...0x7E],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
    "space": [0x09...0x0D, 0x20...0x20], "upper": [0x41...0x5A],
    "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]

  /// What `[:digit:]` stands for; nil: there is something else.
  private mutating func setClass() throws(BoundedPattern.Mistake) -> [ClosedRange<UInt8>]? {
    guard next == UInt8(ascii: "["), index + 1 < text.count, text[index + 1] == UInt8(ascii: ":")
    else { return nil }
    let rest = text[(index + 2)...]
    let name = String(decoding: rest.prefix { (0x61...0x7A).contains($0) }, as: UTF8.self)
    guard let members = Self.classes[name],
      rest.dropFirst(name.utf8.count).starts(with: ":]".utf8)
    else {
      throw mistake(
        "[: stands before one of \(Self.classes.keys.sorted().joined(separator: ", ")), and :] behind it"
      )
    }
    index += 2 + name.utf8.count + 2
    return members
  }
}
