import Metering
import RegisterMap
import Time

/// Meters that take the place of others: their registers stay with the same kinds of values.
extension Station {
  /// Another meter hangs where a listed one did. If a scan has found it already, its entry goes; one into
  /// which somebody has put work only by force.
  mutating func swap(
    _ id: MeterID, for identity: MeterIdentity, force: Bool, _ now: Moment
  ) throws(ListRefusal) -> (ListOutcome, [GatewayEvent]) {
    guard let index = index(of: id) else {
      throw .register("the meter is not in the list any more")
    }
    let old = meters[index]
    guard old.identity.serial != identity.serial || !old.identity.agrees(with: identity) else {
      throw .sameMeter(old.label)
    }
    let twins = meters.filter {
      $0.id != id && $0.identity.serial == identity.serial && $0.identity.agrees(with: identity)
    }
    guard twins.count < 2 else {
      throw .listedTwice("\(identity.label)", twins.map(\.fullName))
    }
    let lost = twins.first?.workOfUser
    if let twin = twins.first, let lost, !force, !hasOnlyGivenItself(twin) {
      throw .listedByHand(twin.label, with: lost)
    }
    let (new, events) = old.swapped(for: identity, listedAs: twins.first, configuration)
    meters[index] = new
    if let twin = twins.first {
      meters.removeAll { $0.id == twin.id }
      notePlaces()
      addresses.noteRoom()
    }
    if task == .reading(id) { isReadingPredecessor = true }
    planReadouts(now)
    schedule.ask(for: id)
    var outcome = ListOutcome()
    outcome.news = ["\(old.label) is swapped for \(new.label)"]
    if let twin = twins.first {
      outcome.news.append(
        "the entry that \(twin.label) had in the list is taken out of it"
          + (lost.map { ", with \($0)" } ?? ""))
    }
    return (outcome, [.meterSwapped(old.label, for: new.label)] + events)
  }

  /// Whether all that the file says of a meter can come from a scan and its first readout: no label, and
  /// registers that lie as they are given automatically, each right behind those of another entry or at the
  /// beginning of its map. The file does not say who gave them.
  private func hasOnlyGivenItself(_ meter: Meter) -> Bool {
    let layout = configuration.layout
    guard meter.labels.isEmpty,
      meter.entries.allSatisfy({ [0, meter[$0] ?? 0].contains(meter.wish(of: $0)) })
    else { return false }
    var taken = Set<Int>()
    for other in meters {
      for entry in other.entries where isInMap(of: meter, entry) {
        guard let register = other[entry] else { continue }
        taken.formUnion(register..<(register + layout.step(of: entry)))
      }
    }
    return meter.entries.allSatisfy { entry in
      guard let register = meter[entry] else { return true }
      return layout.isMultiSlave && entry == .meter(meter.id)
        ? register == 1 || meters.contains { $0.register == register - 1 }
        : register == layout.entryWidth || taken.contains(register - 1)
    }
  }

  /// Whether an entry has its number in the map in which the values of a meter have theirs.
  private func isInMap(of meter: Meter, _ entry: EntryID) -> Bool {
    guard configuration.layout.isMultiSlave else { return true }
    return entry.meter == meter.id && entry != .meter(meter.id)
  }

  /// Whether a readout is that of a meter which was swapped meanwhile: the new one is asked again.
  mutating func dropsReadout(of id: MeterID) -> Bool {
    defer { isReadingPredecessor = false }
    if isReadingPredecessor { schedule.ask(for: id) }
    return isReadingPredecessor
  }
}

extension Meter {
  /// What its user calls it and its values.
  fileprivate var labels: [String] {
    ([configuration.userLabel] + values.compactMap(\.configuration?.userLabel)).filter {
      !$0.isEmpty
    }
  }

