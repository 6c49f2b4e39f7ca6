import MeterFiles
import Settings

/// A setting as it is in force, for people and programs. Values of secrets are never in it.
public struct SettingInForce: Codable, Hashable, Sendable {
  /// Its group, as a file of this dialect names it.
  public var group: String
  /// Its key, as a file of this dialect spells it.
  public var key: String
  /// Its value as chip.ini spells it; empty: not set. Left out: it is a secret.
  public var value: String?
  /// True for a secret that is set; left out: it is no secret, or none is set.
  public var isSecretSet: Bool?
  /// Where it comes from: `default`, `chip.ini`, `--set`, or `before` for a chip.ini that is not there any more.
  public var source: String
  /// The line of chip.ini; left out: it does not come from there.
  public var line: Int?
  /// False when this version does nothing with it; left out: it does.
  public var hasEffect: Bool?

  /// All settings that are in force with a folder.
  public static func all(of app: AppFolder) -> [SettingInForce] {
    let origins = app.settings.origins(
      in: app.isSettingsFileTaken ? app.settingsFile.document : nil, overrides: app.overrides)
    return SettingsTable.rows.map { row in
      SettingInForce(row, app.settings, origins[row.id] ?? .defaultValue, app.settingsFile.name)
    }
  }

  private init(_ row: Setting, _ settings: Settings, _ origin: SettingOrigin, _ file: String) {
    group = row.group.name(in: settings.dialect)
    key = row.key(in: settings.dialect)
    let text = settings[row].description
    value = row.isSecret ? nil : text
    isSecretSet = row.isSecret && !text.isEmpty ? true : nil
    hasEffect = row.status == .effective ? nil : false
    switch origin {
    case .defaultValue: source = "default"
    case .commandLine: source = Settings.overrideOption
    case .earlierFile: source = "before"
    case .line(let number): (source, line) = (file, number)
    }
  }
}
