import MeterFiles
import Settings

/// The files of a configuration, or of some parts of it, in memory.
public struct ConfigurationContents: Equatable, Sendable {
  /// Contents by name; the meter list has that which chip.ini gives it.
  public internal(set) var files: [String: [UInt8]]
  /// The parts that it is about: with a part that is here and has no file there was none.
  public internal(set) var parts: Set<ConfigurationPart>
  /// False: passwords and keys were left out, and those that are there stay.
  public internal(set) var hasSecrets: Bool
  /// Files that should be here, and could not be read.
  public internal(set) var leftOut: [String]
  /// What people should know about it.
  public internal(set) var warnings: [String]
  /// The JSON text that it was made of; nil: the files are as they were.
  var source: JSONSource?

  init(
    files: [String: [UInt8]], parts: Set<ConfigurationPart>, hasSecrets: Bool = true,
    leftOut: [String] = [], warnings: [String] = []
  ) {
    self.files = files
    self.parts = parts
    self.hasSecrets = hasSecrets
    self.leftOut = leftOut
    self.warnings = warnings
  }

  /// chip.ini; nil: there is none.
  var document: INIDocument? { files[ConfigurationNames.settings].map { INIDocument($0) } }

  /// The settings that are in it, as far as this version knows them.
  public var givenSettings: [Setting] {
    var seen: Set<String> = []
    return (document?.entries ?? []).compactMap(\.row).filter { seen.insert($0.id).inserted }
  }

  /// What people would expect to find in it, and will miss when they need it.
  public var absences: [String] {
    var absences: [String] = []
    if !parts.isDisjoint(with: ConfigurationPart.ofSettings), document?.isNothing ?? true {
      absences.append(
        "there are no settings in it: \(ConfigurationNames.settings) is not there, or empty")
    }
    if parts.contains(.meters), meterList?.isEmpty ?? true {
      absences.append("there is no meter list in it: \(names.meterList) is not there, or empty")
    }
    return absences
  }

  /// Which files it may have.
  var names: ConfigurationNames { ConfigurationNames(document) }

  /// The meter list; nil: there is none.
  var meterList: [UInt8]? { files[names.meterList] }

  /// The name of the device.
  var deviceName: String { Settings.read(document).settings.text(.deviceName) }

  /// Whether passwords in it are encrypted, and the key is not in it.
  public var lacksKey: Bool {
    (document?.hasEncrypted ?? false) && files[SecretKeys.keyName] == nil
  }

  /// What of it belongs to some parts. Without the device configuration, comments of chip.ini are left out.
  public func limited(to wanted: Set<ConfigurationPart>) -> ConfigurationContents {
    let names = names
    var result = self
    result.parts = parts.intersection(wanted)
    result.files = files.filter { name, _ in
      names.part(of: name).map { wanted.contains($0) } ?? false
    }
    if let document, let settings = document.limited(to: wanted) {
      result.files[ConfigurationNames.settings] = settings.bytes
    }
    return result
  }

  /// Whether both say the same.
  func isSame(as other: ConfigurationContents) -> Bool {
    files == other.files && parts == other.parts
  }
}

extension INIDocument {
  /// The settings of some parts; nil when they have none here.
  func limited(to parts: Set<ConfigurationPart>) -> INIDocument? {
    guard !parts.isSuperset(of: ConfigurationPart.ofSettings) else { return self }
    let kept = entries.filter { parts.contains($0.part) }
    guard !kept.isEmpty else { return nil }
    let groups = Set(kept.map { INIGroup.id($0.group) })
    let indices = Set(kept.map(\.index))
    let lines = lines.filter { line in
      switch line.content {
      case .blank, .comment: parts.contains(.device)
      case .entry: indices.contains(line.number - 1)
      // The main group tells the dialect.
      case .group(let name, _):
        groups.contains(INIGroup.id(name)) || SettingGroup(name: name) == .main
      case .unreadable: false
      }
    }
    return INIDocument(lines.flatMap(\.bytes))
  }
}