  /// What the file says of it that goes with its entry; nil: nothing.
  fileprivate var workOfUser: String? {
    let listed = values.compactMap(\.configuration)
    let registers = ([configuration.register] + listed.map(\.register)).filter { $0 > 0 }
    let parts =
      labels.map { "the label \"\($0)\"" }
      + (registers.isEmpty
        ? []
        : [
          (registers.count == 1 ? "register " : "registers ")
            + registers.map(String.init).joined(separator: ", ")
        ])
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// The entry of this meter with another one in its place.
  /// - Parameter twin: the new meter as it is in the list; nil: it is not.
  fileprivate func swapped(
    for identity: MeterIdentity, listedAs twin: Meter?, _ configuration: Station.Configuration
  ) -> (Meter, [GatewayEvent]) {
    var meter = self
    let listed = twin?.configuration.identity
    meter.configuration.identity = MeterIdentity(
      serial: identity.serial, manufacturer: identity.manufacturer ?? listed?.manufacturer,
      version: identity.version ?? listed?.version, medium: identity.medium ?? listed?.medium)
    if let twin {
      meter.configuration.primaryAddress = twin.configuration.primaryAddress
      meter.configuration.usesPrimaryAddress = twin.configuration.usesPrimaryAddress
      if !twin.configuration.encryptionKey.isEmpty {
        meter.configuration.encryptionKey = twin.configuration.encryptionKey
      }
    }
    meter.configuration.isUnreadable = false
    if !meter.configuration.usesPrimaryAddress {
      meter.partsToLearn = self.configuration.identity.knownParts
        .subtracting(meter.configuration.identity.knownParts)
    }
    meter.identity = twin?.identity ?? meter.configuration.identity
    meter.forgetReadings()
    guard let twin, twin.isRead, let time = twin.lastRead else { return (meter, []) }
    let report = MeterReport(
      identity: twin.identity, values: twin.values.compactMap(\.live.lastGood),
      isComplete: twin.hasBeenReadWhole && !twin.isPartlyRead)
    let events = meter.take(report, at: time, configuration)
    return (meter, events)
  }

  /// Another device answers at the primary address of this meter: it is accepted, and the file says who it is.
  /// What is left open there stays open.
  mutating func succeed(by other: MeterIdentity) {
    forgetReadings()
    guard configuration.usesPrimaryAddress, other.serial != .any else { return }
    let asked = configuration.identity
    configuration.identity = MeterIdentity(
      serial: asked.serial == .any ? .any : other.serial,
      manufacturer: asked.manufacturer == nil ? nil : other.manufacturer,
      version: asked.version == nil ? nil : other.version,
      medium: asked.medium == nil ? nil : other.medium)
    identity = other
  }

  /// A meter that was swapped in by its serial alone says the rest of its address itself, as far as the file
  /// had it of the one before.
  mutating func learnIdentity(from sent: MeterIdentity) {
    guard !partsToLearn.isEmpty, sent.serial == configuration.identity.serial else { return }
    for part in partsToLearn {
      switch part {
      case .manufacturer: configuration.identity.manufacturer = sent.manufacturer
      case .version: configuration.identity.version = sent.version
      case .medium: configuration.identity.medium = sent.medium
      }
    }
    partsToLearn = []
  }

  /// Nothing is known any more of what it measures: nobody must take the readings of the meter before for
  /// those of its successor.
  private mutating func forgetReadings() {
    isToMatchAnew = values.contains { $0.key != nil }
    knowsWhatIsLeftOut = hasBeenReadWhole
    lastRead = nil
    misses = 0
    lastFailure = nil
    problems = []
    for index in values.indices {
      values[index].live = LiveValue()
      values[index].isKnownAsNotSent = false
    }
  }
}

extension MeterPoint {
  /// From now on it stands for this value of another device; the file says so where it says anything.
  mutating func becomes(_ value: MeterValue) {
    guard key != value.key else { return }
    key = value.key
    if listed.dif != nil, !value.key.dif.isEmpty { listed.dif = value.key.dif }
    if listed.vif != nil, !value.key.vif.isEmpty { listed.vif = value.key.vif }
    if !listed.rawData.isEmpty { listed.rawData = value.key.dif + value.key.vif + value.data }
    listed.scale = value.scale
  }
}

/// A part of a secondary address besides the serial.
enum IdentityPart: Hashable, Sendable {
  case manufacturer, version, medium
}

extension MeterIdentity {
  /// What is not left open.
  fileprivate var knownParts: Set<IdentityPart> {
    var parts = Set<IdentityPart>()
    if manufacturer != nil { parts.insert(.manufacturer) }
    if version != nil { parts.insert(.version) }
    if medium != nil { parts.insert(.medium) }
    return parts
  }
}
