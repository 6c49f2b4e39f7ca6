import Settings

/// What people are told of settings that were saved, by whichever way they were changed.
public struct SettingsReport: Sendable {
  /// Whether the file says anything else than before.
  public let isChange: Bool
  /// What is otherwise, a line each.
  public let news: [String]
  /// Errors that the file has now.
  public let errors: [Diagnostic]
  /// What is good to know, a line each.
  public let notes: [String]

  /// - Parameters:
  ///   - changes: what was wanted.
  ///   - file: chip.ini as it was.
  ///   - saved: as it is now.
  public init(of changes: [SettingChange], from file: SettingsFile, to saved: SettingsFile) {
    isChange = saved.document?.bytes != file.document?.bytes
    let before = Settings.read(file.document, secrets: file.secrets).settings
    let (after, said) = Settings.read(saved.document, file: saved.name, secrets: saved.secrets)
    var lines = changes.compactMap { after.difference(of: $0.setting, from: before) }
    let (plain, still) = (file.document?.plainSecrets ?? 0, saved.document?.plainSecrets ?? 0)
    if still < plain {
      lines.append(
        "\(plain - still == 1 ? "1 password is" : "\(plain - still) passwords are") encrypted now")
    }
    news = lines
    errors = said.filter { $0.severity == .error }
    notes = Self.notes(changes, after, saved)
  }

  private static func notes(
    _ changes: [SettingChange], _ settings: Settings, _ saved: SettingsFile
  ) -> [String] {
    var notes: [String] = []
    for change in changes {
      let count = change.lines(in: saved.document)
      guard count > 1 else { continue }
      notes.append(
        "\(change.setting.key) stands in \(count) lines of \(saved.name); the last one counts, and only that one is "
          + "changed")
    }
    let isPlain = changes.contains { $0.setting.isSecret && $0.value != nil }
    if isPlain, settings.secretForm == .plain, saved.isReadableForOthers {
      notes.append(
        "the password stands in \(saved.path) as it is, and other users of this machine can read the file: "
          + "MUC_PASSMUC_ENCMODE=1 encrypts it, chmod 640 keeps others out")
    }
    return notes + [saved.warning].compactMap(\.self)
  }
}

extension FileVersion {
  /// A text by which somebody who was shown the file says which one that was. It is of use as long as this process
  /// runs.
  public var token: String {
    switch self {
    case .missing: "none"
    case .content(let count, let hash):
      "\(count)-" + String(UInt64(bitPattern: Int64(hash)), radix: 16)
    }
  }
}

extension AppFolder {
  /// The folder as it would be with a chip.ini of other bytes: nothing is written. Blocks.
  public func planned(settings bytes: [UInt8]) -> AppFolder {
    Self.load(
      folder, ext: ext, overrides: overrides,
      files: FileView(planned: [settingsFile.path: bytes]))
  }
}
