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
  /// read completely: half a list would count as all that is wanted. Where the file lists values, further
  /// ones that the meter sends are not: what a user has left out does not come back.
  private func isListed(_ value: MeterPoint) -> Bool {
    value.isConfigured || hasBeenReadWhole && configuration.values.isEmpty
  }

  /// The same meter now that the file says what has been learned of it.
  func adopting(_ configuration: MeterConfiguration) -> Meter {
    var meter = self
    meter.configuration = configuration
    // Further values that it sends get no registers, as after a restart.
    if !configuration.values.isEmpty { meter.allocatesLearnedValues = false }
    for (index, listed) in zip(values.indices.filter { isListed(values[$0]) }, configuration.values)
    {
      meter.values[index].listed = listed
      meter.values[index].isConfigured = true
    }
    return meter
  }

  /// The same meter after its user has changed what the file says of it. Values that both lists have keep
  /// their readings; registers are those of the file, or as before where it gives none at all. Who answered
  /// there so far may be another one than the file now names: then nothing is known of it.
  func reconfigured(_ configuration: MeterConfiguration) -> Meter {
    var meter = Meter(id: id, configuration: configuration)
    let isSameDevice = meter.identity.agrees(with: identity)
    if isSameDevice {
      meter.identity = meter.identity.updated(by: identity)
      meter.lastRead = lastRead
      meter.misses = misses
      meter.goodReadouts = goodReadouts
      meter.failedReadouts = failedReadouts
      meter.lastFailure = lastFailure
      meter.status = status
      meter.problems = problems
      meter.isPartlyRead = isPartlyRead
      meter.limitedFrom = limitedFrom
      meter.hasBeenReadWhole = hasBeenReadWhole
    }
    let isAutomatic = configuration.hasNoAddresses && !configuration.hasNoRegisters
    if isAutomatic { meter.register = register }
    // Values that are learned lie behind the meter's own register, and move along with it.
    let staysBehind =
      configuration.values.isEmpty && !configuration.hasNoRegisters
      && configuration.register == register
    meter.values = values(listedBy: meter, isSameDevice: isSameDevice).map { point in
      var point = point
      if !isAutomatic, !staysBehind { point.register = point.configuration?.givenRegister }
      if !isSameDevice { point.live = LiveValue() }
      return point
    }
    return meter
  }

  /// The points of a meter that is listed anew, with what these know of them. A file that lists no values
  /// leaves them as they are.
  private func values(listedBy meter: Meter, isSameDevice: Bool) -> [MeterPoint] {
    guard !meter.configuration.values.isEmpty else {
      guard isSameDevice else { return [] }
      return values.map { value in
        var learned = value
        learned.isConfigured = false
        // What the file gave to it went with it.
        learned.listed.register = 0
        return learned
      }
    }
    var left = values
    return meter.values.map { point in
      guard let index = left.firstIndex(where: { $0.isSame(as: point) }) else { return point }
      var known = left.remove(at: index)
      known.listed = point.listed
      known.isConfigured = point.isConfigured
      known.register = point.register ?? known.register
      return known
    }
  }
}

extension MeterPoint {
  /// Whether a listed point means the value that this one stands for: by what the file says of both, or by
  /// the key under which this one has been seen.
  fileprivate func isSame(as other: MeterPoint) -> Bool {
    let (mine, wanted) = (listed, other.listed)
    if let dif = wanted.dif, let vif = wanted.vif {
      return key.map { $0.dif == dif && $0.vif == vif } ?? (mine.dif == dif && mine.vif == vif)
    }
    if wanted.vif == nil, !wanted.rawData.isEmpty {
      return key.map(wanted.hasCodes) ?? (mine.rawData == wanted.rawData)
    }
    return mine.meaning.description == wanted.meaning.description
      && mine.meaning.unitName == wanted.meaning.unitName && mine.storage == wanted.storage
      && mine.tariff == wanted.tariff && mine.function == wanted.function
  }
}

extension ValueConfiguration {
  fileprivate var givenRegister: Int? { register > 0 ? register : nil }
}
