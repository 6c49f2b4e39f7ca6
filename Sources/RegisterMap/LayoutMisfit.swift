import Metering

/// The registers that the meter list gives to a meter and its values.
public struct GivenRegisters: Hashable, Sendable {
  /// That of the meter, with multi slave its unit id; 0: none.
  public var meter: Int
  /// Those of its values, without the zeros of those that have none.
  public var values: [Int]

  /// - Parameters:
  ///   - meter: that of the meter; 0: none.
  ///   - values: those of its values that have one.
  public init(meter: Int, values: [Int]) {
    self.meter = meter
    self.values = values
  }

  /// What the meter list has of a meter.
  public init(_ configuration: MeterConfiguration) {
    self.init(
      meter: configuration.register,
      values: configuration.values.map(\.register).filter { $0 > 0 })
  }
}

/// Why a meter list was probably made for another layout than the one that is set. The list does not say
/// which one it was, so its registers must tell.
public enum LayoutMisfit: Hashable, Sendable, CustomStringConvertible {
  /// With float only: everything lies ten registers apart.
  case tenApart
  /// With multi slave: meters have registers beyond the unit ids.
  case beyondUnits(Int)
  /// With multi slave: few units begin at their beginning, the values follow the registers of their meters.
  case oneMapForAll
  /// In the standard layout: most registers lie between those that it gives.
  case offTheRaster
  /// In the standard layout: meters have registers where the device entry is.
  case unitIDs

  /// The reason, to follow "since".
  public var description: String {
    switch self {
    case .tenApart:
      "all of them are multiples of 10, while entries take 2 registers with float only"
    case .beyondUnits(let register):
      "a meter has register \(register), while unit ids end at 247 with multi slave"
    case .oneMapForAll:
      "the values of most meters do not begin at the beginning of a map, as they do with multi slave"
    case .offTheRaster: "most of them are no multiples of 10, as they are in the standard layout"
    case .unitIDs:
      "meters have registers below 10, where the device entry is in the standard layout"
    }
  }
}

extension RegisterLayout {
  /// What people call it.
  public var name: String {
    switch (isFloatOnly, isMultiSlave) {
    case (false, false): "standard"
    case (true, false): "float only"
    case (false, true): "multi slave"
    case (true, true): "float only with multi slave"
    }
  }

  /// Why a list was probably made for another layout; nil: it fits, or says too little. Registers that were
  /// given by hand can look like it, so this is for a warning only.
  public func misfit(of list: [GivenRegisters]) -> LayoutMisfit? {
    let values = list.flatMap(\.values)
    let meters = list.map(\.meter).filter { $0 > 0 }
    if isMultiSlave {
      if let register = meters.first(where: { !Self.unitIDs.contains($0) }) {
        return .beyondUnits(register)
      }
      if isOneMapForAll(list) { return .oneMapForAll }
      return isFloatOnly && isTenApart(values) ? .tenApart : nil
    }
    let all = meters + values
    if isFloatOnly { return isTenApart(all) ? .tenApart : nil }
    if meters.contains(where: { $0 < entryWidth }) { return .unitIDs }
    return all.count { !$0.isMultiple(of: entryWidth) } * 2 > all.count ? .offTheRaster : nil
  }

  private func isTenApart(_ registers: [Int]) -> Bool {
    registers.count > 1
      && registers.allSatisfy { $0.isMultiple(of: EntryFields.standard.width) }
  }

  /// Values that come right behind the registers of their meters, whose own map they would begin otherwise.
  private func isOneMapForAll(_ list: [GivenRegisters]) -> Bool {
    let both = list.filter { $0.meter > 0 && !$0.values.isEmpty }
    let fitting = both.count { $0.values.min() == entryWidth }
    guard !both.isEmpty, fitting * 2 < both.count else { return false }
    return [EntryFields.standard.width, EntryFields.floatOnly.width].contains { width in
      both.allSatisfy { given in
        given.meter.isMultiple(of: width) && (given.values.min() ?? 0) > given.meter
      }
    }
  }
}
