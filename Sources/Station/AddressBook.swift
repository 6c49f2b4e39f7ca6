import Metering
import RegisterMap

/// Gives registers to meters and values, and never takes one away.
struct AddressBook: Sendable {
  /// Width of entries, and which maps there are.
  var layout: RegisterLayout
  /// That the map is full is said once.
  var isFull = false

  init(layout: RegisterLayout) { self.layout = layout }

  /// Takes over the addresses that the file gives. One that cannot be given is taken from its entry.
  mutating func claim(_ meters: inout [Meter]) -> [GatewayEvent] {
    let plan = allocator.allocate(meters.flatMap(\.addressed))
    apply(plan, to: &meters)
    return plan.problems.map { .registerRefused($0.description) }
  }

  /// Takes over a list that has changed: what its file gives comes first, then what has been given before.
  /// An entry whose registers are now another's gets new ones with its next readout.
  mutating func reclaim(_ meters: inout [Meter]) -> [GatewayEvent] {
    isFull = false
    let all = meters.flatMap(\.addressed)
    let given = Set(meters.flatMap(\.givenByFile))
    let plan = allocator.allocate(
      all.filter { given.contains($0.entry) } + all.filter { !given.contains($0.entry) })
    apply(plan, to: &meters)
    for index in meters.indices where !meters[index].unaddressed(layout).isEmpty {
      meters[index].awaitsAllocation = meters[index].configuration.isToBeRead
    }
    return plan.problems.filter { $0.entry.map(given.contains) ?? true }
      .map { .registerRefused($0.description) }
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
    let wanted = meters[index].unaddressed(layout)
    guard !isFull, !wanted.isEmpty else { return [] }
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
    guard !isFull, !wanted.isEmpty else { return [] }
    let plan = allocator.allocate(meters.flatMap(\.addressed) + wanted)
    apply(plan, to: &meters)
    return plan.problems.map { problem in
      if case .mapIsFull = problem { isFull = true }
      return .registersExhausted(problem.description)
    }
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
    // The values of a meter with an address lie behind it, whoever else is silent just now.
    let behind = !layout.isMultiSlave && configuration.register > 0 ? register ?? 0 : 0
    for (index, value) in values.enumerated() where value.register == nil && value.takesRegister {
      guard value.configuration == nil ? allocatesLearnedValues : configuration.hasNoAddresses
      else { continue }
      requests.append(
        AddressRequest(
          .value(id, index: index), label: "\(label), \(value.label)", behind: behind))
    }
    return requests
  }
}
