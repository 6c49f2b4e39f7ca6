import CAllocator
import Metering
import RegisterMap
import Settings
import Time

/// The configuration of a gateway as its folder has it (`/app` on the device): settings and meters,
/// and everything there is to say about them.
public struct AppFolder: Sendable {
  /// The name of the settings file.
  public static let settingsName = "chip.ini"

  /// The folder that was read.
  public let folder: String
  /// The folder for data, `/ext` on the device.
  public let ext: String
  /// What was given with `--set`.
  public let overrides: [String]
  /// The settings in force: those of the file, and of `overrides`.
  public let settings: Settings
  /// chip.ini, to be changed and saved.
  public let settingsFile: SettingsFile
  /// The meter list, to be changed and saved.
  public private(set) var meterListFile: MeterListFile
  /// The meters that the files give, in the order of the list; where its file is not taken over, those that
  /// have been in force.
  public let meters: [MeterConfiguration]
  /// The clocks of these meters.
  public private(set) var zones = TimeZoneTable()
  /// What chip.ini held when `settings` were read from it; nil: it could not be read.
  public let settingsInForce: FileVersion?
  /// What there is to say about the files, the worst first.
  public private(set) var findings: [Diagnostic]
  /// Which files are not taken over for that.
  public let refusals: [Diagnostic]
  /// Where its files were read from.
  public private(set) var files = FileView.disk

  /// The files that the settings in force name.
  public private(set) var namedFiles: [NamedFile] = []

  /// Everything there is to say, the worst first.
  public var diagnostics: [Diagnostic] { findings + refusals }
  /// What became of chip.ini.
  public var settingsState: FileState { settingsFile.state }
  /// Whether chip.ini as it is on the disk is in force.
  public var isSettingsFileTaken: Bool {
    settingsFile.version != nil && settingsFile.version == settingsInForce
  }
  /// What became of the meter list.
  public var metersState: FileState { meterListFile.state }
  /// The path of the meter list, as METER_STAT_CONFIG means it.
  public var metersPath: String { meterListFile.path }

  /// Whether there is such a folder at all.
  public var isThere: Bool { FileBytes.isFolder(folder) }

  /// The same folder with more to say about it.
  public func adding(_ more: [Diagnostic]) -> AppFolder {
    var folder = self
    folder.findings = (findings + more).worstFirst
    return folder
  }

  /// The errors in what is in force: those of files that are not taken over are none.
  public var errorsInForce: [Diagnostic] {
    findings.filter { found in
      found.severity == .error
        && (found.file != settingsFile.name || isSettingsFileTaken)
        && (found.file != meterListFile.name || metersState == .read)
    }
  }

  /// Where the value of a setting comes from, for messages: `--set`, or chip.ini with the line that counts.
  public func place(of key: some RawRepresentable<String>) -> (file: String, place: TextPlace?) {
    Settings.place(
      of: key, in: settingsFile.document, file: settingsFile.name, overrides: overrides)
  }

  /// The folder as it is now, with the same overrides. A chip.ini that cannot be read, or is no longer
  /// there, leaves the settings so far in force; for the meter list `metersState` tells. Blocks.
  /// - Parameters:
  ///   - list: the meter list as it was saved since; nil: as it was read.
  ///   - errors: what speaks against chip.ini, beyond what it says itself: it does not count then.
  public func reloaded(
    saved list: MeterListFile? = nil, refusing errors: [Diagnostic] = []
  ) -> AppFolder {
    var before = self
    before.meterListFile = list ?? meterListFile
    return Self.load(folder, ext: ext, overrides: overrides, before: before, refusing: errors)
  }

  /// The folder as somebody who edits chip.ini has to see it: what the file says counts, taken over or not, and
  /// where it is mistaken what is in force. Blocks.
  public var edited: AppFolder {
    Self.load(folder, ext: ext, overrides: overrides, before: self, isEdited: true)
  }

  /// chip.ini of a folder alone, to be changed and saved. Blocks.
  public static func settingsFile(in folder: String) -> SettingsFile {
    SettingsFile.load(join(folder, existing(settingsName, in: folder)), otherwise: "").file
  }

  /// Reads a folder at the start. A file that is broken or gone does not count; what was in force last does,
  /// and the diagnostics tell.
  /// - Parameter good: what was in force last; nil: nothing is known of it, and the defaults count.
  public static func load(
    _ folder: String, ext: String = extFolder, overrides: [String] = [], lastGood good: LastGood?
  ) -> AppFolder {
    load(
      folder, ext: ext, overrides: overrides,
      before: good.map { remembered($0, folder, ext, overrides) })
  }

  /// A folder as it was in force.
  private static func remembered(
    _ good: LastGood, _ folder: String, _ ext: String, _ overrides: [String]
  ) -> AppFolder {
    let path = join(folder, existing(settingsName, in: folder))
    let file = SettingsFile.remembered(good.settings, path: path)
    let settings = Settings.read(
      file.document, overrides: overrides, secrets: file.secrets
    ).settings
    let list = MeterListFile.remembered(
      good.meterList, path: meterFilePath(settings.text(.meterStatConfig), in: folder, ext: ext),
      layout: settings.registerLayout)
    return AppFolder(
      folder: folder, ext: ext, overrides: overrides, settings: settings, settingsFile: file,
      meterListFile: list, meters: list.meters, settingsInForce: file.version, findings: [],
      refusals: [])
  }

