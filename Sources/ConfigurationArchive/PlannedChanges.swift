import Settings

/// What a plan changes in the settings and the meter list, for people.
struct PlannedChanges: Sendable {
  /// The settings that get another value.
  private(set) var set: [String] = []
  /// Those that go to their default, since the new configuration does not give them.
  private(set) var unset: [String] = []
  /// Each with what it was and will be; secrets without.
  private(set) var lines: [String] = []
  /// All settings as they are, and as they will be.
  let settings: (before: Settings, after: Settings)
  private var ofMeters: [String] = []

  /// So many names are in a line.
  private static let mostNames = 8

  init(from before: INIDocument?, to after: INIDocument?, meters: (before: Int, after: Int)?) {
    let (old, new) = (Settings.read(before).settings, Settings.read(after).settings)
    settings = (old, new)
    for row in SettingsTable.rows where old[row] != new[row] {
      guard let line = new.difference(of: row, from: old) else { continue }
      let key = row.key(in: new.dialect)
      if new.isGiven(row) { set.append(key) } else { unset.append(key) }
      lines.append(line)
    }
    let (were, are) = (Self.unknown(before), Self.unknown(after))
    for (id, entry) in are.sorted(by: { $0.key < $1.key }) where were[id]?.value != entry.value {
      set.append(entry.key)
      lines.append("[\(entry.group)] \(entry.key), which this version does not know, is taken over")
    }
    for (id, entry) in were.sorted(by: { $0.key < $1.key }) where are[id] == nil {
      unset.append(entry.key)
      lines.append("[\(entry.group)] \(entry.key), which this version does not know, is removed")
    }
    if let meters {
      ofMeters = ["the meter list has \(Self.count(meters.after)) (was \(meters.before))"]
      lines += ofMeters
    }
  }

  /// The names alone.
  var short: [String] {
    [("set", set), ("back to the default", unset)].compactMap { what, names in
      guard !names.isEmpty else { return nil }
      let more = names.count - Self.mostNames
      return "\(what): " + names.prefix(Self.mostNames).joined(separator: ", ")
        + (more > 0 ? " and \(more) more" : "")
    } + ofMeters
  }

  private static func count(_ meters: Int) -> String {
    meters == 1 ? "1 meter" : "\(meters) meters"
  }

  private static func unknown(_ document: INIDocument?) -> [String: INIEntry] {
    let entries = (document?.effectiveEntries ?? []).filter { $0.row == nil }
    return Dictionary(entries.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
  }
}
