/// The settings table: the only place that knows the keys of chip.ini, what they allow and what is in
/// force without them.
public enum SettingsTable {
  /// Every row, by group.
  public static let rows: [Setting] =
    deviceRows + mbusRows + scanRows + meterRows + modbusRows + modbusQualityRows
    + modbusLineRows + modbusSecurityRows + modbusIdentificationRows + applicationRows + secretRows

  /// The row that a key of a file means; case, spaces and underscores do not matter.
  public static func row(_ group: SettingGroup, _ key: some StringProtocol) -> Setting? {
    byName[Name(group: group, key: SettingName.normalized(key))]
  }

  /// The row with this `Setting.id`.
  static func row(id: String) -> Setting? { byID[id] }

  private struct Name: Hashable {
    let group: SettingGroup
    let key: String
  }

  private static let byName: [Name: Setting] = {
    var rows: [Name: Setting] = [:]
    for row in Self.rows {
      for spelling in [row.key] + row.otherSpellings {
        rows[Name(group: row.group, key: SettingName.normalized(spelling))] = row
      }
    }
    return rows
  }()

  private static let byID = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
}