  /// Reads a folder. Whatever is wrong with it, there are settings and meters, and the diagnostics
  /// tell.
  /// - Parameters:
  ///   - folder: the folder with chip.ini, `/app` on the device.
  ///   - ext: the folder for data.
  ///   - overrides: `GROUP.KEY=VALUE`, as given with `--set`; they win over the file.
  ///   - before: what has been in force so far, and stays so where a file cannot be read; nil: nothing.
  ///   - errors: what speaks against chip.ini, beyond what it says itself.
  ///   - files: where its files are read from.
  ///   - isEdited: a chip.ini with mistakes counts as far as it has none.
  public static func load(
    _ folder: String, ext: String = extFolder, overrides: [String] = [],
    before: AppFolder? = nil, refusing errors: [Diagnostic] = [], files: FileView = .disk,
    isEdited: Bool = false
  ) -> AppFolder {
    let (file, fileDiagnostics) = SettingsFile.load(
      join(folder, existing(settingsName, in: folder)),
      otherwise: before == nil
        ? "the defaults are in force" : "the settings that were read before stay in force",
      wasThere: before?.hadSettings ?? false, files: files)
    var diagnostics = fileDiagnostics + errors
    let inForce = settings(
      of: file, overrides, before, isRefused: !errors.isEmpty, isEdited: isEdited)
    let settings = inForce.settings
    for (key, message) in missingDevices(settings) {
      let source = Settings.place(of: key, in: file.document, file: file.name, overrides: overrides)
      diagnostics.append(
        Diagnostic(
          .warning, file: source.file, at: source.place, key: key.rawValue,
          value: settings.text(key), message))
    }
    diagnostics += unwritable(folder)
    let path = meterFilePath(settings.text(.meterStatConfig), in: folder, ext: ext)
    // The trees of a large list are gone by then; the system would get their memory back never otherwise.
    defer { memory_trim() }
    let list = MeterListFile.load(
      path, layout: settings.registerLayout,
      otherwise: before?.hadList ?? false
        ? "the meter list that was read before stays in force" : "the meter list is empty",
      wasThere: before?.hadList(at: path) ?? false, files: files)
    // What is in force already is no mistake that could be refused.
    let isNews = list.file.version != before?.meterListFile.version
    let (taken, listRefusal) =
      before == nil || !isNews ? (list.file, nil) : withoutMistakes(list.file, list.diagnostics)
    // If entries are refused for it, the list has said so.
    if !list.diagnostics.contains(where: { $0.isOfRegisterMap && $0.line == nil }) {
      diagnostics += otherLayout(list.file, settings.registerLayout)
    }
    var app = AppFolder(
      folder: folder, ext: ext, overrides: overrides, settings: settings, settingsFile: file,
      meterListFile: taken,
      meters: taken.state == .read ? taken.meters : before?.meters ?? [],
      settingsInForce: inForce.isTaken ? file.version : before?.settingsInForce,
      findings: (diagnostics + inForce.said + list.diagnostics).worstFirst,
      refusals: [inForce.refusal, listRefusal].compactMap { $0 }, files: files)
    app.zones = ZoneFile.table(app.settings, app.meters)
    // What is refused for them is not in force.
    app.namedFiles =
      errors.isEmpty ? namedFiles(settings, in: folder, ext: ext) : before?.namedFiles ?? []
    return app
  }

  /// Whether there was a chip.ini that has been in force.
  private var hadSettings: Bool { ![nil, .missing].contains(settingsInForce) }
  /// Whether there were meters, or a list of them.
  private var hadList: Bool { !meters.isEmpty || meterListFile.version != .missing }
  /// The same for a list in a certain place: one that has moved may be made there.
  private func hadList(at path: String) -> Bool {
    path == metersPath && meterListFile.version != .missing
  }

  /// What became of the settings of a chip.ini.
  private struct SettingsInForce {
    let settings: Settings
    let said: [Diagnostic]
    var isTaken = true
    var refusal: Diagnostic?
  }

  /// The settings that are in force with a chip.ini: those of the file, or, when it has mistakes and there
  /// are some that have been in force, these: half of what somebody wanted may be worse than nothing of it.
  private static func settings(
    of file: SettingsFile, _ overrides: [String], _ before: AppFolder?, isRefused: Bool,
    isEdited: Bool
  ) -> SettingsInForce {
    let result = Settings.read(
      file.document, file: file.name, overrides: overrides, before: before?.settings,
      secrets: file.secrets)
    let said =
      result.diagnostics
      + ZoneFile.diagnostics(
        result.settings,
        source: Settings.place(
          of: TextKey.deviceTimeZone, in: file.document, file: file.name, overrides: overrides))
    let taken = SettingsInForce(settings: result.settings, said: said)
    guard let before else { return taken }
    guard file.state == .read else {
      return SettingsInForce(settings: before.settings, said: [], isTaken: false)
    }
    let isNews = file.version != before.settingsInForce
    let hasMistakes =
      isRefused
      || said.contains {
        $0.severity == .error && $0.file == file.name
      }
    guard isNews, hasMistakes, !isEdited else { return taken }
    let refusal = Diagnostic(
      .error, file: file.name,
      "the settings that were in force before stay in force, all of them, until the errors in this file are "
        + "mended")
    return SettingsInForce(
      settings: before.settings, said: said, isTaken: false, refusal: refusal)
  }

