/// A setting that is to be written into chip.ini.
public struct SettingChange: Equatable, Sendable {
  /// Which one.
  public let setting: Setting
  /// What it is to be; nil: its default, by taking its lines out of the file.
  public let value: SettingValue?

  /// - Parameters:
  ///   - setting: which one.
  ///   - value: what it is to be; nil takes its lines out.
  public init(_ setting: Setting, _ value: SettingValue?) {
    self.setting = setting
    self.value = value
  }

  /// The changes that `GROUP.KEY=VALUE` and, to take a setting out, `GROUP.KEY` ask for, checked as
  /// those of `--set` are.
  /// - Parameters:
  ///   - assignments: each `GROUP.KEY=VALUE`; of two for one setting the later counts.
  ///   - removals: each `GROUP.KEY`.
  ///   - document: the file that is to be changed; its dialect decides what is allowed.
  /// - Returns: the changes, or everything that is wrong with them; one of both is empty.
  public static func read(
    _ assignments: [String], removing removals: [String] = [], in document: INIDocument?
  ) -> (changes: [SettingChange], mistakes: [Diagnostic]) {
    let result = Settings.read(document, overrides: assignments)
    var mistakes = result.diagnostics.filter {
      $0.file == Settings.overrideOption && $0.severity == .error
    }
    let wanted = assignments.map(SettingOverride.init).compactMap(\.row)
    var changes: [SettingChange] = []
    for row in wanted where !changes.contains(where: { $0.setting.id == row.id }) {
      changes.append(SettingChange(row, result.settings[row]))
    }
    for removal in removals {
      // The value is of no meaning here; an empty one is always allowed.
      let override = SettingOverride(removal + "=")
      guard !removal.contains("="), let row = override.row else {
        mistakes.append(removalMistake(removal, override))
        continue
      }
      if wanted.contains(where: { $0.id == row.id }) {
        mistakes.append(
          Diagnostic(
            .error, file: removalOption, key: row.key,
            "\(removal.excerpt) is to be set and to be taken out at the same time"))
      } else if !changes.contains(where: { $0.setting.id == row.id }) {
        changes.append(SettingChange(row, nil))
      }
    }
    return mistakes.isEmpty ? (changes, []) : ([], mistakes)
  }

  /// How diagnostics name the option that takes a setting out.
  private static let removalOption = "--unset"

  private static func removalMistake(_ text: String, _ override: SettingOverride) -> Diagnostic {
    guard !text.contains("="), override.hasForm else {
      let name = text.prefix { $0 != "=" }.excerpt
      let hint = text.contains("=") ? "" : SettingOverride.hint(withoutGroup: text)
      return Diagnostic(.error, file: removalOption, "\"\(name)\" is not GROUP.KEY\(hint)")
    }
    var mistake = override.diagnostic(
      hint: override.group.map { SettingsReader.hint($0, override.key) })
    mistake.file = removalOption
    return mistake
  }
}

/// Why chip.ini cannot be changed as wanted.
public enum SettingsEditFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The setting does not allow the value.
  case notAllowed(key: String, allowed: String)
  /// A line of the file cannot carry the value so that it reads back the same.
  case notCarried(key: String)
  /// A secret can be neither read nor written.
  case secret(key: String, why: String)
  /// The file would not read as wanted: a mistake of this program, which the check found.
  case notKept(key: String)

  /// Which setting, and why.
  public var description: String {
    switch self {
    case .notAllowed(let key, let allowed):
      "the value for \(key) is not allowed: \(allowed)"
    case .notCarried(let key):
      "the value for \(key) cannot be written: a value stands in one line, and must not contain both "
        + "kinds of quotes where it needs some"
    case .secret(let key, let why):
      "the value for \(key) cannot be encrypted: \(why)"
    case .notKept(let key):
      "the file would not read as wanted with \(key) changed; please report this as a bug"
    }
  }
}
