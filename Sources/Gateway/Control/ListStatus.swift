import Control
import Station
import Time

/// What has to be counted through the whole list for the status. Pure.
struct ListStatus: Sendable {
  /// What it depends on.
  struct Key: Hashable, Sendable {
    /// Of the station.
    var revision: UInt64
    /// The next readouts depend on the time.
    var second: Int64
    /// Why the file does not say what is known.
    var notSaved: String?
    /// The file of the list.
    var file: String
    /// Whether the registers have something else.
    var isTestData: Bool
  }

  let meters: GatewayStatus.Meters
  let registers: GatewayStatus.Registers

  init(_ station: Station, _ key: Key, at now: Moment) {
    meters = station.meterStatus(key.file, key.notSaved, at: now)
    registers = station.registerStatus(isTestData: key.isTestData)
  }
}

extension Station {
  fileprivate func meterStatus(
    _ file: String, _ notSaved: String?, at now: Moment
  ) -> GatewayStatus.Meters {
    let read = meters.count { $0.isRead }
    let failed = meters.count { !$0.isRead && ($0.lastRead != nil || $0.lastFailure != nil) }
    let unread = meters.count { !$0.configuration.isToBeRead }
    let notSent = meters.reduce(0) { $0 + $1.valuesNotSent.count }
    let first = meters.lazy.compactMap { meter in
      meter.valuesNotSent.first.map { "\(meter.label), \($0.label)" }
    }.first
    let names = MeterNames(self)
    let invalid = invalidValues
    return .init(
      listed: meters.count, read: read, failed: failed,
      never: max(0, meters.count - read - failed - unread), unread: unread > 0 ? unread : nil,
      valuesNotSent: notSent > 0 ? notSent : nil, firstNotSent: first,
      valuesInvalid: invalid.isEmpty ? nil : invalid.count,
      invalidValues: invalid.isEmpty ? nil : invalid.prefix(Self.shownInvalid).map(\.description),
      file: file, notSaved: notSaved,
      readouts: meters.isEmpty ? nil : meters.map { readoutStatus($0, names, now) },
      unlisted: unlistedMeters.isEmpty ? nil : unlistedMeters)
  }

  private func readoutStatus(
    _ meter: Meter, _ names: MeterNames, _ now: Moment
  ) -> GatewayStatus.MeterReadouts {
    GatewayStatus.MeterReadouts(
      meter: names.name(of: meter)?.description ?? meter.label,
      last: meter.lastRead?.wall.unixSeconds,
      next: nextReadout(of: meter.id, at: now)?.unixSeconds, failed: meter.misses,
      failure: meter.misses > 0 ? meter.lastFailure?.description : nil,
      listedValues: meter.limitedFrom.map { _ in meter.values.count },
      sentValues: meter.limitedFrom)
  }

  /// So many invalid values are named in the status.
  private static let shownInvalid = 20

  fileprivate func registerStatus(isTestData: Bool) -> GatewayStatus.Registers {
    let use = registerUse
    return .init(
      layout: configuration.layout.name, isTestData: isTestData, entries: use.entries,
      without: use.without, highest: use.highest, free: use.free)
  }
}
