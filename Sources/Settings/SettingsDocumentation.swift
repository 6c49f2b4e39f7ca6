/// What the table has to say to people: the reference of chip.ini and the example file. Both are
/// committed, and a test compares them with this.
public enum SettingsDocumentation {
  /// docs/chip.ini.md
  public static var markdown: String {
    let groups = SettingGroup.definitions.map { group in
      "## \(group.definitionTitle)\n\n"
        + SettingsTable.rows(of: group).map(section).joined(separator: "\n")
    }
    return markdownHead + counts + groups.joined(separator: "\n")
  }

  /// How many settings each group has, by status.
  private static var counts: String {
    let statuses = SettingStatus.allCases
    var lines = [
      "| group | keys | " + statuses.map(\.rawValue).joined(separator: " | ") + " |",
      "|---|" + String(repeating: "--:|", count: statuses.count + 1),
    ]
    func line(_ title: String, _ rows: [Setting]) -> String {
      let cells = statuses.map { status in rows.count { $0.status == status } }
      return "| \(title) | " + ([rows.count] + cells).map(String.init).joined(separator: " | ")
        + " |"
    }
    for group in SettingGroup.definitions {
      lines.append(line(group.definitionTitle, SettingsTable.rows(of: group)))
    }
    lines.append(line("all", SettingsTable.definitions))
    return lines.joined(separator: "\n") + "\n\n"
  }

  private static let markdownHead = """
    # chip.ini

    <!-- Written from the settings table by SettingsTests; do not edit. To renew it:
         METERGATE_REGENERATE=1 swift test --filter SettingsTests -->

    The settings of the gateway: UTF-8 text, lines of `KEY=VALUE` in groups. `;` and `#` begin a
    comment, at the start of a line or after a space. A value may stand in quotes. Case, spaces and
    underscores in the names of keys and groups do not matter. A key that is not given, or has no
    value, is at its default. A value that is not allowed is reported. A file with such a value is not
    applied by a running gateway: all that was in force before stays so. At a start it counts when nothing
    was in force before: then that key has its default.
    A changed file takes effect with `metergate apply` or SIGHUP, or by itself with
    MUC_CONFIG_AUTOAPPLY=1. "Restart of its service" means that the part of the gateway that the
    setting belongs to begins anew by itself, while the others go on.
    `metergate check` reads the file as the gateway does and reports everything that is wrong with it.

    The name of the group with the main settings decides the dialect: `[CONFIG]` is that of the Anybus
    gateway, `[SOLVIMUS]` that of the MUC500. Every key is understood in both; where defaults and
    ranges differ, both are given. A file with neither group has the dialect of `[SOLVIMUS]`.

    The table knows every key of both manuals. Those that this version does nothing with yet are checked and
    kept all the same, so that a file may come from another device, and go back to one; so are those for
    hardware that this device lacks.


    """

  private static func section(_ row: Setting) -> String {
    var lines = ["### \(row.key)\n", "\(row.summary.en)\n"]
    let others = row.spellings.dropFirst()
    if !others.isEmpty {
      lines.append("- Also written: \(others.map(code).joined(separator: ", "))")
    }
    lines.append("- Allowed: \(each(row.type.differs) { row.allowed(in: $0) })")
    if let most = row.sentBytes { lines.append("- Sent: at most \(most) bytes in UTF-8") }
    lines += row.choices.map { "  - \(code($0.value)): \($0.meaning.en)" }
    lines += row.bits.map {
      "  - \($0.value): \($0.meaning.en) (tab \($0.field.tab.rawValue), “\($0.field.label.en)”)"
    }
    lines.append(
      "- Default: "
        + each(row.defaultValue.differs) { dialect in
          let value = row.isSecret ? "" : row.defaultValue[dialect].description
          return value.isEmpty ? "not set" : code(value)
        })
    if let field = row.field {
      lines.append("- Web page: tab \(field.tab.rawValue), “\(field.label.en)”")
    }
    lines.append("- A change takes effect: \(effect(row.effect))")
    if row.status != .effective { lines.append("- Status: \(row.status.rawValue)") }
    lines.append("- Source: \(row.source.rawValue)\n")
    return lines.joined(separator: "\n")
  }

  private static func effect(_ effect: SettingEffect) -> String {
    effect == .live ? effect.rawValue : "with a \(effect.rawValue)"
  }

  /// One text, or one for each dialect.
  private static func each(_ differs: Bool, _ text: (Dialect) -> String) -> String {
    guard differs else { return text(.solvimus) }
    return Dialect.allCases.map { "\(text($0)) in `[\(SettingGroup.main.name(in: $0))]`" }
      .joined(separator: "; ")
  }

  private static func code(_ text: String) -> String { "`\(text)`" }

  /// chip.ini.example: every key at its default, as a comment.
  public static var example: String {
    let groups = SettingGroup.definitions.map { group in
      let note = group.definitionTitle == group.title ? "" : reportNote
      return "[\(group.name(in: .solvimus))]\n" + note
        + SettingsTable.rows(of: group).map(exampleEntry).joined(separator: "\n")
    }
    return exampleHead + groups.joined(separator: "\n")
  }

  private static let exampleHead = """
    ; Every setting of the gateway, at its default. To change one, copy its line to chip.ini, in the
    ; same group, and take the ; off. What each means in full: docs/chip.ini.md.


    """

  private static let reportNote =
    wrapped(
      "The same settings are there for each of \(SettingGroup.report(1).definitionTitle)."
    ).joined(separator: "\n") + "\n\n"

  private static func exampleEntry(_ row: Setting) -> String {
    var lines = wrapped(row.summary.en)
    let status = row.status == .effective ? "" : " Status: \(row.status.rawValue)."
    lines += wrapped("Allowed: \(row.allowed(in: .solvimus)).\(status)")
    let choices = row.choices.map { "\($0.value): \($0.meaning.en)" }
    let line = ";   " + choices.joined(separator: "; ")
    lines += line.count <= width && choices.count > 1 ? [line] : choices.map { ";   \($0)" }
    lines += row.bits.map { ";   \($0.value): \($0.meaning.en)" }
    let value = row.isSecret ? "" : row.defaultValue.solvimus.description
    lines.append(";\(row.key(in: .solvimus))=\(value)")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The longest line of the example.
  private static let width = 96

  /// A comment of several lines.
  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ";"
    for word in text.split(separator: " ") {
      if line.count + 1 + word.count > width {
        lines.append(line)
        line = ";"
      }
      line += " " + word
    }
    return lines + [line]
  }
}
