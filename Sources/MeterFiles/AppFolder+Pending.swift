import RegisterMap
import Settings

extension AppFolder {
  /// What chip.ini says by now, with the same overrides, if that is not what it said when it was read; nil: the
  /// same, or it cannot be read. Blocks.
  public func pendingSettings() -> Settings? {
    let (now, _) = SettingsFile.load(settingsFile.path, otherwise: "")
    guard now.state == .read, now.version != settingsFile.version else { return nil }
    return Settings.read(
      now.document, file: now.name, overrides: overrides, before: settings, secrets: now.secrets
    ).settings
  }
}
