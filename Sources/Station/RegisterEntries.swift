import Metering
import RegisterMap
import Time

extension Meter {
  /// What its meter entry shows: zeros and both flags before the first readout, afterwards who was read
  /// last, when, and how much of it still stands.
  public var registerEntry: MeterEntry {
    guard let lastRead else { return .neverRead }
    var flags: MeterEntry.Flags = []
    if !isRead { flags.insert(.notRead) }
    if !isUpToDate { flags.insert(.notAllUpToDate) }
    return MeterEntry(identity, readoutTime: lastRead.wall, flags: flags)
  }
}

extension Meter {
  /// Where its meter entry lies; nil: nowhere.
  public func address(in layout: RegisterLayout) -> RegisterAddress? {
    register.flatMap { layout.address(ofMeter: $0) }
  }

  /// Where the entry of one of its values lies; nil: nowhere.
  public func address(of value: MeterPoint, in layout: RegisterLayout) -> RegisterAddress? {
    value.register.flatMap { layout.address(ofValue: $0, of: register) }
  }
}

extension MeterPoint {
  /// What its value entry shows as long as it is not stale, if the meter's clock shows UTC: the last good
  /// value with its user's factor. Before there is one: that there is no number, if the meter marks it as invalid,
  /// otherwise zeros.
  public var registerEntry: ValueEntry { freshEntry(.utc) }

  private func freshEntry(_ zone: TimeZoneRules) -> ValueEntry {
    live.brought.map { ValueEntry($0.scaled(by: listed.userScale), zone: zone) } ?? .neverRead
  }

  /// What its value entry shows now.
  /// - Parameter zone: how the meter's clock runs.
  public func registerEntry(by rule: StaleRule, zone: TimeZoneRules = .utc) -> ValueEntry {
    let entry = freshEntry(zone)
    return rule.policy == .nan && isStale(by: rule) ? entry.withoutNumber : entry
  }

  /// Whether requests for its value entry are refused now.
  public func isRefused(by rule: StaleRule) -> Bool {
    rule.policy == .exception && isStale(by: rule)
  }

  /// Whether the policy of a rule applies to it now.
  private func isStale(by rule: StaleRule) -> Bool {
    live.lastGood == nil || live.isMarked || live.misses >= rule.after
  }
}
