import Metering

/// The records of a readout on their way to values.
enum RecordList {
  /// Without what is no value, with the quirks of the meter set right, and with the values of profiles in
  /// place of these.
  static func prepared(_ records: [DataRecord], of identity: MeterIdentity) -> [DataRecord] {
    let values = records.filter(\.type.isValue)
    return ProfileExpansion.expand(MeterQuirk.applied(to: values, of: identity))
  }
}
