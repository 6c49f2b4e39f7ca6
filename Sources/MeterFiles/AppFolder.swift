import Metering
import Settings

/// The configuration of a gateway as its folder has it (`/app` on the device): settings and meters,
/// and everything there is to say about them.
public struct AppFolder: Sendable {
  /// Whether a file was there.
  public enum FileState: Equatable, Sendable {
    /// It has been read.
    case read
    /// There is none; its defaults are in force.
    case missing
    /// It is there, but as a whole not readable; its defaults are in force.
    case unreadable
  }

  /// The largest chip.ini that is read; one with every key of the manuals has some 10 kB.
  public static let settingsSizeLimit = 1024 * 1024
  /// The name of the settings file.
  public static let settingsName = "chip.ini"

  /// The settings in force.
  public let settings: Settings
  /// What became of chip.ini.
  public let settingsState: FileState
  /// The meters, in the order of the file.
  public let meters: [MeterConfiguration]
  /// What became of the meter list.
  public let metersState: FileState
  /// The path of the meter list, as METER_STAT_CONFIG means it.
  public let metersPath: String
  /// What there is to say, the worst first.
  public let diagnostics: [Diagnostic]

  /// Reads a folder. Whatever is wrong with it, there are settings and meters, and the diagnostics
  /// tell.
  /// - Parameters:
  ///   - folder: the folder with chip.ini, `/app` on the device.
  ///   - overrides: `GROUP.KEY=VALUE`, as given with `--set`; they win over the file.
  public static func load(_ folder: String, overrides: [String] = []) -> AppFolder {
    var diagnostics: [Diagnostic] = []
    let file = existing(settingsName, in: folder)
    let document: INIDocument?
    let settingsState: FileState
    switch FileBytes.read(join(folder, file), limit: settingsSizeLimit) {
    case .read(let bytes): (document, settingsState) = (INIDocument(bytes), .read)
    case .missing:
      (document, settingsState) = (nil, .missing)
      let isFolder = FileBytes.isFolder(folder)
      let what = isFolder ? "there is no such file in \(folder)" : "there is no folder \(folder)"
      diagnostics.append(
        Diagnostic(isFolder ? .note : .error, file: file, "\(what); the defaults are in force"))
    case .unreadable(let why):
      (document, settingsState) = (nil, .unreadable)
      diagnostics.append(
        Diagnostic(
          .error, file: file,
          "the file in \(folder) cannot be read: \(why); the defaults are in force"))
    }
    let result = Settings.read(document, file: file, overrides: overrides)
    if let message = missingBus(result.settings) {
      let key = TextKey.mbusDevicePath
      let place = Settings.place(of: key, in: document, file: file, overrides: overrides)
      diagnostics.append(
        Diagnostic(
          .warning, file: place.file, line: place.line, key: key.rawValue,
          value: result.settings.text(key), message))
    }
    let path = meterFilePath(result.settings.text(.meterStatConfig), in: folder)
    let list = loadMeters(path)
    return AppFolder(
      settings: result.settings, settingsState: settingsState, meters: list.meters,
      metersState: list.state, metersPath: path,
      diagnostics: (diagnostics + result.diagnostics + list.diagnostics).worstFirst)
  }

  /// What there is to say when the setting names a file or device that is not there; its path is
  /// relative to the working directory, not to the folder.
  private static func missingBus(_ settings: Settings) -> String? {
    guard settings.flag(.mbusEnable) else { return nil }
    let (path, what, outcome): (String, String, String)
    switch settings.mbusPath {
    case .telegrams(let file)? where !FileBytes.exists(file):
      (path, what, outcome) = (file, "file", "no meter can be read")
    case .serial(let device)? where !FileBytes.exists(device):
      (path, what, outcome) = (device, "device", "it is opened when it appears")
    default: return nil
    }
    let key = TextKey.mbusDevicePath
    let place = path.hasPrefix("/") ? "" : " in the working directory"
    return
      "\(key.rawValue) = \"\(settings.text(key))\": there is no \(what) \(path)\(place); \(outcome)"
  }

  private static func loadMeters(_ path: String)
    -> (meters: [MeterConfiguration], state: FileState, diagnostics: [Diagnostic])
  {
    let (folder, name) = split(path)
    switch FileBytes.read(path, limit: DeviceHandleLimit.fileSize) {
    case .read(let bytes):
      let result = DeviceHandleFile.parse(bytes, name: name)
      return (result.meters ?? [], result.meters == nil ? .unreadable : .read, result.diagnostics)
    case .missing:
      let note = Diagnostic(
        .note, file: name, "there is no such file in \(folder); the meter list is empty")
      return ([], .missing, [note])
    case .unreadable(let why):
      let error = Diagnostic(
        .error, file: name,
        "the file in \(folder) cannot be read: \(why); the meter list is empty")
      return ([], .unreadable, [error])
    }
  }

  /// The path that METER_STAT_CONFIG means: `/app/…` and `app/…` stand for the configuration folder,
  /// wherever it is; other relative paths begin there, too. The file's name is matched ignoring case,
  /// since the manuals write it in two ways.
  static func meterFilePath(_ setting: String, in folder: String) -> String {
    let path =
      if setting.hasPrefix("/app/") {
        join(folder, String(setting.dropFirst(5)))
      } else if setting.hasPrefix("app/") {
        join(folder, String(setting.dropFirst(4)))
      } else if setting.hasPrefix("/") {
        setting
      } else {
        join(folder, setting)
      }
    let (parent, name) = split(path)
    if FileBytes.name(name, in: parent) == nil, name.lowercased() == defaultMetersName.lowercased()
    {
      return join(parent, defaultMetersName)
    }
    return join(parent, existing(name, in: parent))
  }

  /// The usual name of the meter list, which a new one gets.
  static let defaultMetersName = "Device_Handle.cfg"

  private static func existing(_ name: String, in folder: String) -> String {
    FileBytes.name(name, in: folder) ?? name
  }

  private static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.index(after: slash)...]))
  }
}
