extension Settings {
  /// What differs from other settings, a line for each row: `[SOLVIMUS] METER_TIME = 300 (was 900, the
  /// default)`. Secrets are not shown. What does nothing yet is only counted, and what only says the default is
  /// no difference.
  public func differences(
    from before: Settings, among isWanted: (Setting) -> Bool = { _ in true }
  ) -> [String] {
    let rows = SettingsTable.rows.filter { before[$0] != self[$0] && isWanted($0) }
    let idle = rows.count { $0.status != .effective }
    let lines = rows.filter { $0.status == .effective }.compactMap {
      difference(of: $0, from: before)
    }
    guard idle > 0 else { return lines }
    return lines + [
      "\(idle == 1 ? "1 setting" : "\(idle) settings") without effect in this version"
    ]
  }

  /// The same for one row; nil when it is as before, and given or left out as before.
  public func difference(of row: Setting, from before: Settings) -> String? {
    guard before[row] != self[row] || before.isGiven(row) != isGiven(row) else { return nil }
    let name = "[\(row.group.name(in: dialect))] \(row.key(in: dialect))"
    guard !row.isSecret else { return "\(name) is changed (not shown)" }
    return "\(name) = \(shown(row)) (was \(before.shown(row)))"
  }

  private func shown(_ row: Setting) -> String {
    let value = self[row].description.excerpt
    return (value.isEmpty ? "not set" : value) + (isGiven(row) ? "" : ", the default")
  }
}
