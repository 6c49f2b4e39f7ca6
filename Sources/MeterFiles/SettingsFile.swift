import Glibc
import Settings

/// chip.ini as it was read: it can be changed and saved.
public struct SettingsFile: Sendable {
  /// The largest chip.ini that is read; one with every key of the manuals has some 10 kB.
  public static let sizeLimit = 1024 * 1024

  /// Its text, line by line; nil when there is none, or it could not be read.
  public let document: INIDocument?
  /// What became of reading it.
  public let state: AppFolder.FileState
  private let snapshot: FileSnapshot
  private var files = FileView.disk

  /// Encrypts and decrypts its secrets, with the keys of its folder.
  public var secrets: SecretCoder {
    SecretKeys(folder: FilePlace.split(path).folder, files: files).coder
  }

  /// Where it is.
  public var path: String { snapshot.path }
  /// What it held when it was read; nil: it could not be read.
  public var version: FileVersion? { snapshot.version }
  /// Its name, for messages.
  public var name: String { snapshot.name }
  /// What people should know about the save that made it so, which did not fail for that: that the folder
  /// could not be brought to the disk. Nil: nothing.
  public var warning: String? { snapshot.warning }

  /// Reads the file; whatever is wrong with it, the diagnostics tell.
  /// - Parameters:
  ///   - otherwise: what holds when it cannot be read, for these.
  ///   - wasThere: whether there was one that is missed.
  ///   - files: where it is read from.
  static func load(
    _ path: String, otherwise: String, wasThere: Bool = false, files: FileView = .disk
  ) -> (file: SettingsFile, diagnostics: [Diagnostic]) {
    let (folder, name) = FilePlace.split(path)
    switch files.read(path, limit: sizeLimit) {
    case .read(let bytes):
      let snapshot = FileSnapshot(path: path, version: .of(bytes), why: "")
      let file = SettingsFile(
        document: INIDocument(bytes), state: .read, snapshot: snapshot, files: files)
      return (file, [])
    case .missing:
      let snapshot = FileSnapshot(path: path, version: .missing, why: "")
      let isFolder = FileBytes.isFolder(folder)
      let what = isFolder ? "there is no such file in \(folder)" : "there is no folder \(folder)"
      let diagnostic = Diagnostic(
        isFolder && !wasThere ? .note : .error, file: name,
        "\(what); \(otherwise)\(wasThere ? Self.remedy : "")")
      return (SettingsFile(document: nil, state: .missing, snapshot: snapshot), [diagnostic])
    case .unreadable(let why):
      let snapshot = FileSnapshot(path: path, version: nil, why: why)
      let diagnostic = Diagnostic(
        .error, file: name,
        "the file in \(folder) cannot be read: \(why); \(otherwise)")
      return (SettingsFile(document: nil, state: .unreadable, snapshot: snapshot), [diagnostic])
    }
  }

  /// Whether users of the machine can read it that are neither its owner nor of its group.
  public var isReadableForOthers: Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
  }

  /// How a file comes back that somebody has taken away.
  static let remedy =
    "; \"metergate config restore N\" brings it back (\"metergate config log\" has the numbers)"

  /// A file that is not read from the disk, but held this when it was in force; nil: there was none.
  static func remembered(_ bytes: [UInt8]?, path: String) -> SettingsFile {
    let version = bytes.map(FileVersion.of) ?? .missing
    return SettingsFile(
      document: bytes.map { INIDocument($0) }, state: bytes == nil ? .missing : .read,
      snapshot: FileSnapshot(path: path, version: version, why: ""))
  }

  /// The file with changed settings, on the disk when this returns. Without a change nothing is
  /// written; a file that is not there is made. Blocks.
  /// - Returns: the file as it is then.
  /// - Throws: `SaveFailure`; the file is as it was.
  public func saving(_ changes: [SettingChange]) throws(SaveFailure) -> SettingsFile {
    let edited = try edited(changes)
    // A file that is not there is not made for nothing.
    guard state == .unreadable || edited.bytes != document?.bytes ?? [] else { return self }
    return SettingsFile(
      document: edited, state: .read, snapshot: try snapshot.saving(edited.bytes))
  }

  /// The bytes that the file would have with changed settings. Nothing is written.
  /// - Throws: `SaveFailure`: they cannot be written so.
  public func planning(_ changes: [SettingChange]) throws(SaveFailure) -> [UInt8] {
    try edited(changes).bytes
  }

  private func edited(_ changes: [SettingChange]) throws(SaveFailure) -> INIDocument {
    if let why = document?.whyUneditable { throw .unreadable(file: name, why: why) }
    do throws(SettingsEditFailure) {
      return try (document ?? INIDocument([])).applying(changes, secrets: secrets)
    } catch {
      throw .settings(file: name, error)
    }
  }
}
