import Metering

/// The letters E and A of the meter list (MUC500 manual 1.1, table 9). The file does not say who wrote what: edited is
/// what no scan and no readout gives; added is known since the start only (`isAddedByHand`).
extension Meter {
  /// True when something of it is not as a scan gives it.
  public var isEdited: Bool {
    let given = configuration
    return !given.userLabel.isEmpty || given.readoutCycle != 0 || given.calendarCycle != nil
      || given.cycleStart != nil || given.isBattery || given.maxValueCount != 0
      || !given.encryptionKey.isEmpty || !given.isActive || given.stalePolicy != nil
      || given.staleAfter != nil || given.timeZone != nil
  }
}

extension MeterPoint {
  /// True when something of it is not as a readout gives it.
  public var isEdited: Bool {
    !listed.userLabel.isEmpty || listed.userScale != .one || !listed.isActive
      || !listed.confdata.isEmpty || listed.bacnetObject != nil
  }
}
