import Metering
import Time

/// What a scan may do to the meter list.
public struct ScanRules: Hashable, Sendable {
  /// Found meters get registers at once (MBUS_SCANMODE with ALLOC; in the solvimus dialect always).
  public var allocates: Bool
  /// How many meters a scan fills the list to (METER_MAXDEVICECOUNT); 0: no limit.
  public var maxDeviceCount: Int
  /// Whether meters that were in the list before count for that: MUC500 manual 1.1, ch. 4.6; by the Anybus
  /// gateway manual 2.4, ch. 4.4, they do not.
  public var countsListed: Bool

  /// - Parameters:
  ///   - allocates: whether found meters get registers at once.
  ///   - maxDeviceCount: how many meters a scan fills the list to; 0: no limit.
  ///   - countsListed: whether meters that were in the list before count for that.
  public init(allocates: Bool = true, maxDeviceCount: Int = 0, countsListed: Bool = true) {
    self.allocates = allocates
    self.maxDeviceCount = maxDeviceCount
    self.countsListed = countsListed
  }
}

extension Station {
  /// What the line is to be asked for. Meters that share their serial are told apart by their makers, versions
  /// and media.
  func readJob(_ index: Int) -> ReadJob {
    var job = meters[index].readJob(configuration)
    let mine = meters[index].identity.serial
    guard mine != .any else { return job }
    job.isSelectedInFull = meters.contains { other in
      other.id != job.meter && other.configuration.isToBeRead
        && !other.configuration.usesPrimaryAddress && other.identity.serial == mine
    }
    return job
  }
}

/// Scans: they only add to the list, and leave alone what they find in it.
extension Station {
  mutating func scan(_ now: Moment) -> [StationEffect] {
    if case .scanning = task { return [.report(.scan(line, .underWay))] }
    if case .lent(let use) = lineState { return [.report(.scan(line, .lent(use)))] }
    isScanWanted = true
    brokenScans = 0
    // A line that has not been opened yet comes in a moment, or will be said to be down.
    if case .down = lineState { return [.report(.scan(line, .waits))] }
    return next(now)
  }

  /// A scan under way ends when the line says so: what it finds until then counts.
  mutating func cancelScan(_ now: Moment) -> [StationEffect] {
    if let scan = scanStatus {
      return [.report(.scan(line, .endsEarly(found: scan.found, new: scan.new))), .cancelScan]
    }
    guard isScanWanted else { return [.report(.scan(line, .notUnderWay))] }
    isScanWanted = false
    return [.report(.scan(line, .notBegun))]
  }

  mutating func preconfigure(_ meters: [MeterConfiguration]) -> [StationEffect] {
    preconfiguration = meters
    return []
  }

  mutating func beginScan() -> [StationEffect] {
    isScanWanted = false
    unlisted = []
    task = .scanning(ScanTask())
    return [.report(.scan(line, .began)), .perform(.scan)]
  }

  /// A meter answered. One that the list has, by its identity or its primary address, stays as it is; a
  /// meter found by its primary address keeps it when it is found by its secondary one, too.
  mutating func take(_ found: FoundMeter, _ now: Moment) -> [StationEffect] {
    if let known = meters.first(where: { $0.isSame(as: found) }) {
      return known.speedProblem(found).map { [.report(.scan(line, .problem($0)))] } ?? []
    }
    let twin = meters.first { $0.isTwin(of: found) }
    guard !isListFull else { return leaveOut(found) }
    var configuration = MeterConfiguration(
      identity: found.identity, primaryAddress: found.primaryAddress ?? 0,
      hasNoRegisters: !self.configuration.scan.allocates)
    if case .mbus(.primary(let address)) = found.address {
      configuration.primaryAddress = address
      configuration.usesPrimaryAddress = true
    }
    configuration.baud = found.baud
    let given = preconfiguration(of: found).map { configuration.take(preconfigured: $0) } ?? []
    meters.append(Meter(id: MeterID(nextNumber), configuration: configuration))
    nextNumber += 1
    notePlaces()
    planReadouts(now)
    if case .scanning(var scan) = task {
      scan.added += 1
      task = .scanning(scan)
    }
    let warning = twin.map { twin in
      StationEffect.report(
        .scan(
          line,
          .problem(
            "the meter \(found.label) has the identity of the one at address "
              + "\(twin.configuration.primaryAddress); both are listed")))
    }
    return [.report(.scan(line, .found(found.label)))]
      + (given.isEmpty ? [] : [.report(.scan(line, .preconfigured(found.label, given)))])
      + [warning].compactMap { $0 } + [.saveList]
  }

  /// The list has no place for it.
  private mutating func leaveOut(_ found: FoundMeter) -> [StationEffect] {
    guard !unlisted.contains(found), unlisted.count < Self.mostUnlisted else { return [] }
    unlisted.append(found)
    return [.report(.scan(line, .limitReached(found.label)))]
  }

  /// So many are remembered: more than there is room for on a line.
  private static let mostUnlisted = 1000

  /// The meters that the last scan has found and for which the list has no place (`*` in the meter list).
  public var unlistedMeters: [String] {
    unlisted.filter { found in !meters.contains { $0.isSame(as: found) } }.map(\.label)
  }

  /// What is written down for a meter that was found; nil: nothing, or it cannot be told which.
  private func preconfiguration(of found: FoundMeter) -> MeterConfiguration? {
    let meant = preconfiguration.filter { entry in
      guard entry.interface == .mbus else { return false }
      guard entry.identity.serial != .any else {
        return entry.usesPrimaryAddress && entry.primaryAddress == found.primaryAddress
      }
      return entry.identity.serial == found.identity.serial
        && entry.identity.agrees(with: found.identity)
    }
    return meant.count == 1 ? meant[0] : nil
  }

