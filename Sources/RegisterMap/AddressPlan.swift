/// What came of an allocation.
public struct AddressPlan: Equatable, Sendable {
  /// The address of every entry that got one.
  public var addresses: [EntryID: RegisterAddress] = [:]
  /// What the user should know, in list order; that the map is full is said once, at the end.
  public var problems: [AddressProblem] = []

  /// A plan without entries.
  public init() {}

  /// The address of an entry; nil when it got none.
  public subscript(entry: EntryID) -> RegisterAddress? { addresses[entry] }
}

/// Why an entry is not in the register map.
public enum AddressProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// The registers asked for belong to an entry before it in the list; nil: to the device entry.
  case overlap(AddressRequest, with: AddressRequest?, width: Int)
  /// The registers asked for are not all within 0–65,535.
  case outOfRange(AddressRequest, allowed: ClosedRange<Int>)
  /// No free address is left: the first entry without one, and how many there are in all.
  case mapIsFull(first: AddressRequest, count: Int)

  /// The entry without address; nil when it is about many.
  public var entry: EntryID? {
    switch self {
    case .overlap(let request, _, _), .outOfRange(let request, _): request.entry
    case .mapIsFull: nil
    }
  }

  /// Which entry, why, and what to do.
  public var description: String {
    switch self {
    case .overlap(let request, with: let other, let width):
      let owner = other.map { "\($0.label) (registers \(Self.range($0.wanted, width)))" }
      return """
        \(request.label): registers \(Self.range(request.wanted, width)) overlap those of \
        \(owner ?? "the device entry (registers \(Self.range(0, width)))"); \
        it gets no address until its register is changed, or removed
        """
    case .outOfRange(let request, let allowed):
      return """
        \(request.label): an entry at register \(request.wanted) does not fit; \
        allowed are \(allowed.lowerBound)–\(allowed.upperBound); without a register it gets a free one
        """
    case .mapIsFull(let request, let count):
      return """
        \(request.label) is the first of \(count) entries for which no register address is left: \
        the map ends at 65,535; float only needs 2 registers an entry instead of 10, \
        multi slave gives each meter a map of its own (MODBUSMETER_PROTOCOLVERSION)
        """
    }
  }

  private static func range(_ start: Int, _ width: Int) -> String {
    "\(start)–\(start + width - 1)"
  }
}
