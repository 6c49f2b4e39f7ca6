extension Settings {
  /// Where the value of a setting comes from, for messages: the option, or the line of the file that
  /// counts; no line when neither gives it.
  package static func place(
    of key: some RawRepresentable<String>, in document: INIDocument?, file: String,
    overrides: [String]
  ) -> (file: String, line: Int?) {
    guard !overrides.contains(where: { SettingOverride($0).row?.id == key.rawValue }) else {
      return (overrideOption, nil)
    }
    var group: SettingGroup?
    var found: Int?
    for line in document?.lines ?? [] {
      switch line.content {
      case .group(let name, _): group = SettingGroup(name: name)
      case .entry(let name, _, _):
        guard let group, SettingsTable.row(group, name)?.id == key.rawValue else { continue }
        found = line.number
      default: break
      }
    }
    return (file, found)
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

  /// Why there is no row.
  func diagnostic(hint: String?) -> Diagnostic {
    let shown = name.excerpt
    let message =
      hasForm
      ? "\(shown) is not a setting that this version knows\(hint ?? "")"
      : "\"\(shown)\" is not GROUP.KEY=VALUE"
    return Diagnostic(.error, file: Self.option, key: hasForm ? key : nil, message)
  }
}
