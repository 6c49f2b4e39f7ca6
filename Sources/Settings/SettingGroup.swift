/// A group of chip.ini.
public enum SettingGroup: CaseIterable, Sendable {
  /// `[DEVICE]`
  case device
  /// `[CONFIG]` or `[SOLVIMUS]`, which decides the dialect.
  case main

  /// The group's name in a file of this dialect, without brackets.
  public func name(in dialect: Dialect) -> String {
    switch self {
    case .device: "DEVICE"
    case .main:
      switch dialect {
      case .anybus: "CONFIG"
      case .solvimus: "SOLVIMUS"
      }
    }
  }

  /// The group with this name in either dialect; case, spaces and underscores do not matter.
  public init?(name: some StringProtocol) {
    let wanted = SettingName.normalized(name)
    let group = Self.allCases.first { group in
      Dialect.allCases.contains { SettingName.normalized(group.name(in: $0)) == wanted }
    }
    guard let group else { return nil }
    self = group
  }

  /// The names for people: `[CONFIG]/[SOLVIMUS]`.
  public var title: String {
    let names = Dialect.allCases.map { "[\(name(in: $0))]" }
    return names[0] == names[1] ? names[0] : names.joined(separator: "/")
  }
}

/// How names of keys and groups are compared.
public enum SettingName {
  /// Upper case, without spaces and underscores: both manuals' spellings, and those that their tables
  /// broke in two, become one.
  public static func normalized(_ name: some StringProtocol) -> String {
    String(name.uppercased().filter { $0 != "_" && $0 != " " && $0 != "\t" })
  }
}