  /// Says how far it is, ten times a scan: one can take an hour.
  mutating func report(_ progress: ScanProgress) -> [StationEffect] {
    guard case .scanning(var scan) = task else { return [] }
    scan.progress = progress
    defer { task = .scanning(scan) }
    guard progress.thousandths / 100 > scan.toldTenths else { return [] }
    scan.toldTenths = progress.thousandths / 100
    return [.report(.scan(line, .progress(progress)))]
  }

  private var isListFull: Bool {
    let rules = configuration.scan
    guard rules.maxDeviceCount > 0 else { return false }
    if rules.countsListed { return meters.count >= rules.maxDeviceCount }
    guard case .scanning(let scan) = task else { return false }
    return scan.added >= rules.maxDeviceCount
  }

  mutating func scanEnded(_ summary: ScanSummary, _ now: Moment) -> [StationEffect] {
    guard case .scanning(let scan) = task else { return next(now) }
    lastScan = ScanStatus(
      thousandths: scan.progress?.thousandths ?? 0, found: summary.found, new: scan.added)
    task = nil
    let costs = summary.hex.map { StationEffect.report(.scan(line, .hexCost($0))) }
    let unlisted = unlistedMeters.count
    let limited = StationEffect.report(
      .scan(line, .limited(unlisted, limit: configuration.scan.maxDeviceCount)))
    let problems = summary.problems.map { StationEffect.report(.scan(line, .problem("\($0)"))) }
    let ended = GatewayEvent.scan(
      line,
      summary.wasCancelled
        ? .cancelled(found: summary.found, new: scan.added)
        : .ended(found: summary.found, new: scan.added))
    return problems + (unlisted > 0 ? [limited] : []) + [.report(ended)]
      + [costs].compactMap { $0 } + next(now)
  }
}

extension FoundMeter {
  /// How people recognise it: who it is, and where it answers.
  var label: String {
    switch address {
    case .mbus(.primary(let address)):
      identity.serial == .any ? "at address \(address)" : "\(identity.label) at address \(address)"
    case .mbus(.secondary): identity.label
    }
  }
}

/// What a scan under way has done to the list.
struct ScanTask: Hashable {
  /// The meters that it added.
  var added = 0
  /// How far it is; nil: it has not said yet.
  var progress: ScanProgress?
  /// How far it was when that was last said, in tenths.
  var toldTenths = 0
}

extension Meter {
  /// Whether the list has this meter: by its primary address, or by its identity. One of which only the
  /// primary address is known yet is the one that is found with that address, however it was found.
  fileprivate func isSame(as found: FoundMeter) -> Bool {
    guard configuration.isToBeRead else { return false }
    if configuration.usesPrimaryAddress {
      if case .mbus(.primary(let address)) = found.address {
        // At another speed it is another meter, unless it says that it is the same.
        return configuration.primaryAddress == address
          && (isAtSpeed(of: found) || hasIdentity(of: found))
      }
      if identity.serial == .any { return configuration.primaryAddress == found.primaryAddress }
    }
    return hasIdentity(of: found)
  }

  /// Whether it is asked at the speed at which it was found. The list may have the speed of the line, or leave it out.
  private func isAtSpeed(of found: FoundMeter) -> Bool {
    (configuration.baud ?? found.lineBaud) == (found.baud ?? found.lineBaud)
  }

  /// What is to be changed when it answers at another speed than the list has; nil: nothing.
  fileprivate func speedProblem(_ found: FoundMeter) -> String? {
    guard let baud = found.baud, !isAtSpeed(of: found) else { return nil }
    let before = configuration.baud.map { "\($0) baud" } ?? "the speed of the line"
    return
      "meter \(label) answers at \(baud) baud, and is read at \(before): write <baudrate>\(baud)</baudrate> into the "
      + "meter list"
  }

  /// Another meter with the same identity: two primary addresses are two meters. Serials that nobody has
  /// ever set are common.
  fileprivate func isTwin(of found: FoundMeter) -> Bool {
    configuration.isToBeRead && configuration.usesPrimaryAddress && hasIdentity(of: found)
  }

  private func hasIdentity(of found: FoundMeter) -> Bool {
    identity.serial != .any && found.identity.serial != .any
      && identity.agrees(with: found.identity)
  }
}

extension MeterConfiguration {
  /// Takes over what is written down for the meter, and says what that is. Where it lies in the register map is no
  /// part of it: others may be there by now.
  fileprivate mutating func take(preconfigured other: MeterConfiguration) -> [String] {
    let none = MeterConfiguration()
    var taken: [String] = []
    func take<Value: Equatable>(
      _ property: WritableKeyPath<MeterConfiguration, Value>, _ name: String
    ) {
      guard other[keyPath: property] != none[keyPath: property] else { return }
      self[keyPath: property] = other[keyPath: property]
      taken.append(name)
    }
    take(\.userLabel, "label")
    take(\.encryptionKey, "key")
    take(\.readoutCycle, "cycle")
    take(\.calendarCycle, "cycle mode")
    take(\.cycleStart, "cycle start")
    take(\.isBattery, "battery")
    take(\.baud, "speed")
    take(\.isActive, "active")
    take(\.maxValueCount, "max values")
    take(\.stalePolicy, "stale policy")
    take(\.staleAfter, "stale after")
    take(\.timeZone, "time zone")
    return taken
  }
}
