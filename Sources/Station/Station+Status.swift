import Metering
import RegisterMap

/// What is taken of the register map.
public struct RegisterUse: Hashable, Sendable {
  /// Meters and values that have an address.
  public var entries = 0
  /// Meters and values that have none.
  public var without = 0
  /// The highest register of all entries; nil: there is none.
  public var highest: Int?
  /// How many further entries there is room for, with multi slave how many further meters.
  public var free = 0
}

/// A value that its meter marks as invalid.
public struct InvalidValue: Hashable, Sendable, CustomStringConvertible {
  /// How people name it, such as `66600106/3`, or how they recognise its meter.
  public var name: String
  /// What it is.
  public var label: String
  /// Why it is invalid.
  public var why: String

  /// All of it.
  public var description: String { "\(name) \(label): \(why)" }
}

/// How far a scan is that is under way.
public struct ScanStatus: Hashable, Sendable {
  /// The share of the addresses that has been looked at, in thousandths.
  public var thousandths: Int
  /// The meters that have answered.
  public var found: Int
  /// Those of them that are new in the list.
  public var new: Int
  /// How many seconds it will go on, if it goes on as it did; nil: that cannot be told yet.
  public var secondsLeft: Int?
}

/// What a line does.
public enum LineActivity: Hashable, Sendable {
  case idle
  case reading
  case scanning
}

extension Station {
  /// What the line has been asked to do just now.
  public var activity: LineActivity {
    switch task {
    case nil: .idle
    case .reading: .reading
    case .scanning: .scanning
    }
  }

  /// The meter that the line has been asked to read just now.
  public var meterBeingRead: Meter? {
    if case .reading(let id) = task { meter(id) } else { nil }
  }

  /// The values that are invalid now, in list order; without those that meters have none of.
  public var invalidValues: [InvalidValue] {
    let names = MeterNames(self)
    return meters.flatMap { meter in
      meter.values.enumerated().compactMap { index, value in
        guard case .invalid(let why, _) = value.live.quality, !value.live.isUpToDate else {
          return nil
        }
        let name =
          names.name(of: meter).map { "\($0)/\(index + 1)" } ?? "\(meter.label), \(index + 1)"
        return InvalidValue(name: name, label: value.label, why: why)
      }
    }
  }

  /// What is taken of the register map now.
  public var registerUse: RegisterUse {
    let layout = configuration.layout
    let width = layout.entryWidth
    var use = RegisterUse()
    var cells = Set<Int>()
    var units = Set<Int>()
    for meter in meters {
      for entry in meter.entries {
        guard let address = meter.address(of: entry, in: layout) else {
          use.without += 1
          continue
        }
        use.entries += 1
        let last = address.register + width - 1
        use.highest = max(use.highest ?? 0, last)
        cells.formUnion([address.register / width, last / width])
      }
      if let register = meter.register { units.insert(register) }
    }
    // The first entry of the map is the device's, or stays free.
    use.free =
      layout.isMultiSlave
      ? RegisterLayout.unitIDs.count - units.count
      : RegisterLayout.addressCount / width - 1 - cells.count
    return use
  }

  /// Somebody wants a scan that has not begun yet.
  public var isScanAwaited: Bool { isScanWanted }

  /// How far the scan is; nil: none is under way.
  public var scanStatus: ScanStatus? {
    guard case .scanning(let scan) = task else { return nil }
    return ScanStatus(
      thousandths: scan.progress?.thousandths ?? 0, found: scan.progress?.found ?? scan.added,
      new: scan.added, secondsLeft: scan.progress?.secondsLeft)
  }
}
