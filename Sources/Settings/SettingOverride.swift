extension Settings {
  /// Where the value of a setting comes from, for messages: the option, or its place in the line of the file
  /// that counts; no place when neither gives it.
  package static func place(
    of key: some RawRepresentable<String>, in document: INIDocument?, file: String,
    overrides: [String]
  ) -> (file: String, place: TextPlace?) {
    guard !overrides.contains(where: { SettingOverride($0).row?.id == key.rawValue }) else {
      return (overrideOption, nil)
    }
    guard let document, let row = SettingsTable.row(id: key.rawValue) else { return (file, nil) }
    return (file, document.entries(of: row).last.map { document.lines[$0].valuePlace })
  }
}

/// A setting of the command line: `GROUP.KEY=VALUE`.
struct SettingOverride {
  /// How it is called in messages.
  static let option = Settings.overrideOption

  /// Nil when the text has not the form.
  let row: Setting?
  let group: SettingGroup?
  let groupName: String
  let key: String
  let value: String
  let hasForm: Bool
  /// What stands before the value, which may be a secret.
  private let name: String

  init(_ text: String) {
    let equals = text.firstIndex(of: "=")
    let name = String(text[..<(equals ?? text.endIndex)])
    self.name = name
    value = equals.map { String(text[text.index(after: $0)...]) } ?? ""
    let dot = name.firstIndex(of: ".") ?? name.startIndex
    let groupName = String(name[..<dot])
    let key = String(name[dot...].dropFirst())
    hasForm = equals != nil && dot > name.startIndex
    let group = hasForm ? SettingGroup(name: groupName) : nil
    row = group.flatMap { SettingsTable.row($0, key) }
    (self.group, self.groupName, self.key) = (group, groupName, key)
  }

  /// The groups that have a key which stands alone.
  static func hint(withoutGroup key: String) -> String {
    let names = SettingGroup.definitions.filter { SettingsTable.row($0, key) != nil }
      .map { "\($0.name(in: .solvimus)).\(key.excerpt)" }
    return names.isEmpty ? "" : "; did you mean \(names.joined(separator: " or "))?"
  }

  /// Why there is no row.
  func diagnostic(hint: String?) -> Diagnostic {
    let shown = name.excerpt
    let message =
      hasForm
      ? "\(shown) is not a setting that this version knows\(hint ?? "")"
      : "\"\(shown)\" is not GROUP.KEY=VALUE\(Self.hint(withoutGroup: name))"
    return Diagnostic(.error, file: Self.option, key: hasForm ? key : nil, message)
  }
}
