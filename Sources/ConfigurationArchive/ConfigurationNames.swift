import MeterFiles
import Settings

/// Which files belong to a configuration, and to what part of it: a few names, some folders, and what chip.ini
/// names. Names are relative to the configuration folder.
struct ConfigurationNames: Equatable, Sendable {
  /// The settings.
  static let settings = AppFolder.settingsName

  /// Folders that belong to a configuration with all that is in them.
  static let folders: [(name: String, part: ConfigurationPart)] = [
    ("keys", .certificates), ("metersystem", .device), ("report", .device),
    ("ssh", .certificates), ("vpn", .network),
  ]
  /// Those of them into which nobody but their owner may look.
  static let privateFolders = ["keys", "ssh", "vpn"]
  /// Files beside chip.ini and the meter list; their case does not matter. Whoever may write tokens gives rights as with
  /// users, wherever they lie.
  static let files: [(name: String, part: ConfigurationPart)] = [
    ("Device_Config.cfg", .meters), ("meter-conf-import.csv", .meters), ("users", .users),
    ("keys/tokens", .users),
  ]
  /// Ends of names of certificates and keys beside chip.ini.
  static let certificateEnds = [".pem", ".crt", ".key"]

  /// What may be in an archive, for people.
  static let allowed =
    "chip.ini, Device_Handle.cfg, Device_Config.cfg, meter-conf-import.csv, users, *.pem, *.crt, *.key, the files "
    + "that chip.ini names, and what lies in "
    + folders.map { "\($0.name)/" }.joined(separator: ", ")

  /// The name of the meter list; one that lies outside of the folder has its usual name.
  let meterList: String
  /// The certificates, keys and other files that chip.ini names.
  let named: [String: ConfigurationPart]
  /// Those of them that are secret.
  let secretNamed: Set<String>
  /// The files that it names elsewhere, as `KEY = path`.
  let outside: [String]

  /// - Parameters:
  ///   - document: chip.ini; nil: there is none.
  ///   - folder: the configuration folder, if it is on this machine: paths into it count as its own.
  init(_ document: INIDocument?, folder: String? = nil) {
    var meterList = AppFolder.defaultMetersName
    var named: [String: ConfigurationPart] = [:]
    var secret: Set<String> = []
    var outside: [String] = []
    for entry in document?.effectiveEntries ?? [] where !["", "0"].contains(entry.value) {
      let key = SettingName.normalized(entry.key)
      let part: ConfigurationPart
      switch key {
      case "METERSTATCONFIG": part = .meters
      case "CONFIGFILE" where entry.part == .network: part = .network
      case _ where ["CAFILE", "CERTFILE", "KEYFILE"].contains { key.hasSuffix($0) }:
        part = .certificates
      default: continue
      }
      guard let name = Self.relative(entry.value, folder: folder),
        part != .meters || Self.mayBeMeterList(name)
      else {
        outside.append("\(entry.key) = \(entry.value)")
        continue
      }
      if part == .meters {
        meterList = Self.isSame(name, meterList) ? meterList : name
      } else {
        named[name] = part
        if part == .network || key.hasSuffix("KEYFILE") { secret.insert(name) }
      }
    }
    (self.meterList, self.named, secretNamed, self.outside) = (meterList, named, secret, outside)
  }

  /// The name under which a file is known here, in the spelling of this program; nil: it does not belong to a
  /// configuration.
  func canonical(_ name: String) -> String? {
    if Self.isSame(name, Self.settings) { return Self.settings }
    if Self.isSame(name, meterList) { return meterList }
    if let file = Self.files.first(where: { Self.isSame(name, $0.name) }) { return file.name }
    return Self.isSound(name) && part(of: name) != nil ? name : nil
  }

  /// Whether the meter list may have this name: not that of a file, or in a folder, of another part.
  static func mayBeMeterList(_ name: String) -> Bool {
    !isSame(name, settings) && !files.contains { isSame(name, $0.name) && $0.part != .meters }
      && !folders.contains { isSame(String(name.prefix { $0 != "/" }), $0.name) }
  }

  /// The part of a file with such a name; nil: none, and for chip.ini, which belongs to several. What chip.ini says of
  /// it comes last: otherwise that of an archive could have files of one part taken for those of another.
  func part(of name: String) -> ConfigurationPart? {
    if name == Self.settings { return nil }
    if name == meterList { return .meters }
    if let file = Self.files.first(where: { Self.isSame(name, $0.name) }) { return file.part }
    if let slash = name.firstIndex(of: "/"),
      let folder = Self.folders.first(where: { $0.name == name[..<slash] })
    {
      return folder.part
    }
    if let part = named[name] { return part }
    return !name.contains("/")
      && Self.certificateEnds.contains { name.lowercased().hasSuffix($0) } ? .certificates : nil
  }

  /// Whether a file is not for everybody's eyes as a whole. chip.ini and the meter list are not of that kind:
  /// single values of them are. The two files of MUC500 manual 1.1, ch. 10.6, are: there are keys of meters in
  /// them, and whoever writes them by hand may have put these anywhere.
  func isSecret(_ name: String, _ bytes: [UInt8]) -> Bool {
    let secretFiles = ["Device_Config.cfg", "meter-conf-import.csv", "users"]
    let folders = Self.privateFolders.map { $0 + "/" }
    return secretFiles.contains(name) || secretNamed.contains(name)
      || name.lowercased().hasSuffix(".key")
      || folders.contains { name.hasPrefix($0) }
      || (part(of: name) == .certificates
        && String(decoding: bytes, as: UTF8.self).contains("PRIVATE KEY"))
  }

  /// The name of a path that chip.ini gives; nil when it lies outside of the folder.
  static func relative(_ path: String, folder: String?) -> String? {
    var name = path
    for prefix in ["/app/", "app/", folder.map { FilePlace.join($0, "") }].compactMap(\.self)
    where prefix != "/" && name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
      break
    }
    // The folder for data is another one.
    guard name != path || !name.hasPrefix("ext/") else { return nil }
    while name.hasPrefix("./") { name.removeFirst(2) }
    return isSound(name) ? name : nil
  }

  /// Whether a name leads to a place within the folder that may be a configuration's: no way up, nothing
  /// hidden, nothing that the gateway makes for itself.
  static func isSound(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count <= ArchiveLimit.depth && name.utf8.count <= ArchiveLimit.name
      && !["control.sock", ArchiveFile.manifestName].contains(name)
      && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
      && !name.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
  }

  /// A name that is that of a file, and of a folder with another file in it; nil: there is none.
  static func clash(in names: some Collection<String>) -> String? {
    let all = Set(names)
    return names.sorted().lazy.compactMap { name in
      let parts = name.split(separator: "/")
      return (1..<max(1, parts.count)).map { parts[..<$0].joined(separator: "/") }
        .first { all.contains($0) }
    }.first
  }

  static func isSame(_ a: String, _ b: String) -> Bool { a.lowercased() == b.lowercased() }
}
