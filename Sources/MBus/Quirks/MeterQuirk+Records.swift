import Bytes
import Metering

extension MeterQuirk {
  /// The records of a meter with its quirks set right.
  static func applied(to records: [DataRecord], of identity: MeterIdentity) -> [DataRecord] {
    let quirks = of(identity)
    guard !quirks.isEmpty else { return records }
    return records.map { record in
      var record = record
      for quirk in quirks { quirk.apply(to: &record) }
      return record
    }
  }

  func apply(to record: inout DataRecord) {
    switch (effect, record.reading) {
    case (.plainDespiteSignature, _): break
    case (.placeholder(let digits), .invalid(_, code: .notBCD)):
      guard BCD.digits(record.data).suffix(digits.count) == digits[...] else { return }
      record.reading = .invalid(
        "no value (placeholder \(BCD.text(record.data)) of the meter)", code: .noData)
    case (.unsetClock(let year), .time(let time)):
      guard record.isTimePoint, time.year == year else { return }
      record.reading = .invalid(
        "the meter's clock is not set (\(time.iso8601))", code: .invalidDate)
    case (.placeholder, _), (.unsetClock, _): break
    }
  }
}
