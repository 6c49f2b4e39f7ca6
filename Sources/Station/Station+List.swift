import Metering
import Time

/// A meter of the list as it is to stand in the file.
public struct ListEntry: Hashable, Sendable {
  /// Which meter it is.
  public var meter: MeterID
  /// What the file is to say of it.
  public var configuration: MeterConfiguration

  /// - Parameters:
  ///   - meter: which meter it is.
  ///   - configuration: what the file is to say of it.
  public init(meter: MeterID, configuration: MeterConfiguration) {
    self.meter = meter
    self.configuration = configuration
  }
}

/// The list as it comes from the file, and as it goes there.
extension Station {
  /// The list with everything that is to survive a restart: meters found, values learned, registers given.
  public var listToSave: [ListEntry] {
    meters.map { ListEntry(meter: $0.id, configuration: $0.configurationToSave) }
  }

  /// Takes new settings and a new list. A meter that is in both lists keeps what is known of it, and its
  /// registers as long as the file gives no others.
  mutating func configure(
    _ configuration: Configuration, _ list: [MeterConfiguration], keeping kept: Set<MeterID>,
    _ now: Moment
  ) -> [StationEffect] {
    let isOtherMap = !configuration.layout.hasSameAddresses(as: self.configuration.layout)
    self.configuration = configuration
    addresses.layout = configuration.layout
    let before = Dictionary(meters.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    meters = merge(list, keeping: kept)
    notePlaces()
    if isOtherMap { for index in meters.indices { meters[index].keepRegisters() } }
    let problems = addresses.reclaim(&meters)
    var effects = (isOtherMap ? layoutChange() : refusals(problems)).map(StationEffect.report)
    effects += addresses.allocateKnown(&meters).map(StationEffect.report)
    effects.append(.clearRegisters)
    effects += meters.filter(\.hasRegisters).map { .publish($0.id) }
    planReadouts(now)
    // Where the file now names another device, what was read there so far says nothing.
    for meter in meters where meter.lastRead == nil && before[meter.id]?.lastRead != nil {
      schedule.ask(for: meter.id)
    }
    if listToSave.map(\.configuration) != list { effects.append(.saveList) }
    return effects + next(now)
  }

  /// The new list, with the meters that are to be kept behind it.
  private mutating func merge(
    _ list: [MeterConfiguration], keeping kept: Set<MeterID>
  ) -> [Meter] {
    var old = OldMeters(meters)
    var merged: [Meter?] = list.map { old.take(unchanged: $0)?.adopting($0) }
    for (index, configuration) in list.enumerated() where merged[index] == nil {
      merged[index] = old.take(reachedAs: configuration)?.reconfigured(configuration)
    }
    for (index, configuration) in list.enumerated() where merged[index] == nil {
      if let known = old.take(agreeingWith: configuration) {
        merged[index] = known.reconfigured(configuration)
      } else {
        merged[index] = Meter(id: MeterID(nextNumber), configuration: configuration)
        nextNumber += 1
      }
    }
    return merged.compactMap { $0 } + old.left.filter { kept.contains($0.id) }
  }
}

/// The meters of the list before, each to be taken once.
private struct OldMeters {
  private var meters: [Meter?]
  private var byConfiguration: [MeterConfiguration: [Int]] = [:]
  private var byReach: [Reach: [Int]] = [:]

  init(_ meters: [Meter]) {
    self.meters = meters
    for (index, meter) in meters.enumerated() {
      byConfiguration[meter.configurationToSave, default: []].append(index)
      for reach in Set([Reach(meter.configuration), Reach(meter.configurationToSave)]) {
        byReach[reach, default: []].append(index)
      }
    }
  }

  /// What nobody took.
  var left: [Meter] { meters.compactMap { $0 } }

  mutating func take(unchanged configuration: MeterConfiguration) -> Meter? {
    take(byConfiguration[configuration])
  }

  mutating func take(reachedAs configuration: MeterConfiguration) -> Meter? {
    take(byReach[Reach(configuration)])
  }

  /// The same meter, though the lists say more or less of it, or how it is reached.
  mutating func take(agreeingWith configuration: MeterConfiguration) -> Meter? {
    let wanted = configuration.identity
    guard wanted.serial != .any else { return nil }
    return take(
      meters.indices.filter { index in
        guard let meter = meters[index], meter.identity.serial == wanted.serial else {
          return false
        }
        return meter.configuration.interface == configuration.interface
          && meter.identity.agrees(with: wanted)
      })
  }

  /// The first of these that nobody has taken yet.
  private mutating func take(_ indices: [Int]?) -> Meter? {
    guard let index = indices?.first(where: { meters[$0] != nil }) else { return nil }
    defer { meters[index] = nil }
    return meters[index]
  }

  /// What makes two entries the same meter: how it is reached.
  private struct Reach: Hashable {
    let interface: InterfaceKind
    let primaryAddress: UInt8?
    let identity: MeterIdentity?

    init(_ configuration: MeterConfiguration) {
      interface = configuration.interface
      primaryAddress = configuration.usesPrimaryAddress ? configuration.primaryAddress : nil
      identity = configuration.usesPrimaryAddress ? nil : configuration.identity
    }
  }
}
