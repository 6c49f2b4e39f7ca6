import Metering
import Settings
import Time

/// Files of the time zone database of this machine.
public enum ZoneFile {
  /// Where they are.
  static let folder = "/usr/share/zoneinfo"
  /// What is allowed as a name, to follow "allowed: ".
  static let allowed = "a name of the zone database (\(folder)), such as Europe/Berlin or UTC"
  /// The most bytes of one; those of 2026 have less than 4000.
  private static let limit = 100_000
  /// Names of UTC, which need no file. The first is the default of TIMEZONE.
  private static let universal: Set<String> = [
    "Universal", "UTC", "UCT", "GMT", "Zulu", "Greenwich", "Etc/UTC", "Etc/UCT", "Etc/GMT",
    "Etc/Universal", "Etc/Zulu", "Etc/Greenwich",
  ]

  /// The rules of a zone; nil: there is none of this name. Blocks.
  public static func rules(_ name: String) -> TimeZoneRules? {
    guard !universal.contains(name) else { return .utc }
    guard isName(name), case .read(let bytes) = FileBytes.read("\(folder)/\(name)", limit: limit)
    else { return nil }
    return TimeZoneRules(tzif: bytes)
  }

  /// The clocks of the meters of a configuration; a zone that is not known counts as that of the device,
  /// and that of the device as UTC. Blocks.
  public static func table(_ settings: Settings, _ meters: [MeterConfiguration]) -> TimeZoneTable {
    var table = TimeZoneTable(device: rules(settings.text(.deviceTimeZone)) ?? .utc)
    for name in Set(meters.compactMap(\.timeZone)) { table.named[name] = rules(name) }
    return table
  }

  /// Whether it can be the name of a zone, and leads nowhere else.
  private static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return name.utf8.count <= 255
      && parts.allSatisfy { part in
        part.utf8.first.map(isLetterOrDigit) ?? false
          && part.utf8.allSatisfy { isLetterOrDigit($0) || "_+-".utf8.contains($0) }
      }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
  }

  /// What is wrong with a setting that is to be written, where it names a zone; nil: nothing, or it does not. Blocks.
  public static func mistake(in change: SettingChange) -> String? {
    guard change.setting.id == TextKey.deviceTimeZone.rawValue,
      case .text(let name)? = change.value,
      !name.isEmpty, rules(name) == nil
    else { return nil }
    return
      "\(TextKey.deviceTimeZone.rawValue) = '\(name.excerpt)': not allowed; allowed: \(allowed); nothing is changed"
  }

  /// What there is to say of the zone of the device.
  static func diagnostics(
    _ settings: Settings, source: (file: String, place: TextPlace?)
  ) -> [Diagnostic] {
    let name = settings.text(.deviceTimeZone)
    guard rules(name) == nil else { return [] }
    return [
      Diagnostic(
        .error, file: source.file, at: source.place, key: TextKey.deviceTimeZone.rawValue,
        value: name,
        "[DEVICE] TIMEZONE = \"\(name.excerpt)\" is not known; allowed: \(allowed); the times of meters count as UTC"
      )
    ]
  }
}
