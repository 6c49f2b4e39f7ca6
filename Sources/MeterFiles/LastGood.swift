/// What was in force last, as it was written down then: it stays in force when the files of the folder are
/// found broken at the next start.
public struct LastGood: Equatable, Sendable {
  /// chip.ini; nil: there was none.
  public var settings: [UInt8]?
  /// The meter list; nil: there was none.
  public var meterList: [UInt8]?

  /// Both files.
  public init(settings: [UInt8]?, meterList: [UInt8]?) {
    self.settings = settings
    self.meterList = meterList
  }
}
