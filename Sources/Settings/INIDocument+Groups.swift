/// Editing files of the same form that have other groups than chip.ini: names count letter by letter.
extension INIDocument {
  /// One group, with what it says.
  public struct Group: Equatable, Sendable {
    /// One `KEY=VALUE` of a group.
    public struct Entry: Equatable, Sendable {
      /// The key as it stands there.
      public let key: String
      /// The value, without quotes.
      public let value: String
      /// Where the key begins.
      public let place: TextPlace
      /// Where the value begins.
      public let valuePlace: TextPlace
    }

    /// The name between the brackets.
    public let name: String
    /// Where its head begins.
    public let place: TextPlace
    /// What it says, in order.
    public internal(set) var entries: [Entry] = []
  }

  /// All groups, in order.
  public var groups: [Group] {
    var groups: [Group] = []
    for line in lines {
      switch line.content {
      case .group(let name, _): groups.append(Group(name: name, place: line.place))
      case .entry(let key, let value, _):
        guard !groups.isEmpty else { continue }
        groups[groups.count - 1].entries.append(
          Group.Entry(key: key, value: value, place: line.place, valuePlace: line.valuePlace))
      default: break
      }
    }
    return groups
  }

  /// The document with another value of a key in a group: in the last line that gives it, or else in a new
  /// one behind the last entry of the group, which is added at the end if it is not there.
  /// - Returns: nil when a line cannot carry the value.
  public func setting(_ key: String, to value: String, in name: String) -> INIDocument? {
    var parts = lines.map(\.bytes)
    let wanted = SettingName.normalized(key)
    let known = groups.first { $0.name == name }?.entries.last {
      SettingName.normalized($0.key) == wanted
    }
    if let known {
      guard known.value != value else { return self }
      guard let bytes = lines[known.place.line - 1].replacingValue(value) else { return nil }
      parts[known.place.line - 1] = bytes
    } else {
      guard let entry = INIDocument("\(key)=").lines.first?.replacingValue(value) else {
        return nil
      }
      add(entry, to: name, &parts)
    }
    let edited = INIDocument(parts.flatMap(\.self))
    let found = edited.groups.first { $0.name == name }?.entries.last {
      SettingName.normalized($0.key) == wanted
    }
    return found?.value == value ? edited : nil
  }

  private func add(_ entry: [UInt8], to name: String, _ parts: inout [[UInt8]]) {
    if let group = groups.first(where: { $0.name == name }) {
      let last = (group.entries.last?.place ?? group.place).line
      Self.insert([entry], after: last - 1, of: &parts, lineEnd: lineEnd(near: last - 1))
    } else {
      let isApart = lines.last.map { $0.content == .blank } ?? true
      Self.insert(
        (isApart ? [] : [[]]) + [Array("[\(name)]".utf8), entry], after: parts.count - 1,
        of: &parts, lineEnd: lineEnd(near: nil))
    }
  }

  /// The document without a group: its head, what it says, and the comments and blank lines up to the last
  /// of these; those behind it, which are about what follows, stay.
  public func removing(group name: String) -> INIDocument {
    var cut = Set<Int>()
    for group in groups where group.name == name {
      cut.formUnion(group.place.line...(group.entries.last?.place ?? group.place).line)
    }
    guard !cut.isEmpty else { return self }
    var kept = lines.filter { !cut.contains($0.number) }
    // Not two blank lines where the group was between them.
    for index in kept.indices.dropFirst().reversed()
    where kept[index].content == .blank && kept[index - 1].content == .blank
      && kept[index - 1].number < kept[index].number - 1
    {
      kept.remove(at: index)
    }
    return INIDocument(kept.flatMap(\.bytes))
  }
}
