import Metering

extension DecodedTelegram {
  /// The telegram as a readout takes it: with the quirks of its meter set right.
  /// - Parameter asked: who the meter is when the telegram does not say it.
  /// - Returns: the telegram, and the quirks that it shows.
  public func withQuirks(
    asked: MeterIdentity? = nil
  ) -> (telegram: DecodedTelegram, quirks: [MeterQuirk]) {
    guard case .data(var data) = response, let identity = data.header?.meterIdentity ?? asked else {
      return (self, [])
    }
    var shown: [MeterQuirk] = []
    for quirk in MeterQuirk.of(identity) {
      let before = data.records
      for index in data.records.indices { quirk.apply(to: &data.records[index]) }
      let isPlain = quirk.effect == .plainDespiteSignature && data.security.state == .sentPlain
      if isPlain || data.records != before { shown.append(quirk) }
    }
    var telegram = self
    telegram.response = .data(data)
    return (telegram, shown)
  }
}
