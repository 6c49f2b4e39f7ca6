import RegisterMap

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
  /// What its value entry shows: the last good value, zeros before there is one.
  public var registerEntry: ValueEntry { live.lastGood.map { ValueEntry($0) } ?? .neverRead }
}