  /// A list with mistakes does not replace one that runs: a mistyped register or serial would give what
  /// belongs to one meter to another.
  private static func withoutMistakes(
    _ file: MeterListFile, _ diagnostics: [Diagnostic]
  ) -> (MeterListFile, Diagnostic?) {
    guard file.state == .read, let mistake = diagnostics.first(where: { $0.severity == .error })
    else { return (file, nil) }
    let refusal = Diagnostic(
      .error, file: file.name,
      "the meter list that was read before stays in force until the errors in this one are mended")
    return (file.refused(for: mistake), refusal)
  }

  /// What there is to say of a list whose registers look like those of another layout.
  private static func otherLayout(_ file: MeterListFile, _ layout: RegisterLayout) -> [Diagnostic] {
    guard let misfit = layout.misfit(of: file.meters.map(GivenRegisters.init)) else { return [] }
    return [
      Diagnostic(
        .warning, file: file.name,
        "its registers are probably those of another layout than \(layout.name) "
          + "(MODBUSMETER_PROTOCOLVERSION), since \(misfit); \"metergate allocate --all --anew\" gives new "
          + "ones")
    ]
  }

  /// What there is to say of a folder into which nothing can be written.
  private static func unwritable(_ folder: String) -> [Diagnostic] {
    guard FileBytes.isFolder(folder), !FileBytes.isWritable(folder) else { return [] }
    return [
      Diagnostic(
        .warning, file: settingsName,
        "the folder \(folder) cannot be written; what is found and learned is lost with a restart")
    ]
  }

  /// What there is to say when settings name a file or device that is not there; their paths are
  /// relative to the working directory, not to the folder.
  private static func missingDevices(_ settings: Settings) -> [(TextKey, String)] {
    var missing: [(TextKey, String)] = []
    func look(_ key: TextKey, _ path: String, _ what: String, _ outcome: String) {
      guard !FileBytes.exists(path) else { return }
      let place = path.hasPrefix("/") ? "" : " in the working directory"
      missing.append(
        (
          key,
          "\(key.rawValue) = \"\(settings.text(key))\": there is no \(what) \(path)\(place); \(outcome)"
        ))
    }
    if settings.flag(.mbusEnable) {
      switch settings.mbusPath {
      case .telegrams(let file)?: look(.mbusDevicePath, file, "file", "no meter can be read")
      case .serial(let device)?:
        look(.mbusDevicePath, device, "device", "it is opened when it appears")
      default: break
      }
    }
    if settings.flag(.modbusEnable), settings.modbusModes.contains(.serial),
      let device = settings.modbusPath
    {
      look(.modbusDevicePath, device, "device", "it is opened when it appears")
    }
    return missing
  }

  /// The path that METER_STAT_CONFIG means: `/app/…` and `app/…` stand for the configuration folder,
  /// wherever it is; other relative paths begin there, too. The file's name is matched ignoring case,
  /// since the manuals write it in two ways.
  package static func meterFilePath(
    _ setting: String, in folder: String, ext: String = extFolder
  ) -> String {
    let path = path(setting, in: folder, ext: ext)
    let (parent, name) = FilePlace.split(path)
    if FileBytes.name(name, in: parent) == nil, name.lowercased() == defaultMetersName.lowercased()
    {
      return join(parent, defaultMetersName)
    }
    return join(parent, existing(name, in: parent))
  }

  /// The path that a setting means: `/app/…` and `app/…` stand for the configuration folder, wherever it
  /// is, and likewise `/ext/…` and `ext/…` for the folder for data; other relative paths begin in the
  /// configuration folder, too.
  /// - Parameters:
  ///   - folder: the configuration folder.
  ///   - ext: the folder for data.
  public static func path(_ setting: String, in folder: String, ext: String = extFolder) -> String {
    for (name, place) in [("app", folder), ("ext", ext)] {
      for prefix in ["/\(name)/", "\(name)/"] where setting.hasPrefix(prefix) {
        return join(place, String(setting.dropFirst(prefix.count)))
      }
    }
    if setting.hasPrefix("/") { return setting }
    return join(folder, String(setting.hasPrefix("./") ? setting.dropFirst(2) : setting[...]))
  }

  /// The folder for data of the device.
  public static let extFolder = "/ext"

  /// The usual name of the meter list, which a new one gets.
  package static let defaultMetersName = "Device_Handle.cfg"

  private static func existing(_ name: String, in folder: String) -> String {
    FileBytes.name(name, in: folder) ?? name
  }

  private static func join(_ folder: String, _ name: String) -> String {
    FilePlace.join(folder, name)
  }
}
