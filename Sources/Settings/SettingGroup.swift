/// A group of chip.ini.
public enum SettingGroup: Hashable, CaseIterable, Sendable {
  /// `[IP]`
  case ip
  /// `[DEVICE]`
  case device
  /// `[DNS]`
  case dns
  /// `[VPN]`
  case vpn
  /// `[WEB]`
  case web
  /// `[FTP]`
  case ftp
  /// `[SSH]`
  case ssh
  /// `[UDPCFG]`
  case udpConfiguration
  /// `[CONFIG]` or `[SOLVIMUS]`, which decides the dialect.
  case main
  /// `[REPORT_1]` to `[REPORT_10]`: the ten reports have the same keys.
  case report(Int)

  /// The numbers of reports (MUC500 manual 1.1, ch. 9.2).
  public static let reports = 1...10

  /// Every group, in the order of the manuals.
  public static let allCases = ungrouped + reports.map(SettingGroup.report)

  /// Every group once: the first report stands for all ten.
  public static let definitions = ungrouped + [.report(reports.lowerBound)]

  private static let ungrouped: [SettingGroup] = [
    .ip, .device, .dns, .vpn, .web, .ftp, .ssh, .udpConfiguration, .main,
  ]

  /// The group in whose rows the settings table describes this one.
  var definition: SettingGroup {
    if case .report = self { .report(Self.reports.lowerBound) } else { self }
  }

  /// The group's name in a file of this dialect, without brackets.
  public func name(in dialect: Dialect) -> String {
    switch self {
    case .ip: "IP"
    case .device: "DEVICE"
    case .dns: "DNS"
    case .vpn: "VPN"
    case .web: "WEB"
    case .ftp: "FTP"
    case .ssh: "SSH"
    case .udpConfiguration: "UDPCFG"
    case .main:
      switch dialect {
      case .anybus: "CONFIG"
      case .solvimus: "SOLVIMUS"
      }
    case .report(let number): "REPORT_\(number)"
    }
  }

  /// The group with this name in either dialect; case, spaces and underscores do not matter.
  public init?(name: some StringProtocol) {
    guard let group = Self.byName[SettingName.normalized(name)] else { return nil }
    self = group
  }

  private static let byName: [String: SettingGroup] = {
    var groups: [String: SettingGroup] = [:]
    for group in allCases {
      for dialect in Dialect.allCases {
        groups[SettingName.normalized(group.name(in: dialect))] = group
      }
    }
    return groups
  }()

  /// The names for people: `[CONFIG]/[SOLVIMUS]`.
  public var title: String {
    let names = Dialect.allCases.map { "[\(name(in: $0))]" }
    return names[0] == names[1] ? names[0] : names.joined(separator: "/")
  }

  /// The names of all groups with the same rows, for people: `[REPORT_1] … [REPORT_10]`.
  public var definitionTitle: String {
    guard case .report = self else { return title }
    let ends = [Self.reports.lowerBound, Self.reports.upperBound]
    return ends.map { SettingGroup.report($0).title }.joined(separator: " … ")
  }
}

/// How names of keys and groups are compared.
public enum SettingName {
  /// Upper case, without spaces and underscores: both manuals' spellings, and those that their tables
  /// broke in two, become one.
  public static func normalized(_ name: some StringProtocol) -> String {
    // Nearly all names are ASCII, where a byte is a character.
    var bytes: [UInt8] = []
    bytes.reserveCapacity(name.utf8.count)
    for byte in name.utf8 {
      guard byte < 0x80 else {
        return String(name.uppercased().filter { !isLeftOut($0) })
      }
      guard byte != 0x5F, byte != 0x20, byte != 0x09 else { continue }
      bytes.append((0x61...0x7A).contains(byte) ? byte - 0x20 : byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isLeftOut(_ character: Character) -> Bool {
    character == "_" || character == " " || character == "\t"
  }
}
