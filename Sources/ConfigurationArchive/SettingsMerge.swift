import Settings

/// Brings the settings of some parts from one chip.ini into another, whose other settings, comments, order and
/// line ends stay. Afterwards the parts say what the source says: what it leaves out is at its default.
struct SettingsMerge {
  /// Where they come from.
  let source: INIDocument
  /// Which of them.
  let parts: Set<ConfigurationPart>
  /// False: the source was written without its secrets, so that those of the target stay.
  let hasSecrets: Bool

  /// - Throws: `ConfigurationFailure` when a value cannot stand in the target.
  func merged(into target: INIDocument?) throws(ConfigurationFailure) -> INIDocument {
    guard let target, !target.entries.isEmpty || target.lines.contains(where: \.isComment) else {
      return source.limited(to: parts) ?? target ?? INIDocument([])
    }
    do throws(SettingsEditFailure) {
      return try target.applying(changes(in: target)).replacingUnknown(of: self)
    } catch {
      throw ConfigurationFailure("chip.ini cannot take the settings over: \(error)")
    }
  }

  /// Whether it is about an entry.
  func concerns(_ entry: INIEntry) -> Bool {
    parts.contains(entry.part) && (hasSecrets || !entry.isSecret)
  }

  private func changes(in target: INIDocument) -> [SettingChange] {
    let (from, to) = (Settings.read(source).settings, Settings.read(target).settings)
    let mentioned = (source.entries + target.entries).filter(concerns).compactMap(\.row)
    // Defaults of the other dialect have to be written down.
    let rows =
      from.dialect == to.dialect
      ? mentioned
      : mentioned
        + SettingsTable.rows.filter { parts.contains($0.part) && (hasSecrets || !$0.isSecret) }
    // The version of a file is that of its own dialect.
    let version = from.dialect == to.dialect ? nil : IntegerKey.mucConfigVersion.rawValue
    var seen: Set<String> = []
    return rows.filter { $0.id != version && seen.insert($0.id).inserted }.map { row in
      if from.isGiven(row) { return SettingChange(row, from[row]) }
      // A default that the other dialect does not allow has no counterpart there.
      let text = from[row].description
      let isAllowed = (try? row.type[to.dialect].parse(text)) == from[row]
      let isDefault = from[row] == row.defaultValue[to.dialect]
      return SettingChange(row, isDefault || !isAllowed ? nil : from[row])
    }
  }
}

extension INIDocument.Line {
  fileprivate var isComment: Bool { content == .comment }
}

extension INIDocument {
  /// The same for keys that the table does not know: they are kept for later versions, and for other devices.
  fileprivate func replacingUnknown(of merge: SettingsMerge) -> INIDocument {
    let wanted = merge.source.effectiveEntries.filter { $0.row == nil && merge.concerns($0) }
    var left = Dictionary(wanted.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    var parts = lines.map(\.bytes)
    for entry in entries.reversed() where entry.row == nil && merge.concerns(entry) {
      if left[entry.id]?.value == entry.value {
        left[entry.id] = nil
      } else {
        parts[entry.index] = []
      }
    }
    return INIDocument(parts.flatMap(\.self)).adding(
      wanted.filter { left[$0.id] != nil }, of: merge.source)
  }

  /// Adds lines of another file to their groups. In one go: files from elsewhere may have any number of them.
  private func adding(_ entries: [INIEntry], of source: INIDocument) -> INIDocument {
    guard !entries.isEmpty else { return self }
    let end = lineEnd
    let places = lastLines
    var added: [Int: [[UInt8]]] = [:]
    var newGroups: [(id: String, name: String, lines: [[UInt8]])] = []
    var indexes: [String: Int] = [:]
    for entry in entries {
      let line = Self.text(of: source.lines[entry.index]) + end
      let id = INIGroup.id(entry.group)
      if let place = places[id] {
        added[place, default: []].append(line)
      } else if let index = indexes[id] {
        newGroups[index].lines.append(line)
      } else {
        indexes[id] = newGroups.count
        newGroups.append((id, entry.group, [line]))
      }
    }
    var bytes: [UInt8] = []
    for (index, line) in lines.enumerated() {
      bytes += line.bytes
      let isLast = index == lines.count - 1
      if isLast, let byte = bytes.last, ![0x0A, 0x0D].contains(byte) { bytes += end }
      bytes += (added[index] ?? []).joined()
    }
    var isApart = lines.last.map { $0.content == .blank } ?? true
    for group in newGroups {
      if !isApart { bytes += end }
      bytes += Array("[\(group.name)]".utf8) + end + group.lines.joined()
      isApart = false
    }
    return INIDocument(bytes)
  }

  private var lineEnd: [UInt8] {
    lines.first.map { Array($0.bytes.reversed().prefix { [0x0A, 0x0D].contains($0) }.reversed()) }
      .flatMap { $0.isEmpty ? nil : $0 } ?? [0x0A]
  }

  /// The last line of each group that says something, by the group's id.
  private var lastLines: [String: Int] {
    var found: [String: Int] = [:]
    var current: String?
    for (index, line) in lines.enumerated() {
      switch line.content {
      case .group(let name, _): current = INIGroup.id(name)
      case .blank, .comment: continue
      case .entry, .unreadable: break
      }
      if let current { found[current] = index }
    }
    return found
  }

  /// A line as UTF-8, without its end.
  private static func text(of line: INIDocument.Line) -> [UInt8] {
    var text = line.isLatin1 ? utf8(line.bytes) : line.bytes
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
    while let last = text.last, [0x0A, 0x0D].contains(last) { text.removeLast() }
    return text
  }

  private static func utf8(_ latin1: [UInt8]) -> [UInt8] {
    Array(String(String.UnicodeScalarView(latin1.map { Unicode.Scalar($0) })).utf8)
  }
}
