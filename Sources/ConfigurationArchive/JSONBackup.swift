import FoundationEssentials
import MeterFiles
import Settings
import TextFormats
import Time

/// A configuration as one JSON object (docs/configuration.schema.json): for programs that keep, compare or make
/// configurations.
public enum JSONBackup {
  /// The version of this form.
  public static let schema = 1

  /// The object.
  /// - Parameters:
  ///   - contents: the configuration.
  ///   - origin: the device.
  ///   - hasSecrets: false: passwords, keys and files that hold them are left out.
  ///   - time: now.
  /// - Throws: `ConfigurationFailure` when the meter list cannot be read.
  public static func write(
    _ contents: ConfigurationContents, origin: ConfigurationOrigin, hasSecrets: Bool,
    time: WallTime
  ) throws(ConfigurationFailure) -> String {
    let names = contents.names
    var meterList = JSONText.null
    if let bytes = contents.meterList {
      guard let elements = bytes.isEmpty ? [] : DeviceHandleFile.elements(bytes) else {
        let why = DeviceHandleFile.parse(bytes, name: names.meterList).diagnostics
        throw ConfigurationFailure(
          "the meter list cannot be read, and nothing is exported",
          diagnostics: why.filter { $0.severity == .error })
      }
      meterList = MeterListJSON.text(names.meterList, elements, hasSecrets: hasSecrets)
    }
    let own = [ConfigurationNames.settings, names.meterList]
    let files = contents.files.sorted { $0.key < $1.key }.filter { name, bytes in
      !own.contains(name) && (hasSecrets || !names.isSecret(name, bytes))
    }
    return JSONText.object([
      ("schema", .whole(schema)), ("product", .string(ConfigurationManifest.product)),
      ("version", .string(origin.version)),
      ("time", .string(ConfigurationManifest.text(time))),
      ("isTimeTrusted", .bool(time.isTrusted)),
      (
        "device",
        .object([
          ("name", .string(contents.deviceName)), ("serial", .string(CRC32.hex(origin.serial))),
        ])
      ), ("parts", .array(contents.parts.sorted().map { .string($0.rawValue) })),
      ("hasSecrets", .bool(hasSecrets && contents.hasSecrets)),
      ("settings", settings(contents.document, hasSecrets: hasSecrets)), ("meterList", meterList),
      (
        "files",
        .object(files.map { ($0.key, .string(Data($0.value).base64EncodedString())) })
      ),
    ]).text + "\n"
  }

  private static func settings(_ document: INIDocument?, hasSecrets: Bool) -> JSONText {
    var groups: [(id: String, name: String, keys: [(String, JSONText)])] = []
    for line in document?.lines ?? [] {
      // What stands in a group without a name says nothing.
      guard case .group(let name, _) = line.content, !name.isEmpty else { continue }
      let id = INIGroup.id(name)
      if !groups.contains(where: { $0.id == id }) { groups.append((id, name, [])) }
    }
    for entry in document?.effectiveEntries ?? [] where hasSecrets || !entry.isSecret {
      let id = INIGroup.id(entry.group)
      guard let index = groups.firstIndex(where: { $0.id == id }) else { continue }
      groups[index].keys.append((entry.key, .string(entry.value)))
    }
    return .object(groups.map { ($0.name, .object($0.keys)) })
  }

  // MARK: - reading

  /// Whether a file looks like one of these, and not like an archive.
  public static func isLikely(_ bytes: [UInt8]) -> Bool {
    bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) } == 0x7B
  }

  /// Reads one, as strictly as its schema is: what is spelt otherwise would be lost without a word.
  /// - Parameter file: its name in messages.
  /// - Throws: `ConfigurationFailure` when anything in it is not as it should be, with the place of each mistake.
  public static func read(
    _ bytes: [UInt8], file: String = "backup.json"
  ) throws(ConfigurationFailure) -> ConfigurationContents {
    guard bytes.count <= 2 * ArchiveLimit.archive else {
      throw ConfigurationFailure(
        "the backup has \(bytes.count) bytes; at most \(2 * ArchiveLimit.archive) are read")
    }
    let document: JSONDocument
    do throws(JSONDocument.Mistake) {
      document = try JSONDocument(bytes)
    } catch {
      throw ConfigurationFailure(
        "the backup is no JSON that can be read",
        diagnostics: [
          Diagnostic(
            .error, file: file, line: error.place.line, column: error.place.column, error.message)
        ])
    }
    var reader = JSONBackupReader(document, file: file)
    return try reader.contents()
  }
}
