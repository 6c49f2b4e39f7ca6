/// What may have been meant by a name that the table does not have.
extension SettingsReader {
  static func hint(group name: String) -> String {
    let wanted = SettingName.normalized(name)
    if wanted.hasPrefix("REPORT"), wanted.dropFirst(6).utf8.allSatisfy(\.isDigit) {
      return "; there are \(SettingGroup.definitions.last?.definitionTitle ?? "")"
    }
    let names = SettingGroup.allCases.flatMap { group in Dialect.allCases.map(group.name) }
    return Spelling.nearest(to: name, in: names).map { "; did you mean [\($0)]?" } ?? ""
  }

  static func hint(_ group: SettingGroup, _ key: String) -> String {
    let others = SettingGroup.definitions.filter {
      $0 != group.definition && SettingsTable.row($0, key) != nil
    }.map(\.definitionTitle)
    guard others.isEmpty else {
      let (first, last) = (others.dropLast().joined(separator: ", "), others.last ?? "")
      return "; it belongs to \(first.isEmpty ? last : "\(first) or \(last)")"
    }
    let keys = SettingsTable.rows(of: group).map(\.key)
    return Spelling.nearest(to: key, in: keys).map { "; did you mean \($0)?" } ?? ""
  }
}
