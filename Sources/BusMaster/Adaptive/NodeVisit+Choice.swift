import MBus

extension NodeVisit {
  /// By which digit meters are to be told apart.
  struct Choice: Hashable {
    /// The place of the digit, 0 for the last one.
    var place: Int
    /// Serials that follow each other have decided.
    var isPlanned: Bool
    /// The order of the digits behind it, where it is a new one.
    var order: [Int]?
  }

  /// Serials that follow each other decide, or the order that they gave to a range around this one; then what
  /// the meters have in common; then the last digit.
  /// - Returns: nil when all digits are chosen.
  static func choice(
    _ node: SlaveSelect, _ seen: Observation, _ memory: SearchMemory
  ) -> Choice? {
    let places = node.places
    guard let last = places.first else { return nil }
    if let plan = SeriesPlan(node, found: memory.found(in: node)), let place = plan.order.first {
      return Choice(place: place, isPlanned: true, order: plan.order)
    }
    if let place = seen.order.first(where: places.contains) {
      return Choice(place: place, isPlanned: true)
    }
    guard let digits = seen.digits else { return Choice(place: last, isPlanned: false) }
    func bits(_ place: Int) -> UInt8 { digits.dropFirst(place).first ?? 0 }
    let odds = memory.radix > 10 ? SplitOdds.hex : SplitOdds.decimal
    let count = odds.likeliestCount(places.map(bits))
    var best: (place: Int, cost: Double)?
    for place in places {
      var cost = odds.cost(of: bits(place), among: count)
      // What all meters of the bus have in common is taken for a digit that they share.
      let isShared =
        count == SplitOdds.counts.upperBound
        || memory.root.map { $0.digits.dropFirst(place).first != 0 } ?? true
      if bits(place) != 0, isShared, cost.isFinite { cost = Self.sharedCost + Double(place) }
      if cost < best?.cost ?? .infinity { best = (place, cost) }
    }
    if let best { return Choice(place: best.place, isPlanned: false) }
    let open = places.first { memory.candidates(bits($0)).count > 1 }
    return Choice(place: open ?? last, isPlanned: false)
  }

  /// More than any digit that may differ.
  private static let sharedCost = 1e8
}
