import Metering
import Time

extension MeterReport {
  /// What a meter says in one readout.
  /// - Parameters:
  ///   - chain: the telegrams of the readout in order; the identity is that of the first which has
  ///     one.
  ///   - asked: the identity to use when no telegram has one.
  ///   - primaryAddress: the address that the telegrams came from.
  ///   - listings: what is to be listed beside values and times.
  ///   - frames: the frames of the telegrams, for `MeterValue.Listing.dataFrame`.
  /// - Returns: nil when the identity is not known.
  public init?(
    chain: [Telegram], asked: MeterIdentity? = nil, primaryAddress: UInt8? = nil,
    listings: Set<MeterValue.Listing> = [], frames: [Frame] = []
  ) {
    guard let identity = chain.lazy.compactMap({ $0.header?.meterIdentity }).first ?? asked else {
      return nil
    }
    let records = RecordList.prepared(chain.flatMap(\.records), of: identity)
    let medium = identity.medium ?? asked?.medium
    self.init(
      identity: identity, primaryAddress: primaryAddress,
      status: chain.lazy.compactMap { $0.header?.meterStatus }.first { $0 != 0 } ?? 0,
      values: OBISTable.proposing(
        ValueList.values(of: records), medium: medium,
        ofProfiles: Set(records.indices.filter { records[$0].isOfProfile }))
        + ListedParts.values(of: chain, frames, listings),
      isComplete: chain.last.map { !$0.moreRecordsFollow } ?? false,
      problems: chain.enumerated().compactMap { index, telegram in
        telegram.problem.map { "telegram \(index + 1): \($0)" }
      })
  }
}

/// Records to values: numbers those that are alike, and gives values the times that belong to them.
///
/// Which records are times of others (`MeterValue.Listing`) follows from the structure of the
/// telegram alone: time points whose group has values. So a list of values is the same whether the
/// meter's clock is right or not. Which time the values get is another matter: only time points with a
/// date that can be used are candidates for it.
enum ValueList {
  /// What a time point and its values have in common.
  private struct Group: Hashable {
    var storage: UInt64
    var function: ValueKey.Function
    var tariff: UInt32
    var subunit: UInt32

    init(_ record: DataRecord) {
      storage = record.storage
      function = record.function
      tariff = record.tariff
      subunit = record.subunit
    }

    /// The group whose time counts where a tariff or subunit has none of its own.
    var total: Group {
      var group = self
      group.tariff = 0
      group.subunit = 0
      return group
    }
  }

  static func values(of records: [DataRecord]) -> [MeterValue] {
    let measured = records.filter { !$0.isTimePoint }.map(Group.init)
    let own = Set(measured)
    let totals = Set(measured.map(\.total))
    let isAssigned = { (record: DataRecord) -> Bool in
      guard record.isTimePoint else { return false }
      let group = Group(record)
      return own.contains(group) || group == group.total && totals.contains(group)
    }
    let times = timePoints(records)
    var seen: [ValueKey: Int] = [:]
    return records.map { record in
      var value = record.value
      let alike = value.key
      value.key.occurrence = seen[alike, default: 0]
      seen[alike, default: 0] += 1
      if isAssigned(record) { value.listing = .assignedTime }
      if !record.isTimePoint { value.meterTime = record.time ?? time(of: Group(record), in: times) }
      return value
    }
  }

  private static func time(of group: Group, in times: [Group: DataRecord]) -> CivilTime? {
    guard case .time(let time) = (times[group] ?? times[group.total])?.reading else { return nil }
    return time
  }

  /// The time point of each group, of those with a date that can be used: one with a time of day
  /// before one without, else the first.
  private static func timePoints(_ records: [DataRecord]) -> [Group: DataRecord] {
    var times: [Group: DataRecord] = [:]
    for record in records where record.isTimePoint {
      guard case .time = record.reading else { continue }
      let group = Group(record)
      let isBetter = times[group].map { $0.type == .dateG && record.type != .dateG }
      if isBetter ?? true { times[group] = record }
    }
    return times
  }
}
