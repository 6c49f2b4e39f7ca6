import Metering
import RegisterMap

/// Registers that were given in another layout are kept, and people are told.
extension Station {
  /// More than so many entries without the register that the file gives are told in one event.
  private static let mostToldAlone = 3

  /// What is said of entries that cannot have the register that the file gives: of a few each with its
  /// reason. A list that was made in another layout has hundreds, and one reason.
  func refusals(_ problems: [AddressProblem]) -> [GatewayEvent] {
    guard problems.count > Self.mostToldAlone else {
      return problems.map { .registerRefused($0.description) }
    }
    let misfit = configuration.layout.misfit(of: meters.map { GivenRegisters($0.configuration) })
    return [.registersRefused(refusedEntries, layout: configuration.layout.name, misfit)]
  }

  /// What is said when the settings have another layout than before: nothing if every register is possible
  /// in it, too.
  func layoutChange() -> [GatewayEvent] {
    let refused = refusedEntries
    return refused.count > 0
      ? [.layoutChanged(to: configuration.layout.name, without: refused)] : []
  }

  /// The entries whose register is in no map.
  private var refusedEntries: RefusedEntries {
    var refused = RefusedEntries()
    for meter in meters {
      for entry in meter.entries {
        let isGiven = meter[entry] != nil
        guard isGiven || meter.wish(of: entry) > 0 else { continue }
        refused.total += 1
        if !isGiven { refused.add(meter.label(of: entry)) }
      }
    }
    return refused
  }
}

/// Entries that cannot have their registers: how many there are, and the first of them by name.
public struct RefusedEntries: Hashable, Sendable, CustomStringConvertible {
  /// The first ones, as people recognise them.
  public private(set) var names: [String] = []
  /// How many there are.
  public private(set) var count = 0
  /// How many entries have a register at all.
  public var total = 0

  /// So many are named.
  private static let mostNamed = 3

  /// None.
  public init() {}

  /// One more of them.
  mutating func add(_ name: @autoclosure () -> String) {
    count += 1
    if names.count < Self.mostNamed { names.append(name()) }
  }

  /// `5 of 6 entries have no valid address in it (00000001; …; and 2 more)`, to follow a layout.
  public var description: String {
    let rest = count > names.count ? ["and \(count - names.count) more"] : []
    return "\(count) of \(total == 1 ? "1 entry" : "\(total) entries") "
      + "\(count == 1 ? "has" : "have") no valid address in it "
      + "(\((names + rest).joined(separator: "; ")))"
  }
}

extension Meter {
  /// The register that the file has for an entry; 0: none.
  func wish(of entry: EntryID) -> Int {
    switch entry {
    case .meter: configuration.register
    case .value(_, let index):
      values.indices.contains(index) ? values[index].listed.register : 0
    }
  }

  /// Registers that were given count as written down: a map in which they are not possible gives no others
  /// by itself.
  mutating func keepRegisters() {
    if let register { configuration.register = register }
    for index in values.indices {
      guard let register = values[index].register else { continue }
      values[index].listed.register = register
      values[index].takesRegister = false
    }
  }
}
