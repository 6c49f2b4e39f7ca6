/// What came of an allocation.
public struct AddressPlan: Equatable, Sendable {
  /// The address of every entry that got one: its first register, with multi slave the unit id of a meter.
  public var addresses: [EntryID: Int] = [:]
  /// What the user should know, in list order; that the map is full is said once, at the end.
  public var problems: [AddressProblem] = []

  /// A plan without entries.
  public init() {}

  /// The address of an entry; nil when it got none.
  public subscript(entry: EntryID) -> Int? { addresses[entry] }
}

/// Why an entry is not in the register map.
public enum AddressProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is asked for belongs to an entry before it in the list; nil: to the first entry of the map.
  case overlap(AddressRequest, with: AddressRequest?, RegisterLayout)
  /// What is asked for is not within the map.
  case outOfRange(AddressRequest, allowed: ClosedRange<Int>, RegisterLayout)
  /// With multi slave: a value that has a register, of a meter that has no unit id.
  case meterWithoutUnit(AddressRequest)
  /// No free address is left: the first entry without one, and how many there are in all.
  case mapIsFull(first: AddressRequest, count: Int, RegisterLayout)

  /// The entry without address; nil when it is about many.
  public var entry: EntryID? {
    switch self {
    case .overlap(let request, _, _), .outOfRange(let request, _, _),
      .meterWithoutUnit(let request):
      request.entry
    case .mapIsFull: nil
    }
  }

  /// Which entry, and why.
  public var reason: String {
    switch self {
    case .overlap(let request, with: let other, let layout):
      "\(request.label): \(Self.conflict(request, other, layout))"
    case .outOfRange(let request, let allowed, let layout):
      "\(request.label): \(Self.misfit(request, layout)); allowed are "
        + "\(allowed.lowerBound)–\(allowed.upperBound)"
    case .meterWithoutUnit, .mapIsFull: description
    }
  }

  /// Which entry, why, and what to do.
  public var description: String {
    switch self {
    case .overlap:
      "\(reason); it gets no address until its register is changed, or removed"
    case .outOfRange: "\(reason); without a register it gets a free one"
    case .meterWithoutUnit(let request):
      "\(request.label): its meter has no unit id, so that register \(request.wanted) is in no map; "
        + "give the meter a register of 1–247"
    case .mapIsFull(let request, let count, let layout):
      "\(request.label) is the first of \(count) entries for which "
        + "\(Self.isUnit(request, layout) ? "no unit id" : "no register address") is left: "
        + Self.remedy(layout)
    }
  }

  private static func isUnit(_ request: AddressRequest, _ layout: RegisterLayout) -> Bool {
    guard layout.isMultiSlave, case .meter = request.entry else { return false }
    return true
  }

  private static func conflict(
    _ request: AddressRequest, _ other: AddressRequest?, _ layout: RegisterLayout
  ) -> String {
    if isUnit(request, layout), let other {
      return "unit id \(request.wanted) is that of \(other.label)"
    }
    let width = layout.entryWidth
    let own = range(request.wanted, width)
    if let other {
      return "registers \(own) overlap those of \(other.label) "
        + "(registers \(range(other.wanted, width)))"
    }
    if layout.isMultiSlave {
      return
        "registers \(own) overlap those of its meter's own entry (registers \(range(0, width)))"
    }
    return layout.isFloatOnly
      ? "registers \(own) reach before the first entry, which is at register \(width)"
      : "registers \(own) overlap those of the device entry (registers \(range(0, width)))"
  }

  private static func misfit(_ request: AddressRequest, _ layout: RegisterLayout) -> String {
    isUnit(request, layout)
      ? "there is no unit id \(request.wanted) for a meter"
      : "an entry at register \(request.wanted) does not fit"
  }

  private static func remedy(_ layout: RegisterLayout) -> String {
    switch (layout.isFloatOnly, layout.isMultiSlave) {
    case (false, false):
      "the map ends at 65,535; float only needs 2 registers an entry instead of 10, multi slave gives "
        + "each meter a map of its own (MODBUSMETER_PROTOCOLVERSION)"
    case (true, false):
      "the map ends at 65,535; multi slave gives each meter a map of its own "
        + "(MODBUSMETER_PROTOCOLVERSION)"
    case (_, true):
      "unit ids end at 247, and the map of each at 65,535; without multi slave meters share one map "
        + "(MODBUSMETER_PROTOCOLVERSION)"
    }
  }

  private static func range(_ start: Int, _ width: Int) -> String {
    "\(start)–\(start + width - 1)"
  }
}
