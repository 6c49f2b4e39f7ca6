import Metering
import RegisterMap

/// Gives registers to meters and values, and never takes one away.
struct AddressBook: Sendable {
  /// Width of entries, and which maps there are.
  var layout: RegisterLayout
  /// That a map is full is said once.
  var full = Set<AddressSpace>()

  init(layout: RegisterLayout) { self.layout = layout }

  /// Takes over the addresses that the file gives. One that cannot be given is taken from its entry.
  mutating func claim(_ meters: inout [Meter]) -> [AddressProblem] {
    let plan = allocator.allocate(meters.flatMap(\.addressed))
    apply(plan, to: &meters)
    return plan.problems
  }

  /// Takes over a list that has changed: what its file gives comes first, then what has been given before.
  /// An entry whose registers are now another's gets new ones with its next readout. What was refused may
  /// be possible now.
  mutating func reclaim(_ meters: inout [Meter]) -> [AddressProblem] {
    noteRoom()
    for index in meters.indices { meters[index].wishAgain() }
    let all = meters.flatMap(\.addressed)
    let given = Set(meters.flatMap(\.givenByFile))
    let plan = allocator.allocate(
      all.filter { given.contains($0.entry) } + all.filter { !given.contains($0.entry) })
    apply(plan, to: &meters)
    for index in meters.indices where !meters[index].unaddressed(layout).isEmpty {
      meters[index].awaitsAllocation = meters[index].configuration.isToBeRead
    }
    return plan.problems.filter { $0.entry.map(given.contains) ?? true }
  }

  /// Gives addresses to the meters at the head of the list for which the file gives none but lists the
  /// values: nothing has to be read for that. It ends at the first whose values are still to be learned,
  /// since those behind it follow its.
  mutating func allocateKnown(_ meters: inout [Meter]) -> [GatewayEvent] {
    let known = meters.indices.prefix {
      !meters[$0].isToLearnRegisters || !meters[$0].values.isEmpty
    }
    let awaiting = known.filter { meters[$0].awaitsAllocation }
    let wanted = awaiting.flatMap { meters[$0].unaddressed(layout) }
    for index in awaiting { meters[index].awaitsAllocation = false }
    return give(wanted, &meters)
  }

  /// Gives addresses to what of a meter is still to get some.
  /// - Parameter isLate: it could not be read when its turn for addresses came.
  mutating func allocate(
    _ index: Int, isLate: Bool = false, _ meters: inout [Meter]
  ) -> [GatewayEvent] {
    let wanted = withRoom(meters[index].unaddressed(layout))
    guard !wanted.isEmpty else { return [] }
    var events = give(wanted, &meters)
    meters[index].awaitsAllocation = false
    let isBehindOthers =
      isLate && meters[index].configuration.hasNoAddresses
      && meters[(index + 1)...].contains { $0.register != nil && $0.configuration.hasNoAddresses }
    if isBehindOthers { events.append(.allocatedOutOfOrder(meters[index].label)) }
    return events
  }

  /// Gives free addresses to entries, in their order.
  private mutating func give(
    _ wanted: [AddressRequest], _ meters: inout [Meter]
  ) -> [GatewayEvent] {
    let wanted = withRoom(wanted)
    guard !wanted.isEmpty else { return [] }
    let plan = plan(for: wanted, meters)
    apply(plan, to: &meters)
    full.formUnion(plan.problems.compactMap(\.fullSpace))
    return plan.problems.map { .registersExhausted($0.description) }
  }

  /// Those for which there may be free addresses.
  private func withRoom(_ wanted: [AddressRequest]) -> [AddressRequest] {
    full.isEmpty ? wanted : wanted.filter { !full.contains(layout.space(of: $0.entry)) }
  }

  /// Addresses for some entries. What others have stays theirs, and what the file gives to others that could
  /// not get it is kept for them: nothing stands in the file twice.
  func plan(for wanted: [AddressRequest], _ meters: [Meter]) -> AddressPlan {
    let entries = Set(wanted.map(\.entry))
    return allocator.allocate(
      wanted, besides: meters.flatMap(\.addressed).filter { !entries.contains($0.entry) },
      reserving: meters.flatMap(\.wishes).filter { !entries.contains($0.entry) })
  }

  var allocator: AddressAllocator { AddressAllocator(layout: layout) }

  func apply(_ plan: AddressPlan, to meters: inout [Meter]) {
    for index in meters.indices {
      let id = meters[index].id
      meters[index].register = plan[.meter(id)]
      for value in meters[index].values.indices {
        meters[index].values[value].register = plan[.value(id, index: value)]
      }
    }
  }
}

extension Meter {
  /// The entries that have an address, asking for just this one.
  var addressed: [AddressRequest] {
    var requests: [AddressRequest] = []
    if let register {
      requests.append(AddressRequest(.meter(id), label: label, wanted: register))
    }
    for (index, value) in values.enumerated() {
      guard let register = value.register else { continue }
      // Labels matter for what the file asks for; what was given before cannot collide.
      let label = value.configuration.map { _ in "\(self.label), \(value.label)" } ?? ""
      requests.append(
        AddressRequest(.value(id, index: index), label: label, wanted: register))
    }
    return requests
  }

  /// What the file gives to entries that could not get it.
  var wishes: [AddressRequest] {
    entries.compactMap { entry in
      let wish = wish(of: entry)
      guard wish > 0, self[entry] == nil else { return nil }
      return AddressRequest(entry, label: label(of: entry), wanted: wish)
    }
  }

  /// What the file gives and could not be had is asked for again.
  fileprivate mutating func wishAgain() {
    for wish in wishes {
      switch wish.entry {
      case .meter: register = wish.wanted
      case .value(_, let index): values[index].register = wish.wanted
      }
    }
  }

  /// The entries that have the address that the file gives.
  fileprivate var givenByFile: [EntryID] {
    let own = register != nil && register == configuration.register ? [EntryID.meter(id)] : []
    return own
      + values.indices.filter {
        values[$0].register != nil && values[$0].register == values[$0].configuration?.register
      }.map { EntryID.value(id, index: $0) }
  }

  /// The entries that are to get an address now.
  fileprivate func unaddressed(_ layout: RegisterLayout) -> [AddressRequest] {
    guard !configuration.hasNoRegisters else { return [] }
    var requests: [AddressRequest] = []
    if register == nil, configuration.hasNoAddresses {
      requests.append(AddressRequest(.meter(id), label: label))
    }
    // With multi slave a value is nowhere without the unit id of its meter.
    guard !layout.isMultiSlave || register != nil || !requests.isEmpty else { return [] }
    // The values of a meter with an address lie behind it, whoever else is silent just now.
    let behind = !layout.isMultiSlave && configuration.register > 0 ? register ?? 0 : 0
    for (index, value) in values.enumerated() where value.register == nil && value.takesRegister {
      guard value.isConfigured ? configuration.hasNoAddresses : allocatesLearnedValues
      else { continue }
      requests.append(
        AddressRequest(
          .value(id, index: index), label: "\(label), \(value.label)", behind: behind))
    }
    return requests
  }
}
