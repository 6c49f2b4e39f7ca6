import ConfigurationArchive
import MeterFiles

extension Gateway {
  /// The configuration with which a gateway starts: what the files say, or, for a file that is broken, what was
  /// in force last, by the history. Blocks.
  /// - Parameters:
  ///   - folder: the configuration folder.
  ///   - overrides: `GROUP.KEY=VALUE`, as given with `--set`.
  public static func startFolder(_ folder: String, overrides: [String] = []) -> AppFolder {
    let app = AppFolder.load(folder, overrides: overrides)
    guard app.isThere, !app.isWithoutErrors else { return app }
    let reader = DeviceIdentity(serial: 0, version: 0)
    guard var good = history(folder, reader).lastGood() else { return app }
    // A file that is gone was taken away by somebody; no power failure does that.
    if app.settingsState == .missing { good.settings = nil }
    if app.metersState == .missing { good.meterList = nil }
    return AppFolder.load(folder, overrides: overrides, lastGood: good)
  }

  /// The history of a folder.
  static func history(_ folder: String, _ device: DeviceIdentity) -> ConfigurationHistory {
    ConfigurationHistory(
      folder: folder,
      origin: ConfigurationOrigin(
        version: DeviceIdentity.softwareVersion, serial: device.serial))
  }
}

extension ConfigurationFolder {
  /// Finishes a change of a folder that was interrupted, before its files are read; what was done, or could not
  /// be, a line each. Blocks.
  public static func finished(_ folder: String) -> [String] {
    do throws(ConfigurationFailure) {
      return try ConfigurationFolder(folder).finishInterrupted()
    } catch {
      return ["an interrupted change of the configuration cannot be finished: \(error)"]
    }
  }
}

extension AppFolder {
  /// Whether nothing is wrong in both files, as far as they are there.
  var isWithoutErrors: Bool {
    !findings.contains { found in
      found.severity == .error
        && (found.file == settingsFile.name || found.file == meterListFile.name)
    }
  }
}
