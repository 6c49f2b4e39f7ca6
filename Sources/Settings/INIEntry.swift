/// A line `KEY=VALUE` of chip.ini in its group.
public struct INIEntry: Sendable {
  /// Its index among the lines.
  public let index: Int
  /// The group as the file spells it.
  public let group: String
  /// The key as the file spells it.
  public let key: String
  /// The value.
  public let value: String
  /// What the settings table knows of it; nil: nothing.
  public let row: Setting?
}

extension INIDocument {
  /// What it says, in the order of its lines. What stands before the first group is not in it.
  public var entries: [INIEntry] {
    var entries: [INIEntry] = []
    var group: (name: String, group: SettingGroup?)?
    for (index, line) in lines.enumerated() {
      switch line.content {
      case .group(let name, _): group = (name, SettingGroup(name: name))
      case .entry(let key, let value, _):
        guard let group else { continue }
        let row = group.group.flatMap { SettingsTable.row($0, key) }
        entries.append(INIEntry(index: index, group: group.name, key: key, value: value, row: row))
      default: continue
      }
    }
    return entries
  }
}
