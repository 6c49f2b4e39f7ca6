/// Where the value of a setting comes from.
public enum SettingOrigin: Equatable, Sendable {
  /// Nobody gives it: the table's default.
  case defaultValue
  /// A line of chip.ini.
  case line(Int)
  /// The command line.
  case commandLine
  /// A chip.ini that is not on the disk any more.
  case earlierFile
}

extension Settings {
  /// Where each setting comes from, by `Setting.id`; those that are left out have their defaults.
  /// - Parameters:
  ///   - document: chip.ini, if it is the one in force.
  ///   - overrides: `GROUP.KEY=VALUE`, as given with `--set`.
  public func origins(
    in document: INIDocument?, overrides: [String]
  ) -> [String: SettingOrigin] {
    var origins: [String: SettingOrigin] = [:]
    var lines: [String: Int] = [:]
    document?.visitEntries { index, row, _ in lines[row.id] = index + 1 }
    for row in SettingsTable.rows where isGiven(row) {
      origins[row.id] = lines[row.id].map { .line($0) } ?? .earlierFile
    }
    for row in overrides.map(SettingOverride.init).compactMap(\.row) {
      origins[row.id] = .commandLine
    }
    return origins
  }
}

extension SettingsTable {
  /// The settings that `GROUP.KEY`, or `GROUP` for all of one, means.
  /// - Returns: nil when there are none, with what may be meant.
  public static func named(_ text: String) -> Result<[Setting], SettingNameMistake> {
    let override = SettingOverride(text + "=")
    if let row = override.row { return .success([row]) }
    if !text.contains("."), let group = SettingGroup(name: text) {
      return .success(rows(of: group))
    }
    let hint =
      override.hasForm
      ? override.group.map { SettingsReader.hint($0, override.key) } ?? ""
      : SettingOverride.hint(withoutGroup: text)
    return .failure(
      SettingNameMistake(
        description:
          "\(text.excerpt) is not a setting that this version knows\(hint)"))
  }
}

/// Why a name means no setting.
public struct SettingNameMistake: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, and what may be meant.
  public let description: String
}

extension SettingChange {
  /// Whether `GROUP.KEY=VALUE` is about a password, and its value is `-`: whoever sets it is to be asked.
  public static func isAsked(_ assignment: String) -> Bool {
    let override = SettingOverride(assignment)
    return override.value == "-" && override.row?.isSecret == true
  }

  /// How many lines of a file give the setting; of several the last counts.
  public func lines(in document: INIDocument?) -> Int { document?.entries(of: setting).count ?? 0 }
}

extension INIDocument {
  /// How many of its passwords and keys stand as they are.
  public var plainSecrets: Int {
    var count = 0
    visitEntries { _, row, text in
      if row.isSecret, !text.isEmpty, SecretForm.of(text) == .plain { count += 1 }
    }
    return count
  }
}
