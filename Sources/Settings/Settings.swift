/// The settings in force: what chip.ini and the command line say, and the table's defaults for the
/// rest. Asking for a setting as the wrong type does not compile.
public struct Settings: Equatable, Sendable {
  /// What diagnostics on a setting of the command line name in place of a file.
  public static let overrideOption = "--set"

  /// Decides defaults and ranges.
  public let dialect: Dialect
  /// What has been given, by `Setting.id`.
  private let given: [String: SettingValue]

  /// - Parameters:
  ///   - dialect: decides the defaults.
  ///   - given: values that have been given, by `Setting.id`, each of its row's type.
  init(dialect: Dialect, given: [String: SettingValue]) {
    self.dialect = dialect
    self.given = given
  }

  /// Every setting at its default.
  public init(dialect: Dialect = .solvimus) { self.init(dialect: dialect, given: [:]) }

  /// A number, in the unit and range of its row.
  public func integer(_ key: IntegerKey) -> Int {
    guard case .integer(let number) = value(key.rawValue) else { return 0 }
    return number
  }

  /// A switch.
  public func flag(_ key: FlagKey) -> Bool {
    guard case .flag(let isOn) = value(key.rawValue) else { return false }
    return isOn
  }

  /// A text; words come in the table's spelling, and what is not set is empty.
  public func text(_ key: TextKey) -> String {
    guard case .text(let text) = value(key.rawValue) else { return "" }
    return text
  }

  /// MUC_LOG.
  public var logMode: LogMode { LogMode(rawValue: text(.mucLog)) ?? .standard }

  /// MBUS_SCANMODE.
  public var scanMode: ScanMode { ScanMode(rawValue: text(.mbusScanMode)) ?? .secondary }

  /// MBUS_SCANSTRATEGY: the manuals' search, digit by digit.
  public var scansByDigits: Bool { text(.mbusScanStrategy) == "CLASSIC" }

  /// MBUS_MINPRIMARYADDRESS to MBUS_MAXPRIMARYADDRESS, 0–250, in whatever order they are given.
  public var primaryScanRange: ClosedRange<UInt8> {
    let bounds = [IntegerKey.mbusMinPrimaryAddress, .mbusMaxPrimaryAddress]
      .map { UInt8(clamping: integer($0)) }.sorted()
    return (bounds.first ?? 0)...(bounds.last ?? 0)
  }

  /// What a secondary scan is limited to; digits F are any.
  public func mask(_ key: MaskKey) -> UInt32 {
    guard case .text(let text) = value(key.rawValue) else { return .max }
    return UInt32(text.dropFirst(2), radix: 16) ?? .max
  }

  /// One of the four switches in MODBUSMETER_PROTOCOLVERSION.
  public func modbusSwitch(_ wanted: ModbusSwitch) -> Bool {
    integer(.modbusProtocolVersion) & wanted.rawValue != 0
  }

  /// MBUS_DEVPATH; nil when it is not set.
  public var mbusPath: BusPath? { BusPath(text(.mbusDevicePath)) }

  /// The value of any row, for lists of them.
  public subscript(setting: Setting) -> SettingValue {
    given[setting.id] ?? setting.defaultValue[dialect]
  }

  /// True when file or command line give the value, even if it is the default.
  public func isGiven(_ setting: Setting) -> Bool { given[setting.id] != nil }

  /// The same for a switch.
  public func isGiven(_ key: FlagKey) -> Bool { given[key.rawValue] != nil }

  /// The same for a number.
  public func isGiven(_ key: IntegerKey) -> Bool { given[key.rawValue] != nil }

  /// What file or command line give; nil: nothing.
  func givenValue(_ setting: Setting) -> SettingValue? { given[setting.id] }

  private func value(_ id: String) -> SettingValue? {
    given[id] ?? SettingsTable.row(id: id)?.defaultValue[dialect]
  }
}
