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
    let plan = plan(for: wanted, meters)
    apply(plan, to: &meters)
    full.subtract(wanted.map { layout.space(of: $0.entry) })
    full.formUnion(plan.problems.compactMap(\.fullSpace))
    return plan.problems.map(\.description)
  }

  /// Gives an entry a certain address, or refuses it and changes nothing.
  mutating func assign(
    _ entry: EntryID, _ register: Int, _ meters: inout [Meter]
  ) throws(ListRefusal) {
    // Where it lies already nobody else can come, whoever wishes to.
    guard meters.register(of: entry) != register else { return }
    let request = AddressRequest(entry, label: meters.label(of: entry), wanted: register)
    let step = layout.step(of: entry)
    guard register.isMultiple(of: step) else {
      throw .offTheGrid(
        request.label, register: register, step: step, free: free(around: request, meters))
    }
    let plan = plan(for: [request], meters)
    if let problem = plan.problems.first(where: { $0.entry == entry }) {
      throw .register(problem.labelled(by: meters).reason + problem.isKept(by: meters))
    }
    apply(plan, to: &meters)
  }

  /// The free addresses of the grid next to the one that is wished for.
  private func free(around request: AddressRequest, _ meters: [Meter]) -> [Int] {
    allocator.free(
      around: request, besides: meters.flatMap(\.addressed).filter { $0.entry != request.entry },
      reserving: meters.flatMap(\.wishes).filter { $0.entry != request.entry })
  }

  /// There may be free addresses again.
  mutating func noteRoom() { full = [] }
}

extension AddressProblem {
  /// The same with the names of the entries that it is about.
  fileprivate func labelled(by meters: [Meter]) -> AddressProblem {
    guard case .overlap(let request, with: var other?, let layout) = self else { return self }
    other.label = meters.label(of: other.entry)
    return .overlap(request, with: other, layout)
  }

  /// What is said besides when the other entry does not have what the file gives to it.
  fileprivate func isKept(by meters: [Meter]) -> String {
    guard case .overlap(_, with: let other?, _) = self,
      meters.register(of: other.entry) == nil
    else { return "" }
    return
      ", which the file gives to it though it could not get them; \"metergate deallocate\" takes them "
      + "out of the file"
  }
}

extension [Meter] {
  fileprivate func register(of entry: EntryID) -> Int? {
    first { $0.id == entry.meter }?[entry]
  }

  fileprivate func label(of entry: EntryID) -> String {
    first { $0.id == entry.meter }?.label(of: entry) ?? ""
  }
}
