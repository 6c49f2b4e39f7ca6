import Settings
import Time

/// A configuration as a tar.gz file, to be kept or brought to another device (MUC500 manual 1.1, ch. 4.12).
public enum ArchiveFile {
  /// The file in which an archive tells of itself.
  static let manifestName = "metergate.json"

  /// The archive of a configuration.
  /// - Parameters:
  ///   - contents: what it is to have.
  ///   - origin: the device.
  ///   - first: when the first of those was written that it replaces; nil: it replaces none.
  /// - Throws: `ConfigurationFailure` when it is too large.
  public static func write(
    _ contents: ConfigurationContents, origin: ConfigurationOrigin, cause: ConfigurationCause,
    user: String?, time: WallTime, first: WallTime? = nil
  ) throws(ConfigurationFailure) -> [UInt8] {
    let files = contents.files.sorted { $0.key < $1.key }
    let manifest = ConfigurationManifest(
      version: origin.version, time: ConfigurationManifest.text(time),
      isTimeTrusted: time.isTrusted, first: first.map(ConfigurationManifest.text),
      device: contents.deviceName, serial: CRC32.hex(origin.serial), parts: contents.parts.sorted(),
      cause: cause, user: user, hasSecrets: contents.hasSecrets, leftOut: contents.leftOut,
      files: files.map { name, bytes in
        ConfigurationManifest.File(name: name, size: bytes.count, crc32: CRC32.text(bytes))
      })
    let members = files.map { ArchiveMember(name: $0.key, bytes: $0.value) }
    return try ArchiveWriter.archive(
      [ArchiveMember(name: manifestName, bytes: manifest.bytes)] + members)
  }

  /// Reads an archive, of this product or put together by hand.
  /// - Throws: `ConfigurationFailure` when anything in it is not as it should be.
  public static func read(
    _ bytes: [UInt8]
  ) throws(ConfigurationFailure) -> (
    contents: ConfigurationContents, manifest: ConfigurationManifest?
  ) {
    let unpacked = try unpacked(bytes)
    var (members, manifest) = ([ArchiveMember](), ConfigurationManifest?.none)
    for member in unpacked {
      guard member.name == manifestName else {
        members.append(member)
        continue
      }
      guard manifest == nil else {
        throw ConfigurationFailure("\(manifestName) is in the archive twice")
      }
      manifest = try ConfigurationManifest.read(member.bytes)
    }
    let files = try files(members)
    try ArchiveLimit.check(files, "the archive")
    try check(members, against: manifest)
    guard !files.isEmpty || manifest != nil else {
      throw ConfigurationFailure(
        "the archive has no file of a configuration; these are: \(ConfigurationNames.allowed)")
    }
    return (contents(files, manifest), manifest)
  }

  /// What an archive says of itself, without unpacking the rest.
  public static func manifest(
    of bytes: [UInt8]
  ) throws(ConfigurationFailure) -> ConfigurationManifest {
    guard let first = try ArchiveReader.firstMember(of: bytes), first.name == manifestName else {
      throw ConfigurationFailure("the archive does not begin with \(manifestName)")
    }
    return try ConfigurationManifest.read(first.bytes)
  }

  /// The members with the names that they have here: `tar` of a whole folder writes `./` before them, and its own
  /// order.
  private static func unpacked(_ bytes: [UInt8]) throws(ConfigurationFailure) -> [ArchiveMember] {
    var members: [ArchiveMember] = []
    for member in try ArchiveReader.members(of: bytes) {
      members.append(ArchiveMember(name: try localName(member.name), bytes: member.bytes))
    }
    try GzipCheck.check(bytes)
    return members
  }

  private static func contents(
    _ files: [String: [UInt8]], _ manifest: ConfigurationManifest?
  ) -> ConfigurationContents {
    var contents = ConfigurationContents(
      files: files, parts: [], hasSecrets: manifest?.hasSecrets ?? true,
      leftOut: manifest?.leftOut ?? [])
    contents.parts = manifest.map { Set($0.parts) } ?? contents.partsWithFiles
    return contents
  }

