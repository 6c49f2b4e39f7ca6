import MeterFiles
import Settings

extension INIEntry {
  /// The part that it belongs to.
  var part: ConfigurationPart { row?.part ?? .of(group: group, key: key) }

  /// What is the same for entries that mean the same.
  var id: String { row?.id ?? INIGroup.id(group) + "." + SettingName.normalized(key) }

  /// Never printed.
  var isSecret: Bool { row?.isSecret ?? SecretName.isLikely(key) }
}

/// Groups of chip.ini, known or not.
enum INIGroup {
  /// What is the same for names of one group: `[CONFIG]` and `[SOLVIMUS]` are one.
  static func id(_ name: String) -> String {
    SettingName.normalized(SettingGroup(name: name)?.name(in: .solvimus) ?? name)
  }
}

/// Names of secrets: those that are known, and those that later versions will know, as far as they can be guessed.
enum SecretName {
  private static let parts = ["PASS", "PWD", "SECRET", "TOKEN", "KEY"]
  private static let words = ["PIN", "PUK"]

  /// Whether what bears this name is likely a secret: also in a comment, as `;WAN_PIN` or `// old PIN`. Paths of
  /// files with keys are none.
  static func isLikely(_ key: String) -> Bool {
    let found = key.uppercased().split { !$0.isLetter && !$0.isNumber }
    return !(found.last?.hasSuffix("FILE") ?? false)
      && (parts.contains { found.joined().contains($0) }
        || found.contains { words.contains(String($0)) })
  }

  /// Whether the element of a meter list with this name is a secret.
  static func isSecret(element name: String) -> Bool {
    DeviceHandleFile.secretElements.contains(name.lowercased())
  }

  /// Whether something that looks like such an element is likely a secret: what is only shown may hide more.
  static func isLikely(element name: String) -> Bool {
    let name = name.lowercased()
    return ["key", "pass", "secret"].contains { name.contains($0) }
  }
}

extension INIDocument {
  /// What counts of it: of several entries of one key the last.
  var effectiveEntries: [INIEntry] {
    var last: [String: Int] = [:]
    let all = entries
    for entry in all { last[entry.id] = entry.index }
    return all.filter { last[$0.id] == $0.index }
  }
}
