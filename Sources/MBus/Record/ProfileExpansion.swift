import Metering
import Time

/// Profiles as what they stand for: one record for each of their values (EN 13757-3:2018, annex F).
enum ProfileExpansion {
  /// A readout has no more values than this from its profiles; those that follow are left out. One
  /// record holds up to 189.
  static let limit = 2000

  /// The records of a readout, in their order, without the profiles that could be read; behind them the
  /// values of these. A profile stays when its elements are steps from a base value that the meter does
  /// not send: steps alone are no readings.
  static func expand(_ records: [DataRecord]) -> [DataRecord] {
    guard records.contains(where: { $0.profile != nil }) else { return records }
    var kept: [DataRecord] = []
    var values: [DataRecord] = []
    for record in records {
      if values.count < limit, let profile = record.profile,
        let found = expand(record, profile, among: records)
      {
        values += found.prefix(limit - values.count)
      } else {
        kept.append(record)
      }
    }
    return kept + values
  }

  /// What was said in another record with the same storage number.
  private struct Base {
    var value: DataRecord?
    var time: CivilTime?

    init(of record: DataRecord, _ profile: Profile, among records: [DataRecord]) {
      value = records.first {
        Self.isSameGroup($0, record) && $0.function == record.function && $0.keyVIF == profile.vif
          && $0.profile == nil
      }
      let times = records.filter { $0.storage == record.storage && $0.isTimePoint }
      let own = times.filter { Self.isSameGroup($0, record) }
      let total = times.filter { $0.tariff == 0 && $0.subunit == 0 }
      time =
        [own.filter { $0.function == record.function }, own, total].lazy
        .compactMap { Self.time($0) }.first
    }

    private static func isSameGroup(_ one: DataRecord, _ other: DataRecord) -> Bool {
      one.storage == other.storage && one.tariff == other.tariff && one.subunit == other.subunit
    }

    /// A time of day before a date alone.
    private static func time(_ points: [DataRecord]) -> CivilTime? {
      let times = points.compactMap { point -> CivilTime? in
        guard case .time(let time) = point.reading else { return nil }
        return time
      }
      return times.first { $0.precision != .day } ?? times.first
    }
  }

  /// The values of a profile; none where it cannot be read.
  static func values(of record: DataRecord, among records: [DataRecord]) -> [DataRecord] {
    record.profile.flatMap { expand(record, $0, among: records) } ?? []
  }

  private static func expand(
    _ record: DataRecord, _ profile: Profile, among records: [DataRecord]
  ) -> [DataRecord]? {
    let base = Base(of: record, profile, among: records)
    guard profile.mode == .absolute || base.value != nil, !profile.elements.isEmpty else {
      return nil
    }
    var values: [DataRecord] = []
    var last = base.value?.reading ?? .invalid("no base value", code: .noData)
    for (index, element) in profile.elements.enumerated() {
      let number = index + 1
      let reading = next(last, profile.reading(of: element), profile)
      guard
        let value = Self.value(
          record, profile, base, number: number, reading: reading, data: element)
      else { break }
      values.append(value)
      last = reading
    }
    return values
  }

  /// The record that the meter could have sent for one value; nil when no storage number is left for it.
  private static func value(
    _ record: DataRecord, _ profile: Profile, _ base: Base, number: Int, reading: Reading,
    data: [UInt8]
  ) -> DataRecord? {
    let storage = record.storage &+ UInt64(number)
    guard
      let dif = DataInformation.encode(
        dataField: base.value?.dif.first ?? profile.type.dataField, function: record.function,
        storage: storage, tariff: record.tariff, subunit: record.subunit)
    else { return nil }
    var value = record
    value.dif = dif
    value.vif = profile.vif
    value.keyVIF = profile.vif
    value.storage = storage
    value.type = profile.type
    value.reading = reading
    value.data = data
    value.profile = nil
    let time = base.time.flatMap { profile.time(of: number, from: $0) }
    (value.time, value.elapsed) = (time?.shown, time?.elapsed ?? 0)
    return value
  }

  /// The value that follows one, going away from the base value.
  private static func next(
    _ last: Reading, _ element: Reading, _ profile: Profile
  ) -> Reading {
    if case .invalid = element { return element }
    let isOlder = profile.kind == .inverse
    switch profile.mode {
    case .absolute: return element
    case .increase, .difference: return sum(last, element, isNegative: isOlder)
    case .decrease: return sum(last, element, isNegative: !isOlder)
    }
  }

  /// Behind a value that is not known none is, as the steps lead from one to the next.
  private static func sum(_ last: Reading, _ step: Reading, isNegative: Bool) -> Reading {
    if case .integer(let last) = last, case .integer(let step) = step {
      let (value, overflow) =
        isNegative ? last.subtractingReportingOverflow(step) : last.addingReportingOverflow(step)
      return overflow ? unknown : .integer(value)
    }
    guard let last = number(last), let step = number(step) else { return unknown }
    let value = isNegative ? last - step : last + step
    return value.isFinite ? .real(value) : unknown
  }

  private static func number(_ reading: Reading) -> Double? {
    switch reading {
    case .integer(let number): Double(number)
    case .real(let number): number
    case .text, .binary, .time, .invalid: nil
    }
  }

  private static let unknown = Reading.invalid(
    "not known: the step to it, or one before it, is none", code: .noNumber)
}
