import Metering

extension MeterIdentity {
  /// What to say, and to try, when no meter answers to this address; nil unless all four parts of it are given: with
  /// fewer of them nobody in particular is missing.
  /// - Parameter attempts: how often it was asked.
  public func absence(attempts: Int) -> String? {
    guard isWhole, let manufacturer, let version, let medium else { return nil }
    return
      "the meter with serial \(serial), manufacturer \(manufacturer), version \(version) and medium "
      + "\(medium.rawValue), \(medium.name), does not answer, \(CommandTarget.times(attempts)); \"metergate scan\" finds "
      + "who is there, and the serial alone reaches a meter that has another manufacturer, version or medium"
  }
}
