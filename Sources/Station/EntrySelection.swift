import Metering
import RegisterMap

/// The entries of the register map that a command is about.
public enum EntrySelection: Hashable, Sendable {
  /// Every meter of the list with its values.
  case all
  /// These.
  case parts([MeterPart])
}

/// A meter of the list, or a part of it, as commands mean it.
public struct MeterPart: Hashable, Sendable {
  /// How much of a meter.
  public enum Extent: Hashable, Sendable {
    /// The meter with its values.
    case whole
    /// The meter's own entry.
    case meterEntry
    /// One of its values, by its place in the list, from 0.
    case value(Int)
  }

  /// Which meter.
  public var meter: MeterID
  /// How much of it.
  public var extent: Extent

  /// - Parameters:
  ///   - meter: which meter.
  ///   - extent: how much of it.
  public init(_ meter: MeterID, _ extent: Extent = .whole) {
    self.meter = meter
    self.extent = extent
  }
}

extension Station {
  /// The selected entries, each once, in list order.
  func entries(of selection: EntrySelection) -> [EntryID] {
    guard case .parts(let parts) = selection else { return meters.flatMap(\.listedEntries) }
    var chosen = Set<EntryID>()
    for part in parts {
      guard let meter = meter(part.meter) else { continue }
      switch part.extent {
      case .whole: chosen.formUnion(meter.listedEntries)
      case .meterEntry: chosen.insert(.meter(part.meter))
      case .value(let index) where meter.values.indices.contains(index):
        chosen.insert(.value(part.meter, index: index))
      case .value: break
      }
    }
    return meters.flatMap(\.entries).filter(chosen.contains)
  }

  /// The meters of which everything is selected, what they have not told yet included.
  func wholeMeters(of selection: EntrySelection) -> Set<MeterID> {
    switch selection {
    case .all: Set(meters.map(\.id))
    case .parts(let parts): Set(parts.filter { $0.extent == .whole }.map(\.meter))
    }
  }
}

extension Meter {
  /// Its own entry, then those of all values.
  var entries: [EntryID] {
    [.meter(id)] + values.indices.map { .value(id, index: $0) }
  }

  /// The same without values that its user has left out of the list: they come back only by name.
  fileprivate var listedEntries: [EntryID] {
    let isLearned = configuration.values.isEmpty
    return entries.filter { entry in
      guard case .value(_, let index) = entry else { return true }
      return isLearned || values[index].isConfigured
    }
  }

  /// How people recognise one of its entries.
  func label(of entry: EntryID) -> String {
    guard case .value(_, let index) = entry, values.indices.contains(index) else { return label }
    return "\(label), value \(index + 1) (\(values[index].label))"
  }

  /// The `register` of one of its entries.
  subscript(entry: EntryID) -> Int? {
    switch entry {
    case .meter: register
    case .value(_, let index): values.indices.contains(index) ? values[index].register : nil
    }
  }
}
