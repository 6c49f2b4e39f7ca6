import Metering
import RegisterMap

/// What people want done with addresses.
extension AddressBook {
  /// Gives free addresses to those of the entries that have none, in list order.
  /// - Returns: what could not be given, in words.
  mutating func give(_ entries: Set<EntryID>, _ meters: inout [Meter]) -> [String] {
    let wanted = meters.flatMap { meter in
      meter.entries.filter { entries.contains($0) && meter[$0] == nil }.map {
        AddressRequest($0, label: meter.label(of: $0))
      }
    }
    guard !wanted.isEmpty else { return [] }
    let plan = allocator.allocate(meters.flatMap(\.addressed) + wanted)
    apply(plan, to: &meters)
    isFull = plan.problems.contains { if case .mapIsFull = $0 { true } else { false } }
    return plan.problems.map(\.description)
  }

  /// Gives an entry a certain address, or refuses it and changes nothing.
  mutating func assign(
    _ entry: EntryID, _ register: Int, _ meters: inout [Meter]
  ) throws(ListRefusal) {
    let others = meters.flatMap(\.addressed).filter { $0.entry != entry }
    let plan = allocator.allocate(
      others + [AddressRequest(entry, label: meters.label(of: entry), wanted: register)])
    if let problem = plan.problems.first(where: { $0.entry == entry }) {
      throw .register(problem.labelled(by: meters).reason)
    }
    apply(plan, to: &meters)
  }

  /// There may be free addresses again.
  mutating func noteRoom() { isFull = false }
}

extension AddressProblem {
  /// The same with the names of the entries that it is about.
  fileprivate func labelled(by meters: [Meter]) -> AddressProblem {
    guard case .overlap(let request, with: var other?, let layout) = self else { return self }
    other.label = meters.label(of: other.entry)
    return .overlap(request, with: other, layout)
  }
}

extension [Meter] {
  fileprivate func label(of entry: EntryID) -> String {
    first { $0.id == entry.meter }?.label(of: entry) ?? ""
  }
}
