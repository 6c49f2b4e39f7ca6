import ConfigurationArchive
import MeterFiles
import Settings
import Time

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
    guard let newest = history(folder, reader).newestGood() else { return app }
    var good = newest.files
    // A file that is gone was taken away by somebody; no power failure does that.
    var said: [Diagnostic] = []
    func tell(_ file: String, _ instead: String, _ source: ConfigurationHistory.Source?) {
      let remedy = source?.number.map {
        "; \"metergate config restore \($0)\" brings it back"
      }
      said.append(
        Diagnostic(.warning, file: file, "the file is gone, and \(instead)\(remedy ?? "")"))
    }
    if app.settingsState == .missing, good.settings != nil {
      tell(app.settingsFile.name, "the defaults are in force", newest.settingsSource)
      good.settings = nil
    }
    if app.metersState == .missing {
      if good.meterList != nil {
        tell(app.meterListFile.name, "no meter is known", newest.listSource)
      }
      good.meterList = nil
    }
    guard !app.isWithoutErrors else { return app.adding(said) }
    let start = AppFolder.load(folder, ext: ext, overrides: overrides, lastGood: good)
    let isSettingsBroken = start.settingsState != .missing && !start.isSettingsFileTaken
    let broken = [
      isSettingsBroken ? newest.settingsSource.map { (start.settingsFile.name, $0) } : nil,
      start.metersState == .unreadable
        ? newest.listSource.map { (start.meterListFile.name, $0) } : nil,
    ].compactMap(\.self)
    return start.adding(
      said
        + broken.map { name, source in
          Diagnostic(
            .warning, file: name, "in its place stands what was in force last: \(source.words)")
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

extension ConfigurationHistory.Source {
  /// The number of the entry; nil: it is none.
  fileprivate var number: Int? {
    guard case .entry(let number) = self else { return nil }
    return number
  }

  /// Where it comes from, for people.
  fileprivate var words: String {
    switch self {
    case .entry(let number):
      "entry \(number) of the history (\"metergate config diff \(number)\" shows what differs)"
    case .lastSave(let time?):
      "what the gateway had saved at \(time.iso8601.prefix(19)) UTC, shortly before it ended"
    case .lastSave(nil): "what the gateway had saved shortly before it ended"
    }
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
