/// Disturbances on the line: now and then some bits of a byte turn over.
struct LineNoise: Sendable {
  /// The chance of each byte to be disturbed, 0–1.
  let probability: Double
  private var random: SplitMix64

  init(probability: Double, seed: UInt64, stream: UInt64) {
    self.probability = min(max(probability, 0), 1)
    random = SplitMix64(seed: seed, stream: stream)
  }

  /// The bits of the next byte that turn over, by their place: one to three of data bits 1–8,
  /// parity 9 and stop bit 10; mostly none.
  mutating func flips() -> UInt16 {
    guard probability > 0, random.happens(probability) else { return 0 }
    let count = 1 + random.below(3)
    return (0..<count).reduce(0) { mask, _ in mask | 1 << UInt16(1 + random.below(10)) }
  }
}
