import Settings

/// What of a configuration can be exported and imported for itself (MUC500 manual 1.1, ch. 4.12; the users are
/// ours). The raw value is its name on the command line and in archives.
public enum ConfigurationPart: String, CaseIterable, Codable, Comparable, Sendable {
  /// Certificates, keys, and the hosts that are trusted.
  case certificates
  /// chip.ini without the next three parts, and the files of reports and of the system meter.
  case device
  /// Addresses, name servers, VPN.
  case network
  /// The name under which the device shows itself.
  case name
  /// The meter list, what a scan adds to it, and where it lies.
  case meters
  /// Who may log in, and the tokens of programs.
  case users

  /// The parts that have settings in chip.ini.
  static let ofSettings: Set<ConfigurationPart> = [.device, .network, .name, .meters]

  /// All of them.
  public static let all = Set(allCases)

  /// In the order of the cases.
  public static func < (a: Self, b: Self) -> Bool {
    (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
  }

  /// What it is, for people.
  public var title: String {
    switch self {
    case .certificates: "certificates"
    case .device: "device configuration"
    case .network: "network configuration"
    case .name: "device name"
    case .meters: "meter configuration"
    case .users: "users"
    }
  }

  /// The part of a setting, also of one that the table does not know.
  static func of(group: String, key: String) -> ConfigurationPart {
    switch (SettingName.normalized(group), SettingName.normalized(key)) {
    case ("IP", _), ("DNS", _), ("VPN", _): .network
    case ("DEVICE", "NAME"): .name
    // Without its list it would lead nowhere.
    case (_, "METERSTATCONFIG"): .meters
    default: .device
    }
  }
}

extension Setting {
  /// The part of a configuration that it belongs to.
  public var part: ConfigurationPart { .of(group: group.name(in: .solvimus), key: key) }
}

extension Set<ConfigurationPart> {
  /// `device configuration, device name`
  public var titles: String { sorted().map(\.title).joined(separator: ", ") }
}
