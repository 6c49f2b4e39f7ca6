import Metering
import Station
import Time

/// The station as it was at a moment, for whoever shows it: a value that costs the loop nothing and is rendered
/// elsewhere.
public struct StationView: Sendable {
  /// All meters and values, the schedule and the line.
  public let station: Station
  /// Which run of the gateway it is of: after a restart keys and revisions mean something else.
  public let instance: String
  /// Counts what has changed since the start.
  public let revision: UInt64
  /// When it was looked at.
  public let at: Moment
  /// At which revision each meter, or one of its values, changed last; one that is not in it has not.
  private let changed: [MeterID: UInt64]
  /// At which revision meters came, went or changed places last.
  private let listRevision: UInt64

  package init(
    _ station: Station, revision: UInt64, changed: [MeterID: UInt64], listRevision: UInt64,
    at: Moment, instance: String = ""
  ) {
    self.station = station
    self.instance = instance
    self.revision = revision
    self.changed = changed
    self.listRevision = listRevision
    self.at = at
  }

  /// The meters that have changed since a revision, in list order.
  public func meters(changedSince revision: UInt64) -> [Meter] {
    station.meters.filter { changed[$0.id] ?? 0 > revision }
  }

  /// Whether meters have come, gone or changed places since a revision.
  public func isListChanged(since revision: UInt64) -> Bool { listRevision > revision }

  /// Nothing, as there is when the gateway has ended.
  package static let empty = StationView(
    Station(configuration: .init(), meters: []), revision: 0, changed: [:], listRevision: 0,
    at: Moment(instant: .zero, wall: WallTime(unixSeconds: 0, isTrusted: false)))
}
