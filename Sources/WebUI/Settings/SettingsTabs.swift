import Settings
import Users

/// The tabs of settings, for those who take or bring many of them at once: nobody gets round the rights for a tab by an
/// archive.
enum SettingsTabs {
  /// The tabs on which a setting is; none: it is in the file only.
  static func of(_ row: Setting) -> Set<User.Tab> {
    Set(row.bits.map(\.field.tab) + [row.field?.tab].compactMap(\.self))
  }

  /// The tabs that have settings.
  static let withSettings = Set(SettingsTable.rows.flatMap { of($0) })

  /// The tabs on which something is otherwise. Of a number with switches only those count that are.
  static func changed(from before: Settings, to after: Settings) -> Set<User.Tab> {
    let tabs = SettingsTable.rows.filter { before[$0] != after[$0] }.flatMap { row in
      row.bits.filter { before[row].has($0.value) != after[row].has($0.value) }.map(\.field.tab)
        + [row.field?.tab].compactMap(\.self)
    }
    return Set(tabs)
  }

  /// Whether somebody may see one of the tabs. What is in the file only is on Configuration.
  static func isShown(_ tabs: Set<User.Tab>, to caller: Caller) -> Bool {
    tabs.isEmpty
      ? caller.right(.configuration) >= .read : tabs.contains { caller.right($0) >= .read }
  }

  /// - Throws: 403, which names the first tab that the caller must not change.
  static func check(_ caller: Caller, _ tabs: Set<User.Tab>) throws(APIError) {
    for tab in User.Tab.allCases where tabs.contains(tab) { try caller.needs(.write, tab) }
  }
}
