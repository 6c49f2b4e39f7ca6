/// What there is to expect of a range in which several meters are, judged by the bits that they have in common
/// at a digit: how many they are, and what it costs to try that digit. Random digits are taken for granted.
///
/// By inclusion and exclusion: of `n` digits that have certain bits, n^k tuples can be drawn for `k` meters;
/// those whose common bits are exactly `a` are what is left when tuples with further common bits are taken
/// off, with alternating signs.
struct SplitOdds: Sendable {
  /// Numbers of meters that are told apart.
  static let counts = 2...5
  private static let nibbles = UInt8(0)..<16

  /// By number of meters, then by common bits.
  private let chances: [[Double]]
  private let costs: [[Double]]

  /// Digits 0–9.
  static let decimal = SplitOdds(radix: 10)
  /// Digits 0–9 and A–E.
  static let hex = SplitOdds(radix: 15)

  init(radix: UInt8) {
    let pairs = Self.counts.map { count in
      Self.nibbles.map { Self.odds(of: $0, among: count, radix: radix) }
    }
    chances = pairs.map { $0.map { $0.chance } }
    costs = pairs.map { $0.map { $0.cost } }
  }

  /// How likely it is that random digits of so many meters have exactly these bits in common.
  func chance(of bits: UInt8, among count: Int) -> Double { Self.entry(chances, count, bits) ?? 0 }

  /// What it costs to try all digits that are possible, in seconds at 2400 baud; infinite where there is only
  /// one.
  func cost(of bits: UInt8, among count: Int) -> Double {
    Self.entry(costs, count, bits) ?? .infinity
  }

  /// How many meters there are in all likelihood.
  /// - Parameter digits: what they have in common at each digit that is not chosen.
  func likeliestCount(_ digits: [UInt8]) -> Int {
    let likelihoods = Self.counts.map { count in
      (count, digits.reduce(1.0) { $0 * (chance(of: $1, among: count) + 1e-9) })
    }
    return likelihoods.reduce((2, -1.0)) { $1.1 > $0.1 ? $1 : $0 }.0
  }

  private static func entry(_ table: [[Double]], _ count: Int, _ bits: UInt8) -> Double? {
    table.dropFirst(count - counts.lowerBound).first?.dropFirst(Int(bits)).first
  }

  /// A silent digit is asked twice; a collision costs select, REQ_UD2 and the wait for its end, and again one
  /// digit deeper.
  private static let silentCost = 0.53
  private static let collisionCost = 2.3

  private static func odds(
    of bits: UInt8, among count: Int, radix: UInt8
  ) -> (chance: Double, cost: Double) {
    let mine = candidates(bits, radix)
    var (tuples, distinct, collisions) = (0.0, 0.0, 0.0)
    for wider in nibbles where wider & bits == bits {
      let sign = (wider ^ bits).nonzeroBitCount % 2 == 0 ? 1.0 : -1.0
      let n = candidates(wider, radix)
      guard n > 0 else { continue }
      tuples += sign * power(n, count)
      distinct += sign * n * (power(n, count) - power(n - 1, count))
      for share in 2...count {
        let ways = choose(share, of: count) * power(n - 1, count - share)
        collisions += sign * n * ways * (1 + 0.8 * Double(share - 2))
      }
    }
    guard tuples > 0.5 else { return (0, .infinity) }
    let chance = tuples / power(Double(radix), count)
    guard mine > 1 else { return (chance, .infinity) }
    return (
      chance, (mine - distinct / tuples) * silentCost + collisions / tuples * collisionCost
    )
  }

  private static func candidates(_ bits: UInt8, _ radix: UInt8) -> Double {
    Double((0..<radix).count { $0 & bits == bits })
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  private static func choose(_ share: Int, of count: Int) -> Double {
    (0..<share).reduce(1) { $0 * Double(count - $1) / Double($1 + 1) }
  }
}
