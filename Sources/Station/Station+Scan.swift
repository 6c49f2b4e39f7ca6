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

/// Scans: they only add to the list, and leave alone what they find in it.
extension Station {
  mutating func scan(_ now: Moment) -> [StationEffect] {
    if case .scanning = task { return [.report(.scan(line, .underWay))] }
    isScanWanted = true
    if lineState != .up { return [.report(.scan(line, .waits))] }
    return next(now)
  }

  mutating func beginScan() -> [StationEffect] {
    isScanWanted = false
    task = .scanning(known: meters.count)
    return [.report(.scan(line, .began)), .perform(.scan)]
  }

  /// A meter answered. One that the list has, by its identity or its primary address, stays as it is; a
  /// meter found by its primary address keeps it when it is found by its secondary one, too.
  mutating func take(_ found: FoundMeter, _ now: Moment) -> [StationEffect] {
    guard !meters.contains(where: { $0.isSame(as: found) }) else { return [] }
    guard !isListFull else { return [.report(.scan(line, .limitReached(found.label)))] }
    var configuration = MeterConfiguration(
      identity: found.identity, primaryAddress: found.primaryAddress ?? 0,
      hasNoRegisters: !self.configuration.scan.allocates)
    if case .mbus(.primary(let address)) = found.address {
      configuration.primaryAddress = address
      configuration.usesPrimaryAddress = true
    }
    meters.append(Meter(id: MeterID(nextNumber), configuration: configuration))
    nextNumber += 1
    notePlaces()
    planReadouts(now)
    return [.report(.scan(line, .found(found.label))), .saveList]
  }

  /// Says how far it is, ten times a scan: one can take an hour.
  mutating func report(_ progress: ScanProgress) -> [StationEffect] {
    guard case .scanning(let known, let told) = task, progress.thousandths / 100 > told else {
      return []
    }
    task = .scanning(known: known, toldTenths: progress.thousandths / 100)
    return [.report(.scan(line, .progress(progress)))]
  }

  private var isListFull: Bool {
    let rules = configuration.scan
    guard rules.maxDeviceCount > 0 else { return false }
    var counted = meters.count
    if !rules.countsListed, case .scanning(let known, _) = task { counted -= known }
    return counted >= rules.maxDeviceCount
  }

  mutating func scanEnded(_ summary: ScanSummary, _ now: Moment) -> [StationEffect] {
    guard case .scanning(let known, _) = task else { return next(now) }
    task = nil
    let problems = summary.problems.map { StationEffect.report(.scan(line, .problem($0))) }
    let ended = GatewayEvent.scan(
      line, .ended(found: summary.found, new: meters.count - known))
    return problems + [.report(ended)] + next(now)
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

extension Meter {
  fileprivate func isSame(as found: FoundMeter) -> Bool {
    guard configuration.interface == .mbus else { return false }
    if case .mbus(.primary(let address)) = found.address, configuration.usesPrimaryAddress,
      configuration.primaryAddress == address
    {
      return true
    }
    return identity.serial != .any && found.identity.serial != .any
      && identity.agrees(with: found.identity)
  }
}
