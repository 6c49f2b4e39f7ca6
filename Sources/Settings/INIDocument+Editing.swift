extension INIDocument {
  /// Decides ranges, defaults and spellings: the first main group tells.
  public var dialect: Dialect {
    var reader = SettingsReader(file: "")
    reader.findDialect(self)
    return reader.dialect
  }

  /// The document with changed settings. Only the characters of their values change, in the line that
  /// counts; the rest of the file stays byte for byte. A setting that has no line gets one at the end of
  /// its group, unless the value is the default; a group that is not there is added at the end.
  /// Secrets are written as MUC_PASSMUC_ENCMODE wants it, also those that do not change.
  /// - Parameter secrets: encrypts and decrypts them.
  /// - Throws: `SettingsEditFailure`; the result is read again before it is given out.
  public func applying(
    _ changes: [SettingChange], secrets: SecretCoder = .verbatim
  ) throws(SettingsEditFailure) -> INIDocument {
    var document = self
    for change in changes {
      document =
        change.setting.isSecret
        ? try document.applying(secret: change, secrets) : try document.applying(change)
    }
    return changes.isEmpty ? self : try document.withSecretsInForm(secrets)
  }

  func applying(_ change: SettingChange) throws(SettingsEditFailure) -> INIDocument {
    let row = change.setting
    guard let value = change.value else { return try removing(row) }
    let dialect = dialect
    let normal = row.defaultValue[dialect]
    // An empty text means "not set" in a file.
    let wanted = value.description.isEmpty ? normal : value
    let text = wanted.description
    guard text.isEmpty || (try? row.type[dialect].parse(text)) == wanted else {
      throw .notAllowed(key: row.key, allowed: row.allowed(in: dialect))
    }
    guard let place = entries(of: row).last else {
      return wanted == normal ? self : try adding(row, text, dialect)
    }
    let old = texts[row.id] ?? ""
    let current = old.isEmpty ? normal : try? row.type[dialect].parse(old)
    guard current != wanted else { return self }
    guard let bytes = lines[place].replacingValue(text) else { throw .notCarried(key: row.key) }
    return try replacing(place, bytes, row, text)
  }

  /// With another line in the place of one.
  func replacing(
    _ place: Int, _ bytes: [UInt8], _ row: Setting, _ text: String
  ) throws(SettingsEditFailure) -> INIDocument {
    var parts = lines.map(\.bytes)
    parts[place] = bytes
    return try checked(parts, row, text)
  }

  private func removing(_ row: Setting) throws(SettingsEditFailure) -> INIDocument {
    let places = Set(entries(of: row))
    guard !places.isEmpty else { return self }
    let gone = places.union(emptied(by: places, of: row.group))
    let rest = lines.indices.filter { !gone.contains($0) }
    return try checked(rest.map { lines[$0].bytes }, row, nil)
  }

  /// The head of a group that says nothing more without some lines, with the blank lines behind it. The main
  /// group stays, since it tells the dialect, and so do comments with what is above them.
  private func emptied(by places: Set<Int>, of group: SettingGroup) -> Set<Int> {
    guard group != .main else { return [] }
    var gone: Set<Int> = []
    for index in lines.indices {
      guard case .group(let name, _) = lines[index].content, SettingGroup(name: name) == group
      else { continue }
      let body = lines[(index + 1)...].prefix {
        if case .group = $0.content { false } else { true }
      }
      guard body.contains(where: { places.contains($0.number - 1) }),
        body.allSatisfy({ places.contains($0.number - 1) || $0.content == .blank })
      else { continue }
      gone.insert(index)
      // Of the blank lines around it those before are enough; without any the ones behind stay.
      let isApart = index == 0 || lines[index - 1].content == .blank
      if isApart { gone.formUnion(body.filter { $0.content == .blank }.map { $0.number - 1 }) }
    }
    return gone
  }

  func adding(_ row: Setting, _ text: String, _ dialect: Dialect)
    throws(SettingsEditFailure) -> INIDocument
  {
    let section = section(of: row.group.name(in: dialect))
    let model = section.flatMap { range in
      range.reversed().first { lines[$0].isEntry }
    }
    let spaces = model.map { lines[$0].spacing } ?? (indentation: "", before: "", after: "")
    let head = "\(spaces.indentation)\(row.key(in: dialect))\(spaces.before)=\(spaces.after)"
    guard let bytes = INIDocument(head).lines.first?.replacingValue(text) else {
      throw .notCarried(key: row.key)
    }
    var parts = lines.map(\.bytes)
    if let section {
      let last = section.reversed().first { lines[$0].isSaying } ?? section.lowerBound
      Self.insert([bytes], after: last, of: &parts, lineEnd: lineEnd(near: last))
    } else {
      let group = Array("[\(row.group.name(in: dialect))]".utf8)
      let isApart = lines.last.map { $0.content == .blank } ?? true
      let added = (isApart ? [] : [[]]) + [group, bytes]
      Self.insert(added, after: parts.count - 1, of: &parts, lineEnd: lineEnd(near: nil))
    }
    return try checked(parts, row, text)
  }

  /// Adds lines behind one, each with a line end; one that lacks it gets it.
  static func insert(
    _ added: [[UInt8]], after index: Int, of parts: inout [[UInt8]], lineEnd: [UInt8]
  ) {
    if parts.indices.contains(index), let last = parts[index].last, !isLineEnd(last),
      parts[index] != byteOrderMark
    {
      parts[index] += lineEnd
    }
    parts.insert(contentsOf: added.map { $0 + lineEnd }, at: index + 1)
  }

  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  /// The line end of a line, or the first of the file.
  func lineEnd(near index: Int?) -> [UInt8] {
    let near = index.map { lines[$0].parts.end } ?? []
    if !near.isEmpty { return near }
    return lines.lazy.map(\.parts.end).first { !$0.isEmpty } ?? [0x0A]
  }

  /// The lines of the last group of a name, with its head.
  private func section(of name: String) -> Range<Int>? {
    let wanted = SettingName.normalized(name)
    var found: Range<Int>?
    var isWithin = false
    for index in lines.indices {
      if case .group(let name, _) = lines[index].content {
        isWithin = SettingName.normalized(name) == wanted
        if isWithin { found = index..<index + 1 }
      } else if isWithin, let start = found?.lowerBound {
        found = start..<index + 1
      }
    }
    return found
  }

  /// The lines that give a setting; the last of them counts.
  func entries(of row: Setting) -> [Int] {
    var found: [Int] = []
    visitEntries { index, other, _ in
      if other.id == row.id { found.append(index) }
    }
    return found
  }

  /// What the file says of each setting that it gives, by `Setting.id`.
  var texts: [String: String] {
    var texts: [String: String] = [:]
    visitEntries { _, row, value in texts[row.id] = value }
    return texts
  }

  func visitEntries(_ body: (_ index: Int, _ row: Setting, _ value: String) -> Void) {
    for entry in entries {
      if let row = entry.row { body(entry.index, row, entry.value) }
    }
  }

  /// The edited document, when it says what it said before and what is wanted.
  private func checked(_ parts: [[UInt8]], _ row: Setting, _ text: String?)
    throws(SettingsEditFailure) -> INIDocument
  {
    let edited = INIDocument(parts.flatMap(\.self))
    var expected = texts
    expected[row.id] = text
    guard edited.texts == expected, edited.dialect == dialect else {
      throw .notKept(key: row.key)
    }
    return edited
  }
}
