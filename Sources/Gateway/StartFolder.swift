import ConfigurationArchive
import MeterFiles
import Settings

extension Gateway {
  /// The configuration with which a gateway starts: what the files say, or, for a file that is broken, what was
  /// in force last, by the history. Blocks.
  /// - Parameters:
  ///   - folder: the configuration folder.
  ///   - ext: the folder for data.
  ///   - overrides: `GROUP.KEY=VALUE`, as given with `--set`.
  public static func startFolder(
    _ folder: String, ext: String = AppFolder.extFolder, overrides: [String] = []
  ) -> AppFolder {
    let app = AppFolder.load(folder, ext: ext, overrides: overrides)
    let isComplete = app.settingsState != .missing && app.metersState != .missing
    guard app.isThere, !app.isWithoutErrors || !isComplete else { return app }
    let reader = DeviceIdentity(serial: 0, version: 0)
    guard let entry = history(folder, reader).lastGoodEntry() else { return app }
    let number = entry.number
    var good = entry.files
    // A file that is gone was taken away by somebody; no power failure does that.
    var said: [Diagnostic] = []
    func tell(_ file: String, _ instead: String) {
      said.append(
        Diagnostic(
          .warning, file: file,
          "the file is gone, and \(instead); \"metergate config restore \(number)\" brings it back")
      )
    }
    if app.settingsState == .missing, good.settings != nil {
      tell(app.settingsFile.name, "the defaults are in force")
      good.settings = nil
    }
    if app.metersState == .missing {
      if good.meterList != nil { tell(app.meterListFile.name, "no meter is known") }
      good.meterList = nil
    }
    guard !app.isWithoutErrors else { return app.adding(said) }
    let start = AppFolder.load(folder, ext: ext, overrides: overrides, lastGood: good)
    let broken = [
      (start.settingsFile.name, start.settingsState != .missing && !start.isSettingsFileTaken),
      (start.meterListFile.name, start.metersState == .unreadable),
    ].filter(\.1)
    return start.adding(
      said
        + broken.map { name, _ in
          Diagnostic(
            .warning, file: name,
            "in its place stands what was in force last: entry \(number) of the history (\"metergate config diff "
              + "\(number)\" shows what differs)")
        })
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
