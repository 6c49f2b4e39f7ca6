/// Times, counted in classes that are at most 1 % wide, so that millions of them need no memory.
struct LatencyHistogram: Equatable, Sendable {
  /// Each power of two is cut into so many classes.
  private static let perOctave = 128
  private static let firstOctave = 7

  private var counts = [Int](repeating: 0, count: 64 * perOctave)
  /// How many times there are.
  private(set) var count = 0

  /// Adds a time.
  mutating func add(nanoseconds: Int64) {
    counts[Self.index(UInt64(clamping: nanoseconds))] += 1
    count += 1
  }

  /// Adds all times of another one.
  static func += (sum: inout Self, other: Self) {
    for (index, count) in other.counts.enumerated() where count > 0 { sum.counts[index] += count }
    sum.count += other.count
  }

  /// The time in nanoseconds that a share of all times does not exceed; nil: there are none.
  /// - Parameter thousandths: the share; 990 for the 99th percentile.
  func percentile(thousandths: Int) -> UInt64? {
    guard count > 0 else { return nil }
    // The times up to it, rounded up: of 10 times the median is the fifth.
    let (whole, rest) = count.multipliedFullWidth(by: thousandths).low
      .quotientAndRemainder(dividingBy: 1000)
    let wanted = max(1, Int(clamping: whole) + (rest > 0 ? 1 : 0))
    var seen = 0
    for (index, count) in counts.enumerated() {
      seen += count
      if seen >= wanted { return Self.middle(index) }
    }
    return nil
  }

  private static func index(_ value: UInt64) -> Int {
    guard value >= UInt64(perOctave) else { return Int(truncatingIfNeeded: value) }
    let octave = 63 - value.leadingZeroBitCount
    let part = Int(truncatingIfNeeded: value >> UInt64(octave - firstOctave)) & (perOctave - 1)
    return (octave - firstOctave + 1) * perOctave + part
  }

  /// The middle of a class.
  private static func middle(_ index: Int) -> UInt64 {
    guard index >= perOctave else { return UInt64(index) }
    let shift = UInt64(index / perOctave - 1)
    let low = UInt64(perOctave + index % perOctave) << shift
    return low + (UInt64(1) << shift) / 2
  }
}
