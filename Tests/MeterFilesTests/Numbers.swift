/// Numbers that look random and are the same in each run (Steele, Lea, Flood: SplitMix64).
struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// True once in so many times.
  mutating func one(in count: UInt64) -> Bool { next() % count == 0 }

  /// From 0 on, below a limit.
  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

  /// One of several.
  mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

  /// Bytes, as many as one of the counts says.
  mutating func bytes(_ counts: ClosedRange<Int>) -> [UInt8] {
    (0..<counts.lowerBound + below(counts.count)).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}
