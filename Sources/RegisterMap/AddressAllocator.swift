import Metering

/// Gives register addresses to the entries of the meter list (MUC500 manual 1.1, ch. 11.3 and
/// 11.5.6: device, then meter after meter, each followed by its values).
public struct AddressAllocator: Sendable {
  /// Width of entries, and where they begin.
  public let layout: RegisterLayout

  /// - Parameter layout: width of entries, and where they begin.
  public init(layout: RegisterLayout = .standard) { self.layout = layout }

  /// Explicit addresses are served first, in list order; then the others get the lowest free
  /// addresses in list order, in steps of an entry's width. An entry never shares a register with
  /// another one or with the device entry, and ends at 65,535 at the latest.
  public func allocate(_ requests: [AddressRequest]) -> AddressPlan {
    var plan = AddressPlan()
    var claims: [Claim] = []
    claimExplicit(requests, &plan, &claims)
    claims.sort { $0.start < $1.start }
    fill(requests, around: claims, &plan)
    return plan
  }

  private struct Claim {
    var start: Int
    var request: AddressRequest?
  }

  private func claimExplicit(
    _ requests: [AddressRequest], _ plan: inout AddressPlan, _ claims: inout [Claim]
  ) {
    let width = layout.entryWidth
    let last = RegisterLayout.addressCount - width
    // Every entry is equally wide, so an overlap lies in the same or a neighbouring cell.
    var cells: [Int: Claim] = [:]
    if !layout.device.isEmpty { cells[0] = Claim(start: 0, request: nil) }
    for request in requests where request.wanted != 0 {
      let start = request.wanted
      guard (0...last).contains(start) else {
        plan.problems.append(.outOfRange(request, allowed: layout.firstAddress...last))
        continue
      }
      let cell = start / width
      let neighbours = [cell - 1, cell, cell + 1].compactMap { cells[$0] }
      if let other = neighbours.first(where: { abs($0.start - start) < width }) {
        plan.problems.append(.overlap(request, with: other.request, width: width))
        continue
      }
      let claim = Claim(start: start, request: request)
      cells[cell] = claim
      claims.append(claim)
      plan.addresses[request.entry] = RegisterAddress(start)
    }
  }

  private func fill(
    _ requests: [AddressRequest], around claims: [Claim], _ plan: inout AddressPlan
  ) {
    let width = layout.entryWidth
    var next = layout.firstAddress
    var rest = claims[...]
    var firstWithout: AddressRequest?
    var without = 0
    for request in requests where request.wanted == 0 {
      while let claim = rest.first, claim.start < next + width {
        // A claim that is not on the grid blocks every step that it touches.
        if claim.start + width > next { next += width } else { rest = rest.dropFirst() }
      }
      guard next <= RegisterLayout.addressCount - width else {
        firstWithout = firstWithout ?? request
        without += 1
        continue
      }
      plan.addresses[request.entry] = RegisterAddress(next)
      next += width
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

  /// - Parameters:
  ///   - entry: which entry it is.
  ///   - label: how people recognise it in messages.
  ///   - wanted: the first register that the user gave to it; 0: any.
  public init(_ entry: EntryID, label: String, wanted: Int = 0) {
    self.entry = entry
    self.label = label
    self.wanted = wanted
  }
}

/// A meter, or one of its values, as an entry of the register map.
public enum EntryID: Hashable, Sendable {
  /// The entry of the meter itself.
  case meter(MeterID)
  /// The entry of a value, by its place among the meter's values, from 0.
  case value(MeterID, index: Int)
}
