import MeterFiles
import Settings

extension FolderCheck {
  /// Whether the folder for data is wanted: somebody has named it, or something belongs there.
  public static func needsDataFolder(_ app: AppFolder) -> Bool {
    app.ext != AppFolder.extFolder || app.settings.flag(.mbusRawLogEnable)
      || !filesOfData(app).isEmpty
  }

  /// The files that settings in force name in it.
  private static func filesOfData(_ app: AppFolder) -> [String] {
    let place = app.ext.hasSuffix("/") ? app.ext : app.ext + "/"
    return app.watchedPaths.filter { $0.hasPrefix(place) }.sorted()
  }

  /// What does not work without the folder for data, where it is not there and cannot be made. Blocks.
  public static func dataFolderDiagnostics(of app: AppFolder) -> [Diagnostic] {
    // Nothing is missed where nobody has asked for it.
    guard needsDataFolder(app), let problem = DataFolder.problem(app.ext) else { return [] }
    let (keepsLog, named) = (app.settings.flag(.mbusRawLogEnable), filesOfData(app))
    let lost =
      (keepsLog ? ["the raw log of the M-Bus (MBUS_RAWLOGENABLE) is not kept"] : [])
      + (named.isEmpty
        ? [] : ["settings name files in it (\(named.joined(separator: ", ")))"])
    let outcome =
      lost.isEmpty
      ? "neither a raw log of the M-Bus (MBUS_RAWLOGENABLE) nor files of settings can be kept there"
      : lost.joined(separator: ", and ")
    return [
      Diagnostic(
        .warning, file: "--ext", "the folder for data: \(problem); \(outcome)")
    ]
  }
}
