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

  private static let groupNames = Spelling.Names(
    SettingGroup.allCases.flatMap { group in Dialect.allCases.map(group.name) })

  private static let keyNames = Dictionary(
    uniqueKeysWithValues: SettingGroup.definitions.map { group in
      (group, Spelling.Names(SettingsTable.rows(of: group).map(\.key)))
    })
}
