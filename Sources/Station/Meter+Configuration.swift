import Metering

/// Between the list in the file and the meter that is read.
extension Meter {
  /// What the file is to say of the meter: as its user wrote it, with what has been learned and given since.
  /// What a user wrote is never changed, also where it cannot be had. The parts of a secondary address that
  /// the user left open stay open: some meters tell others in their telegrams than they are selected by
  /// (Anybus gateway manual 2.4, ch. 8.3).
  public var configurationToSave: MeterConfiguration {
    var saved = configuration
    if configuration.usesPrimaryAddress {
      let asked = configuration.identity
      saved.identity = MeterIdentity(
        serial: asked.serial == .any ? identity.serial : asked.serial,
        manufacturer: asked.manufacturer ?? identity.manufacturer,
        version: asked.version ?? identity.version, medium: asked.medium ?? identity.medium)
    }
    saved.register = register ?? configuration.register
    saved.values = values.compactMap { value in
      guard isListed(value) else { return nil }
      var known = value.listed
      known.register = value.register ?? known.register
      return known
    }
    return saved
  }

  /// Whether a value is part of the list that is saved. Those that are learned are when the meter has been
  /// read completely: half a list would count as all that is wanted. One that its user has left out of a
  /// list does not come back.
  private func isListed(_ value: MeterPoint) -> Bool {
    value.configuration != nil
      || hasBeenReadWhole && (value.register != nil || configuration.values.isEmpty)
  }

  /// The same meter now that the file says what has been learned of it.
  func adopting(_ configuration: MeterConfiguration) -> Meter {
    var meter = self
    meter.configuration = configuration
    for (index, listed) in zip(values.indices.filter { isListed(values[$0]) }, configuration.values)
    {
      meter.values[index].configuration = listed
    }
    return meter
  }

  /// The same meter after its user has changed what the file says of it. Values that both lists have keep
  /// their readings; registers are those of the file, or as before where it gives none.
  func reconfigured(_ configuration: MeterConfiguration) -> Meter {
    var meter = Meter(id: id, configuration: configuration)
    if meter.identity.agrees(with: identity) {
      meter.identity = meter.identity.updated(by: identity)
    }
    meter.lastRead = lastRead
    meter.misses = misses
    meter.lastFailure = lastFailure
    meter.problems = problems
    meter.isPartlyRead = isPartlyRead
    meter.hasBeenReadWhole = hasBeenReadWhole
    let isAutomatic = configuration.hasNoAddresses && !configuration.hasNoRegisters
    if isAutomatic {
      meter.register = register
      meter.awaitsAllocation = awaitsAllocation
    }
    if configuration.values.isEmpty, self.configuration.values.isEmpty {
      meter.values = values
      if configuration.hasNoRegisters {
        for index in values.indices { meter.values[index].register = nil }
      }
      return meter
    }
    let read = values.filter { $0.live.lastGood != nil }
    let matches = ValueMatcher.match(meter.values, with: read.compactMap(\.live.lastGood))
    for (index, match) in matches.enumerated() {
      guard let match else { continue }
      meter.values[index].key = read[match].key
      meter.values[index].live = read[match].live
    }
    return meter
  }
}
