/// Bytes that are no chip.ini at all: what a power failure, an editor or half an upload leaves.
extension INIDocument {
  /// What is wrong with them.
  enum Flaw: Equatable {
    /// Nothing can be read: what it is, and what to do.
    case unreadable(String)
    /// It is text, and says nothing that counts.
    case withoutGroups
    /// There is nothing but white space.
    case empty
  }

  /// Why nothing in here can be a setting; nil: something may be.
  var flaw: Flaw? {
    let start = (lines.first?.bytes ?? []) + (lines.dropFirst().first?.bytes ?? [])
    if let name = Self.wideMarks.first(where: { start.starts(with: $0.mark) })?.name {
      return .unreadable(
        "the file is \(name) text, as Notepad's \"Unicode\"; save it as UTF-8")
    }
    if lines.contains(where: { $0.bytes.contains(0) }) {
      return .unreadable(
        "the file has NUL bytes, as after a power failure, or in UTF-16 text without a mark; put it back, or "
          + "save it as UTF-8")
    }
    if lines.allSatisfy({ $0.content == .blank }) { return .empty }
    let hasGroup = lines.contains { line in
      if case .group(let name, _) = line.content { SettingGroup(name: name) != nil } else { false }
    }
    return hasGroup ? nil : .withoutGroups
  }

  /// Whether none of it can be a setting.
  public var isNothing: Bool { flaw != nil }

  /// Why the file must not be edited, but be put right by a person: every edit would make it worse.
  public var whyUneditable: String? {
    switch flaw {
    case .unreadable(let why): why
    case .empty:
      "the file is empty, as after a power failure; \"metergate config restore --previous\" brings back what was "
        + "in force, and removing the file begins anew"
    case .withoutGroups, nil: nil
    }
  }

  /// Whether its last line is whole.
  public var endsWithLineEnd: Bool {
    lines.last?.bytes.last.map(Self.isLineEnd) ?? true
  }

  /// Whether it has the group of the main settings.
  public var hasMainGroup: Bool {
    lines.contains { line in
      if case .group(let name, _) = line.content {
        SettingGroup(name: name) == .main
      } else {
        false
      }
    }
  }

  /// Byte order marks (The Unicode Standard, ch. 23.8), the longer ones first: that of UTF-16 begins one of them.
  private static let wideMarks: [(mark: [UInt8], name: String)] = [
    ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"), ([0xFF, 0xFE], "UTF-16"),
    ([0xFE, 0xFF], "UTF-16"),
  ]
}

extension SettingsReader {
  /// Tells of a file that is no chip.ini.
  /// - Returns: whether there is anything else to say about it.
  mutating func tell(_ flaw: INIDocument.Flaw) -> Bool {
    let (what, isText): (String, Bool) =
      switch flaw {
      case .unreadable(let why): (why, false)
      case .withoutGroups:
        ("the file has none of the groups of chip.ini, such as [SOLVIMUS] or [CONFIG]", true)
      case .empty: ("the file is empty", false)
      }
    diagnostics.append(Diagnostic(.error, file: file, "\(what); it gives no settings"))
    return isText
  }
}
