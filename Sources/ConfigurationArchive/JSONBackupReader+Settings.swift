import Settings
import TextFormats

extension JSONBackupReader {
  /// chip.ini, and where each of its lines comes from.
  mutating func settings(_ node: Node) -> (text: String, lines: [Int: Int]) {
    var text = ""
    var count = 0
    var lines: [Int: Int] = [:]
    var groups: [String: String] = [:]
    func add(_ line: String, _ offset: Int) {
      text += line + "\n"
      count += 1
      lines[count] = offset
    }
    for group in members(node, "settings") {
      let name = group.name
      guard !name.isEmpty,
        INIDocument("[\(name)]").lines.map(\.content) == [.group(name: name, isClosed: true)]
      else {
        say(
          group.offset,
          "\(name.shownName) is no name of a group of chip.ini: one line of text without ], and without spaces around it"
        )
        continue
      }
      if let other = groups.updateValue(name, forKey: INIGroup.id(name)) {
        say(
          group.offset, "\(name.shownName) is the same group as \(other.shownName); once is allowed"
        )
      }
      add("[\(name)]", group.offset)
      for (line, offset) in entries(group) { add(line, offset) }
    }
    return (text, lines)
  }

  /// The lines of a group.
  private mutating func entries(_ group: JSONDocument.Member) -> [(line: String, offset: Int)] {
    var known: [String: String] = [:]
    var lines: [(String, Int)] = []
    for member in members(group.value, "settings.\(group.name)".excerpt(120)) {
      let path = "settings.\(group.name).\(member.name)".excerpt(120)
      guard let value = string(member.value, path) else { continue }
      guard let line = Self.line(member.name, value) else {
        say(
          member.offset,
          "\(path) cannot stand in chip.ini: key and value stand in one line, and a value must not contain both "
            + "kinds of quotes where it needs some")
        continue
      }
      let row = SettingGroup(name: group.name).flatMap { SettingsTable.row($0, member.name) }
      let id = row?.id ?? SettingName.normalized(member.name)
      if let other = known.updateValue(member.name, forKey: id) {
        say(
          member.offset,
          "\(member.name.shownName) is the same key as \(other.shownName); once is allowed")
      }
      lines.append((line, member.value.offset))
    }
    return lines
  }

  /// A line that says this; nil: there is none.
  private static func line(_ key: String, _ value: String) -> String? {
    ["", "\"", "'"].map { "\(key)=\($0)\(value)\($0)" }.first { line in
      let read = INIDocument(line).lines
      guard read.count == 1, case .entry(key, value, _)? = read.first?.content else { return false }
      return true
    }
  }
}
