/// The clocks of the meters: that of the place where the device is, and those of meters that have one of
/// their own.
public struct TimeZoneTable: Hashable, Sendable {
  /// What meters go by that have no zone of their own (TIMEZONE).
  public var device: TimeZoneRules
  /// Further zones by their names.
  public var named: [String: TimeZoneRules]

  /// - Parameters:
  ///   - device: what meters go by that have no zone of their own.
  ///   - named: further zones by their names.
  public init(device: TimeZoneRules = .utc, named: [String: TimeZoneRules] = [:]) {
    self.device = device
    self.named = named
  }

  /// The rules of a zone; those of the device where none is named, or it is not known.
  public func rules(of name: String?) -> TimeZoneRules {
    name.flatMap { named[$0] } ?? device
  }
}
