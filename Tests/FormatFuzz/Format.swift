import BusSimulator

/// A format that somebody else may write, and what must hold whatever the bytes are. That nothing traps goes without
/// saying; a check says what is wrong besides.
struct Format: Sendable {
  /// How it is called on the command line.
  let name: String
  /// Files that are right.
  let samples: [[UInt8]]
  /// What stands in them.
  let words: [String]
  /// Bytes that stand in them, where they are no text.
  var patterns: [[UInt8]] = []
  /// How many rounds of it are done in the time of one of the others, which take longer.
  var repeats: UInt64 = 1
  /// What is wrong; nil: nothing.
  let check: @Sendable ([UInt8]) -> String?

  /// One round: what was read, and what is wrong.
  func round(_ number: UInt64, seed: UInt64) -> (input: [UInt8], mistake: String?) {
    var random = SplitMix64(seed: seed, round: number)
    let sample = samples.randomElement(using: &random) ?? []
    let input = Mutator(words: words, patterns: patterns).mutated(sample, &random)
    return (input, check(input))
  }

  /// All of them.
  static let all = [settings, meterList, users, table, json, archive, frames, answers]

  static func named(_ name: String) -> Format? { all.first { $0.name == name } }
}

extension SplitMix64 {
  /// For one round of many: each can be had again without those before it.
  init(seed: UInt64, round: UInt64) {
    self.init(seed: seed &+ round &* 0xD6E8_FEB8_6659_FD93)
  }
}
