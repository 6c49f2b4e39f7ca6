/// A regular expression that somebody else has written. The usual signs of POSIX's extended ones are understood:
/// `. [a-z] [^…] [[:digit:]] ^ $ ( ) | * + ? {m,n}`, a backslash before a sign that is meant as such, and `\d`, `\s`,
/// `\w`.
///
/// All ways through it are gone side by side, so that no expression takes longer than its length times that of the
/// text: those of the system's library can take hours, and all memory.
public struct BoundedPattern: Sendable {
  /// Why a text is none.
  public struct Mistake: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and where.
    public let description: String
  }

  /// The most steps that an expression may have when its repetitions are written out.
  public static let mostSteps = 1_000

  /// What is done at a place of it.
  enum Step: Equatable, Sendable {
    /// One of these bytes comes.
    case byte(ByteSet)
    /// The text begins here.
    case start
    /// The text ends here.
    case end
    /// Goes on at two places.
    case fork(Int, Int)
    /// Goes on there.
    case jump(Int)
    /// Found.
    case match
  }

  private let steps: [Step]

  /// - Parameters:
  ///   - text: as its author wrote it.
  ///   - ignoresCase: letters match in both cases, where they are of ASCII.
  public init(_ text: String, ignoresCase: Bool) throws(Mistake) {
    var parser = PatternParser(text, ignoresCase: ignoresCase)
    let tree = try parser.whole()
    var steps: [Step] = []
    try Self.append(tree, to: &steps)
    steps.append(.match)
    self.steps = steps
  }

  private static func append(
    _ tree: PatternParser.Tree, to steps: inout [Step]
  ) throws(Mistake) {
    guard steps.count <= mostSteps else {
      throw Mistake(
        description: "with its repetitions written out it has more than \(mostSteps) steps")
    }
    switch tree {
    case .step(let step): steps.append(step)
    case .sequence(let parts): for part in parts { try append(part, to: &steps) }
    case .either(let one, let other):
      let fork = steps.count
      steps.append(.match)
      try append(one, to: &steps)
      let jump = steps.count
      steps.append(.match)
      steps[fork] = .fork(fork + 1, steps.count)
      try append(other, to: &steps)
      steps[jump] = .jump(steps.count)
    case .repeated(let part, let least, let most):
      for _ in 0..<(most == nil ? max(least - 1, 0) : least) {
        let before = steps.count
        try append(part, to: &steps)
        // Nothing, however often, is nothing.
        if steps.count == before { break }
      }
      guard let most else { return try appendLoop(part, isOptional: least == 0, to: &steps) }
      for _ in least..<max(least, most) {
        try append(.either(part, .sequence([])), to: &steps)
      }
    }
  }

  private static func appendLoop(
    _ part: PatternParser.Tree, isOptional: Bool, to steps: inout [Step]
  ) throws(Mistake) {
    let fork = steps.count
    guard isOptional else {
      try append(part, to: &steps)
      return steps.append(.fork(fork, steps.count + 1))
    }
    steps.append(.match)
    try append(part, to: &steps)
    steps.append(.jump(fork))
    steps[fork] = .fork(fork + 1, steps.count)
  }

  /// Whether something in a text is so.
  public func matches(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var here = Places(count: steps.count)
    var next = Places(count: steps.count)
    for index in 0...bytes.count {
      // It may begin anywhere.
      if reach(0, at: index, of: bytes.count, &here) { return true }
      guard index < bytes.count else { return false }
      for place in here.list {
        if case .byte(let set) = steps[place], set.contains(bytes[index]),
          reach(place + 1, at: index + 1, of: bytes.count, &next)
        {
          return true
        }
      }
      swap(&here, &next)
      next.removeAll()
    }
    return false
  }

  /// Notes a place, and all that can be reached from it without another byte.
  /// - Returns: whether that is the end.
  private func reach(_ place: Int, at index: Int, of count: Int, _ places: inout Places) -> Bool {
    var open = [place]
    while let place = open.popLast() {
      guard places.insert(place) else { continue }
      switch steps[place] {
      case .byte: continue
      case .start: if index == 0 { open.append(place + 1) }
      case .end: if index == count { open.append(place + 1) }
      case .fork(let one, let other): open += [other, one]
      case .jump(let target): open.append(target)
      case .match: return true
      }
    }
    return false
  }

  /// Places, each once.
  private struct Places {
    private(set) var list: [Int] = []
    private var isIn: [Bool]

    init(count: Int) { isIn = Array(repeating: false, count: count) }

    mutating func insert(_ place: Int) -> Bool {
      guard !isIn[place] else { return false }
      isIn[place] = true
      list.append(place)
      return true
    }

    mutating func removeAll() {
      for place in list { isIn[place] = false }
      list.removeAll(keepingCapacity: true)
    }
  }
}

/// Some of the 256 bytes.
struct ByteSet: Equatable, Sendable {
  private var words: SIMD4<UInt64> = .zero

  /// These bytes.
  /// - Parameter ignoresCase: a letter stands for both cases.
  init(_ ranges: [ClosedRange<UInt8>], ignoresCase: Bool = false) {
    for range in ranges { for byte in range { insert(byte, ignoresCase) } }
  }

  private mutating func insert(_ byte: UInt8, _ ignoresCase: Bool) {
    words[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
    guard ignoresCase else { return }
    let other = byte ^ 0x20
    let letters: ClosedRange<UInt8> = UInt8(ascii: "a")...UInt8(ascii: "z")
    guard letters.contains(byte | 0x20) else { return }
    words[Int(other >> 6)] |= 1 << UInt64(other & 63)
  }

  /// All others.
  var inverted: ByteSet {
    var result = self
    for index in 0..<4 { result.words[index] = ~words[index] }
    return result
  }

  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }
}
