/// The settings table: the only place that knows the keys of chip.ini, what they allow and what is in
/// force without them.
public enum SettingsTable {
  /// Every row once, by group; those of the first report stand for all ten.
  public static let definitions: [Setting] =
    networkRows + deviceRows + serviceRows + mainRows + reportRows

  /// Every row, by group.
  public static let rows: [Setting] = SettingGroup.allCases.flatMap(rows(of:))

  /// The group `[CONFIG]` or `[SOLVIMUS]`.
  private static let mainRows: [Setting] =
    bacnetRows + dldeRows + indicatorRows + mbusRows + mbusTelegramRows + scanRows
    + mbusTransparentRows
    + mbusSlaveRows + meterRows + modbusRows + modbusQualityRows + modbusLineRows
    + modbusSecurityRows + modbusIdentificationRows + applicationRows + displayRows + timeRows
    + pulseRows + wanRows + watchdogRows + webRows + wmbusRows

  /// The rows of a group.
  public static func rows(of group: SettingGroup) -> [Setting] {
    definitions.filter { $0.group == group.definition }.map { $0.row(in: group) }
  }

  /// The row that a key of a file means; case, spaces and underscores do not matter.
  public static func row(_ group: SettingGroup, _ key: some StringProtocol) -> Setting? {
    if case .report(let number) = group, !SettingGroup.reports.contains(number) { return nil }
    let name = Name(group: group.definition, key: SettingName.normalized(key))
    return byName[name].map { definitions[$0].row(in: group) }
  }

  /// The row with this `Setting.id`.
  static func row(id: String) -> Setting? {
    if let index = byID[id] { return definitions[index] }
    let parts = id.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let group = SettingGroup(name: parts[0]) else { return nil }
    return row(group, parts[1])
  }

  /// The rows of which not everything is sent.
  static let shortenedRows = definitions.filter { $0.sentBytes != nil }

  private struct Name: Hashable {
    let group: SettingGroup
    let key: String
  }

  // Numbers of rows, not rows: these are large.
  private static let byName: [Name: Int] = {
    var rows: [Name: Int] = [:]
    for (index, row) in definitions.enumerated() {
      for spelling in row.spellings {
        rows[Name(group: row.group, key: SettingName.normalized(spelling))] = index
      }
    }
    return rows
  }()

  private static let byID = Dictionary(
    definitions.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { a, _ in a })
}