  /// The files by the names that they have here.
  private static func files(
    _ members: [ArchiveMember]
  ) throws(ConfigurationFailure) -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for member in members {
      guard found.updateValue(member.bytes, forKey: member.name) == nil else {
        throw ConfigurationFailure("\(member.name.shownName) is in the archive twice")
      }
    }
    if let clash = ConfigurationNames.clash(in: found.keys) {
      throw ConfigurationFailure("\(clash.shownName) in the archive is a file and a folder")
    }
    let settings = found.first { ConfigurationNames.isSame($0.key, ConfigurationNames.settings) }
    let names = ConfigurationNames(settings.map { INIDocument($0.value) })
    var files: [String: [UInt8]] = [:]
    for (name, bytes) in found.sorted(by: { $0.key < $1.key }) {
      guard let canonical = names.canonical(name) else {
        throw ConfigurationFailure(
          "\(name.shownName) in the archive does not belong to a configuration; these files do: "
            + ConfigurationNames.allowed)
      }
      guard files.updateValue(bytes, forKey: canonical) == nil else {
        throw ConfigurationFailure(
          "\(canonical) is in the archive twice, with and without capitals")
      }
    }
    return files
  }

  /// The name relative to the folder: archives of whole file systems have `app/` or `./` before it.
  private static func localName(_ name: String) throws(ConfigurationFailure) -> String {
    guard !name.hasPrefix("/") else {
      throw ConfigurationFailure(
        "\(name.shownName) in the archive begins with /; names have to be relative to the folder of chip.ini"
      )
    }
    guard !name.split(separator: "/").contains("..") else {
      throw ConfigurationFailure("\(name.shownName) in the archive leads out of the folder by ..")
    }
    var local = name[...]
    while local.hasPrefix("./") { local = local.dropFirst(2) }
    if local.hasPrefix("app/") { local = local.dropFirst(4) }
    guard !local.hasSuffix("/") else {
      throw ConfigurationFailure(
        "\(name.shownName) in the archive is a file with the name of a folder")
    }
    return String(local)
  }

  /// Damage that the decompressor does not see.
  private static func check(
    _ members: [ArchiveMember], against manifest: ConfigurationManifest?
  ) throws(ConfigurationFailure) {
    guard let manifest else { return }
    let found = members.map { member in
      ConfigurationManifest.File(
        name: member.name, size: member.bytes.count, crc32: CRC32.text(member.bytes))
    }
    let names = Set(found.map(\.name))
    if let missing = manifest.files.first(where: { !names.contains($0.name) }) {
      throw ConfigurationFailure("the archive is damaged: \(missing.name.shownName) is not in it")
    }
    let expected = Set(manifest.files)
    for file in found where !expected.contains(file) {
      throw ConfigurationFailure(
        "\(file.name.shownName) in the archive is not as \(manifestName) in it says: it was damaged or "
          + "changed. If it was changed by hand, take \(manifestName) out of the archive")
    }
  }
}

extension ConfigurationContents {
  /// Reads what may be imported: an archive, or a JSON backup.
  /// - Parameter file: its name in messages.
  /// - Throws: `ConfigurationFailure` when it is none of both, or anything in it is not as it should be.
  public static func read(
    _ bytes: [UInt8], file: String
  ) throws(ConfigurationFailure) -> ConfigurationContents {
    if JSONBackup.isLikely(bytes) { return try JSONBackup.read(bytes, file: file) }
    guard bytes.starts(with: GzipCheck.mark) else {
      throw ConfigurationFailure(
        "\(file.excerpt(200)) is neither a tar.gz archive nor a JSON backup of a configuration; a single file such as "
          + "chip.ini is imported as an archive: tar czf new.tar.gz chip.ini")
    }
    return try ArchiveFile.read(bytes).contents
  }

  /// The parts of which there is something here, for archives that do not tell.
  var partsWithFiles: Set<ConfigurationPart> {
    let names = names
    let ofFiles = files.keys.compactMap { names.part(of: $0) }
    return Set(ofFiles + (document?.entries.map(\.part) ?? []))
  }
}
