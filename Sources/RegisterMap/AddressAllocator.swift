import Metering

/// Gives register addresses to the entries of the meter list (MUC500 manual 1.1, ch. 11.3 and
/// 11.5.6: device, then meter after meter, each followed by its values).
public struct AddressAllocator: Sendable {
  /// Width of entries, and which maps there are.
  public let layout: RegisterLayout

  /// - Parameter layout: width of entries, and which maps there are.
  public init(layout: RegisterLayout = .standard) { self.layout = layout }

  /// Explicit addresses are served first, in list order; then the others get the lowest free
  /// addresses in list order, in steps of an entry's width, those that belong to an entry with an
  /// address behind it while there is room. An entry never shares a register with another one or with
  /// the device entry, and ends at 65,535 at the latest. With multi slave meters get unit ids of 1–247,
  /// and values addresses behind the meter entry in the map of that unit.
  ///
  /// - Parameters:
  ///   - requests: who is to get addresses.
  ///   - held: who has theirs already, and comes before all the others.
  ///   - reserved: what entries without address wish for: it is kept for them, though they get it now no
  ///     more than before.
  public func allocate(
    _ requests: [AddressRequest], besides held: [AddressRequest] = [],
    reserving reserved: [AddressRequest] = []
  ) -> AddressPlan {
    var plan = AddressPlan()
    var maps = AddressMaps(layout: layout)
    claimExplicit(held, &plan, &maps)
    for wish in reserved { maps[wish.entry].reserve(wish.wanted, for: wish) }
    claimExplicit(requests, &plan, &maps)
    fill(requests, &plan, &maps)
    removeUnreachable(held + requests, &plan)
    return plan
  }

  /// The free addresses next to the one that an entry wishes for, on the grid of the layout: below it and
  /// above it, as far as there are any.
  /// - Parameters:
  ///   - request: who wishes for which address.
  ///   - held: who has theirs already.
  ///   - reserved: what is kept for entries without address.
  public func free(
    around request: AddressRequest, besides held: [AddressRequest],
    reserving reserved: [AddressRequest]
  ) -> [Int] {
    var plan = AddressPlan()
    var maps = AddressMaps(layout: layout)
    claimExplicit(held, &plan, &maps)
    for wish in reserved { maps[wish.entry].reserve(wish.wanted, for: wish) }
    return maps[request.entry].free(around: request.wanted)
  }

  private func claimExplicit(
    _ requests: [AddressRequest], _ plan: inout AddressPlan, _ maps: inout AddressMaps
  ) {
    for request in requests where request.wanted != 0 {
      switch maps[request.entry].take(request.wanted, for: request) {
      case .taken: plan.addresses[request.entry] = request.wanted
      case .outOfRange(let range):
        plan.problems.append(.outOfRange(request, allowed: range, layout))
      case .overlap(let other):
        plan.problems.append(.overlap(request, with: other, layout))
      }
    }
  }

  private func fill(
    _ requests: [AddressRequest], _ plan: inout AddressPlan, _ maps: inout AddressMaps
  ) {
    var left: [AddressSpace: [AddressRequest]] = [:]
    var full: [AddressSpace] = []
    for request in requests where request.wanted == 0 {
      // Its meter has no unit id: that is said of the meter, and there may well be room for the value.
      guard isReachable(request, plan) else { continue }
      if let free = maps[request.entry].takeFree(for: request) {
        plan.addresses[request.entry] = free
        continue
      }
      let space = layout.space(of: request.entry)
      if left[space] == nil { full.append(space) }
      left[space, default: []].append(request)
    }
    for requests in full.compactMap({ left[$0] }) {
      guard let first = requests.first else { continue }
      plan.problems.append(.mapIsFull(first: first, count: requests.count, layout))
    }
  }

  /// With multi slave a value can only be read under the unit id of its meter.
  private func isReachable(_ request: AddressRequest, _ plan: AddressPlan) -> Bool {
    guard layout.isMultiSlave, case .value(let meter, _) = request.entry else { return true }
    return plan[.meter(meter)] != nil
  }

  private func removeUnreachable(_ requests: [AddressRequest], _ plan: inout AddressPlan) {
    for request in requests where request.wanted != 0 && plan[request.entry] != nil {
      guard !isReachable(request, plan) else { continue }
      plan.addresses[request.entry] = nil
      plan.problems.append(.meterWithoutUnit(request))
    }
  }
}

/// An entry that is to lie in the register map.
public struct AddressRequest: Hashable, Sendable {
  /// Which entry it is.
  public var entry: EntryID
  /// How people recognise it in messages: `66600106 LUG` or `66600106 LUG, Energy`.
  public var label: String
  /// The first register that the user gave to it, or with multi slave the unit id of a meter; 0: any.
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
