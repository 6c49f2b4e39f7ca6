import Metering

/// A space in which entries get their numbers, apart from those of other spaces.
public enum AddressSpace: Hashable, Sendable {
  /// The one map of meters and values.
  case shared
  /// With multi slave the unit ids, which meters get.
  case units
  /// With multi slave the map of a meter, in which its values lie.
  case values(MeterID)
}

extension RegisterLayout {
  /// Between two addresses at which people can have an entry put lie so many registers: 10, with float only
  /// 2 (Anybus gateway manual 2.4, ch. 4.3; MUC500 manual 1.1, ch. 11.3 and 11.4.4); unit ids follow each
  /// other.
  public func step(of entry: EntryID) -> Int { space(of: entry) == .units ? 1 : entryWidth }

  /// Where an entry gets its number.
  public func space(of entry: EntryID) -> AddressSpace {
    guard isMultiSlave else { return .shared }
    return switch entry {
    case .meter: .units
    case .value(let meter, _): .values(meter)
    }
  }
}

/// The maps of a layout, each with what is taken of it.
struct AddressMaps {
  private let layout: RegisterLayout
  private var maps: [AddressSpace: AddressMap] = [:]

  init(layout: RegisterLayout) { self.layout = layout }

  /// The map in which an entry gets its number.
  subscript(entry: EntryID) -> AddressMap {
    get { maps[layout.space(of: entry)] ?? empty(layout.space(of: entry)) }
    _modify {
      let space = layout.space(of: entry)
      let empty = empty(space)
      yield &maps[space, default: empty]
    }
  }

  /// The first entry of a map is that of the device or meter. With float only there is no device entry,
  /// but 0 means "no address" in the meter list, so the map begins behind it all the same.
  private func empty(_ space: AddressSpace) -> AddressMap {
    switch space {
    case .units: AddressMap(width: 1, range: RegisterLayout.unitIDs)
    case .shared, .values:
      AddressMap(width: layout.entryWidth, range: layout.entryWidth...layout.lastAddress)
    }
  }
}

/// Which addresses of a map are taken. Every entry is equally wide, so an overlap lies in the same or a
/// neighbouring cell of that width.
struct AddressMap {
  private struct Claim {
    var start: Int
    var request: AddressRequest
  }

  /// What came of a claim.
  enum Outcome {
    case taken
    case outOfRange(ClosedRange<Int>)
    /// With the entry that is there already; nil: the first one of the map.
    case overlap(AddressRequest?)
  }

  /// How many addresses an entry takes.
  private let width: Int
  /// Where an entry can begin.
  private let range: ClosedRange<Int>
  private var cells: [Int: Claim] = [:]
  /// What nobody else is to get. These can overlap each other and what is taken.
  private var reserved: [Int: [Claim]] = [:]
  /// Everything before these is taken: where the search goes on, by where it began.
  private var next: [Int: Int] = [:]

  init(width: Int, range: ClosedRange<Int>) {
    self.width = width
    self.range = range
  }

  /// Takes an address, if it is free.
  mutating func take(_ start: Int, for request: AddressRequest) -> Outcome {
    guard range.contains(start) || isReserved(start) else { return .outOfRange(range) }
    if let other = overlap(start) { return .overlap(other.request) }
    if isReserved(start) { return .overlap(nil) }
    cells[start / width] = Claim(start: start, request: request)
    return .taken
  }

  /// Takes the lowest free address behind `request.behind`, or else the lowest of all; nil: none is left.
  mutating func takeFree(for request: AddressRequest) -> Int? {
    let first = range.lowerBound
    let start = lowestFree(from: max(request.behind, first)) ?? lowestFree(from: first)
    if let start { cells[start / width] = Claim(start: start, request: request) }
    return start
  }

  /// The free addresses of the grid next to one: below it and above it, as far as there are any.
  func free(around start: Int) -> [Int] {
    func isFree(_ start: Int) -> Bool { range.contains(start) && overlap(start) == nil }
    let grid = start - start % width
    let last = range.upperBound - range.upperBound % width
    let below = stride(from: min(grid, last), through: range.lowerBound, by: -width)
    let above = stride(from: grid + width, through: range.upperBound, by: width)
    return [below.first(where: isFree), above.first(where: isFree)].compactMap { $0 }
  }

  /// Keeps an address for an entry that does not have it, so that from now on no other one gets it.
  mutating func reserve(_ start: Int, for request: AddressRequest) {
    guard range.contains(start) else { return }
    reserved[start / width, default: []].append(Claim(start: start, request: request))
  }

  /// Whether an entry there would reach into the first one, which is the device's or meter's own.
  private func isReserved(_ start: Int) -> Bool {
    (0..<range.lowerBound).contains(start) && width > 1
  }

  private func overlap(_ start: Int) -> Claim? {
    let cell = start / width
    let near = [cell - 1, cell, cell + 1]
    func reaches(_ claim: Claim) -> Bool { abs(claim.start - start) < width }
    if let taken = near.lazy.compactMap({ cells[$0] }).first(where: reaches) { return taken }
    guard !reserved.isEmpty else { return nil }
    return near.lazy.flatMap { reserved[$0] ?? [] }.first(where: reaches)
  }

  private mutating func lowestFree(from origin: Int) -> Int? {
    var candidate = next[origin] ?? origin
    while candidate <= range.upperBound, overlap(candidate) != nil { candidate += width }
    next[origin] = candidate
    return candidate <= range.upperBound ? candidate : nil
  }
}
