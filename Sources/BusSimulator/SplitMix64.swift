/// The simulator's own random numbers (SplitMix64): the same seed gives the same numbers on every
/// machine and with every version of Swift.
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  /// - Parameter seed: any number; equal seeds give equal sequences.
  public init(seed: UInt64) { state = seed }

  /// A sequence of its own for each use, so that one does not shift the other.
  init(seed: UInt64, stream: UInt64) {
    self.init(seed: seed ^ (stream &* 0xD1B5_4A32_D192_ED03))
    _ = next()
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, `bound`; 0 when the bound is not positive.
  mutating func below(_ bound: Int64) -> Int64 {
    bound > 0 ? Int64(next() >> 1) % bound : 0
  }

  /// True with a probability.
  /// - Parameter probability: 0–1.
  mutating func happens(_ probability: Double) -> Bool {
    // 53 bits are what a Double takes without rounding.
    Double(next() >> 11) / 9_007_199_254_740_992 < probability
  }
}
