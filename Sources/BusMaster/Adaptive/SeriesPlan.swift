import MBus
import Metering

/// Serials that follow each other: meters out of one box. What lies between those that have been found is
/// taken to be there as well, and the order of digits is chosen that then leaves the fewest silent ones.
struct SeriesPlan: Hashable, Sendable {
  /// The places of digits in the order in which they are to be tried; never empty.
  let order: [Int]

  /// Serials that lie no further apart belong to one run.
  private static let widestGap: Int64 = 200
  /// So many serials are looked at, filled up.
  private static let most = 5000
  /// So many digits are put in order, from the last of the serial.
  private static let mostPlaces = 4

  /// - Parameters:
  ///   - select: the range.
  ///   - found: the meters in it.
  /// - Returns: nil when they do not follow each other.
  init?(_ select: SlaveSelect, found: [MeterIdentity]) {
    let numbers = found.compactMap { $0.serial.decimal.map(Int64.init) }.sorted()
    guard numbers.count >= 2 else { return nil }
    var (run, joined) = ([Int64](), 0)
    for (number, next) in zip(numbers, Array(numbers.dropFirst()) + [Int64.max]) {
      run.append(number)
      guard next != .max, next - number <= Self.widestGap, next > number else { continue }
      joined += 1
      for missing in number + 1..<max(next, number + 1)
      where run.count < Self.most && Self.fits(missing, select) {
        run.append(missing)
      }
    }
    guard joined > 0, joined >= numbers.count / 2, let first = run.first else { return nil }
    let places = select.places.filter { place in
      run.contains { Self.digit(of: $0, place) != Self.digit(of: first, place) }
    }.prefix(Self.mostPlaces)
    var best: (silent: Int, order: [Int])?
    for order in Self.orders(Array(places)) {
      let silent = Self.silent(run, order[...])
      let isBetter = best.map { ($0.silent, order.first ?? 0) > (silent, $0.order.first ?? 0) }
      if isBetter ?? true { best = (silent, order) }
    }
    guard let best, !best.order.isEmpty else { return nil }
    order = best.order
  }

  private static func digit(of number: Int64, _ place: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (0..<place).reduce(number) { rest, _ in rest / 10 } % 10)
  }

  private static func fits(_ number: Int64, _ select: SlaveSelect) -> Bool {
    (0..<SlaveSelect.digitCount).allSatisfy { place in
      let wanted = select.digit(place)
      return UInt32(wanted) == SlaveSelect.Wildcard.digit || wanted == digit(of: number, place)
    }
  }

  private static func orders(_ places: [Int]) -> [[Int]] {
    guard places.count > 1 else { return places.isEmpty ? [] : [places] }
    return places.flatMap { first in
      orders(places.filter { $0 != first }).map { [first] + $0 }
    }
  }

  /// How many silent digits there are, and collisions, when the serials are told apart in this order.
  private static func silent(_ numbers: [Int64], _ order: ArraySlice<Int>) -> Int {
    guard numbers.count > 1, let place = order.first else { return 0 }
    var groups = [[Int64]](repeating: [], count: 10)
    let power = (0..<place).reduce(Int64(1)) { power, _ in power * 10 }
    for number in numbers { groups[Int(number / power % 10)].append(number) }
    return groups.reduce(0) { sum, group in
      switch group.count {
      case 0: sum + 1
      case 1: sum
      default: sum + 1 + silent(group, order.dropFirst())
      }
    }
  }
}
