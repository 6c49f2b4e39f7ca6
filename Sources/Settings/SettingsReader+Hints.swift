/// What may have been meant by a name that the table does not have.
extension SettingsReader {
  static func hint(group name: String) -> String {
    let wanted = SettingName.normalized(name)
    if wanted.hasPrefix("REPORT"), wanted.dropFirst(6).utf8.allSatisfy(\.isDigit) {
      return "; there are \(SettingGroup.definitions.last?.definitionTitle ?? "")"
    }
    return Spelling.nearest(to: name, in: groupNames).map { "; did you mean [\($0)]?" } ?? ""
  }

  static func hint(_ group: SettingGroup, _ key: String) -> String {
    let others = SettingGroup.definitions.filter {
      $0 != group.definition && SettingsTable.row($0, key) != nil
    }.map(\.definitionTitle)
    guard others.isEmpty else {
      let (first, last) = (others.dropLast().joined(separator: ", "), others.last ?? "")
      return "; it belongs to \(first.isEmpty ? last : "\(first) or \(last)")"
    }
    return keyNames[group.definition].flatMap { Spelling.nearest(to: key, in: $0) }.map {
      "; did you mean \($0)?"
    } ?? ""
  }

  /// What a value that is not allowed was probably to say, and how that is said.
  static func hint(value text: String, of row: Setting) -> String {
    if row.id == IntegerKey.meterTime.rawValue, Int(text) == 0 {
      return
        " (0 is no time from one readout to the next: METER_CYCLEMODE=NEVER reads meters only when somebody wants it, "
        + "METER_CONTINUOUS=1 one after another)"
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard case .pointInTime = row.type[.solvimus], (2...3).contains(parts.count),
      parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return "" }
    return " (where only the time of day counts any date does: 2026-01-01 \(text))"
  }

  private static let groupNames = Spelling.Names(
    SettingGroup.allCases.flatMap { group in Dialect.allCases.map(group.name) })

  private static let keyNames = Dictionary(
    uniqueKeysWithValues: SettingGroup.definitions.map { group in
      (group, Spelling.Names(SettingsTable.rows(of: group).map(\.key)))
    })
}
