import BusSimulator

/// Makes files wrong in the ways in which files are wrong: flipped, cut, doubled, moved, and with words of the format
/// where they do not belong.
struct Mutator {
  /// Longer ones take too long for a round.
  static let maximumLength = 200_000

  let words: [[UInt8]]

  /// - Parameters:
  ///   - words: of the format.
  ///   - patterns: of a format that is no text, in place of words.
  init(words: [String], patterns: [[UInt8]] = []) {
    guard patterns.isEmpty else {
      self.words = patterns
      return
    }
    self.words =
      words.map { Array($0.utf8) } + [
        [0], [0xFF], [0xEF, 0xBB, 0xBF], [0x1B], [0x0D], [0xC3, 0xA4], [0x0A],
      ]
  }

  /// The bytes with one to eight changes.
  func mutated(_ original: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...8, using: &random) { change(&bytes, &random) }
    return Array(bytes.prefix(Self.maximumLength))
  }

  private func change(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let longest = Bool.random(using: &random) ? 4 : 400
    let length = Int.random(in: 1...longest, using: &random)
    let range = place..<min(bytes.count, place + length)
    switch Int.random(in: 0..<8, using: &random) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(range)
    case 3: bytes.insert(contentsOf: bytes[range], at: place)
    case 4:
      bytes.insert(contentsOf: bytes[range], at: Int.random(in: 0...bytes.count, using: &random))
    case 5 where Int.random(in: 0..<4, using: &random) == 0: bytes.removeLast(bytes.count - place)
    default: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
    }
  }
}
