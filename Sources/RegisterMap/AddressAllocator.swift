import Metering

/// Gives register addresses to the entries of the meter list (MUC500 manual 1.1, ch. 11.3 and
/// 11.5.6: device, then meter after meter, each followed by its values).
public struct AddressAllocator: Sendable {
  /// Width of entries, and where they begin.
  public let layout: RegisterLayout

  /// - Parameter layout: width of entries, and where they begin.
  public init(layout: RegisterLayout = .standard) { self.layout = layout }

  /// Explicit addresses are served first, in list order; then the others get the lowest free
  /// addresses in list order, in steps of an entry's width, those that belong to an entry with an
  /// address behind it while there is room. An entry never shares a register with another one or with the device entry,
  /// and ends at 65,535 at the latest.
  public func allocate(_ requests: [AddressRequest]) -> AddressPlan {
    var plan = AddressPlan()
    var occupancy = Occupancy(width: layout.entryWidth)
    if !layout.device.isEmpty { occupancy.claim(0, for: nil) }
    claimExplicit(requests, &plan, &occupancy)
    fill(requests, &plan, &occupancy)
    return plan
  }

  /// Which registers are taken. Every entry is equally wide, so an overlap lies in the same or a
  /// neighbouring cell of that width.
  private struct Occupancy {
    struct Claim {
      var start: Int
      var request: AddressRequest?
    }

    let width: Int
    private var cells: [Int: Claim] = [:]

    init(width: Int) { self.width = width }

    func overlap(_ start: Int) -> Claim? {
      let cell = start / width
      return [cell - 1, cell, cell + 1].lazy.compactMap { cells[$0] }
        .first { abs($0.start - start) < width }
    }

    mutating func claim(_ start: Int, for request: AddressRequest?) {
      cells[start / width] = Claim(start: start, request: request)
    }
  }

  private var last: Int { RegisterLayout.addressCount - layout.entryWidth }

  private func claimExplicit(
    _ requests: [AddressRequest], _ plan: inout AddressPlan, _ occupancy: inout Occupancy
  ) {
    for request in requests where request.wanted != 0 {
      guard (0...last).contains(request.wanted) else {
        plan.problems.append(.outOfRange(request, allowed: layout.firstAddress...last))
        continue
      }
      if let other = occupancy.overlap(request.wanted) {
        plan.problems.append(.overlap(request, with: other.request, width: layout.entryWidth))
        continue
      }
      occupancy.claim(request.wanted, for: request)
      plan.addresses[request.entry] = RegisterAddress(request.wanted)
    }
  }

  private func lowestFree(
    from origin: Int, _ occupancy: Occupancy, _ next: inout [Int: Int]
  ) -> Int? {
    var candidate = next[origin] ?? origin
    while candidate <= last, occupancy.overlap(candidate) != nil { candidate += layout.entryWidth }
    next[origin] = candidate
    return candidate <= last ? candidate : nil
  }

  private func fill(
    _ requests: [AddressRequest], _ plan: inout AddressPlan, _ occupancy: inout Occupancy
  ) {
    // Everything before these is taken: where the search goes on, by where it began.
    var next: [Int: Int] = [:]
    var firstWithout: AddressRequest?
    var without = 0
    for request in requests where request.wanted == 0 {
      let origin = max(request.behind, layout.firstAddress)
      guard
        let free = lowestFree(from: origin, occupancy, &next)
          ?? lowestFree(from: layout.firstAddress, occupancy, &next)
      else {
        firstWithout = firstWithout ?? request
        without += 1
        continue
      }
      occupancy.claim(free, for: request)
      plan.addresses[request.entry] = RegisterAddress(free)
    }
    if let firstWithout {
      plan.problems.append(.mapIsFull(first: firstWithout, count: without))
    }
  }
}

/// An entry that is to lie in the register map.
public struct AddressRequest: Hashable, Sendable {
  /// Which entry it is.
  public var entry: EntryID
  /// How people recognise it in messages: `66600106 LUG` or `66600106 LUG, Energy`.
  public var label: String
  /// The first register that the user gave to it; 0: any.
  public var wanted: Int
  /// Where the search for any begins; 0: at the first address of the layout.
  public var behind: Int

  /// - Parameters:
  ///   - entry: which entry it is.
  ///   - label: how people recognise it in messages.
  ///   - wanted: the first register that the user gave to it; 0: any.
  ///   - behind: where the search for any begins; 0: at the first address of the layout.
  public init(_ entry: EntryID, label: String, wanted: Int = 0, behind: Int = 0) {
    self.entry = entry
    self.label = label
    self.wanted = wanted
    self.behind = behind
  }
}

/// A meter, or one of its values, as an entry of the register map.
public enum EntryID: Hashable, Sendable {
  /// The entry of the meter itself.
  case meter(MeterID)
  /// The entry of a value, by its place among the meter's values, from 0.
  case value(MeterID, index: Int)
}
