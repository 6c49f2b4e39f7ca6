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
      guard case .group(let name, _) = line.content else { continue }
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

  private struct Head: Decodable {
    var schema: Int?
    var product: String?
  }

  private struct Body: Decodable {
    var parts: [ConfigurationPart]
    var hasSecrets: Bool
    var settings: [String: [String: String]]
    var meterList: MeterListJSON?
    var files: [String: String]
  }

  /// Whether a file looks like one of these, and not like an archive.
  public static func isLikely(_ bytes: [UInt8]) -> Bool {
    bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) } == 0x7B
  }

  /// Reads one.
  /// - Throws: `ConfigurationFailure` when anything in it is not as it should be.
  public static func read(_ bytes: [UInt8]) throws(ConfigurationFailure) -> ConfigurationContents {
    guard bytes.count <= 2 * ArchiveLimit.archive else {
      throw ConfigurationFailure(
        "the backup has \(bytes.count) bytes; at most \(2 * ArchiveLimit.archive) are read")
    }
    let decoder = JSONDecoder()
    let data = Data(bytes)
    guard let head = try? decoder.decode(Head.self, from: data),
      head.product == ConfigurationManifest.product, let found = head.schema
    else {
      throw ConfigurationFailure(
        "this is no backup of a configuration: it must be a JSON object with \"schema\", and with \"product\": "
          + "\"\(ConfigurationManifest.product)\"")
    }
    guard found == schema else {
      throw ConfigurationFailure(
        "the backup has schema \(found); this version reads schema \(schema)")
    }
    let body: Body
    do {
      body = try decoder.decode(Body.self, from: data)
    } catch let error as DecodingError {
      throw ConfigurationFailure("the backup is not as its schema wants it: \(place(of: error))")
    } catch {
      throw ConfigurationFailure("the backup cannot be read")
    }
    return try contents(body)
  }

  private static func contents(_ body: Body) throws(ConfigurationFailure) -> ConfigurationContents {
    var contents = ConfigurationContents(
      files: [:], parts: Set(body.parts), hasSecrets: body.hasSecrets)
    if !body.settings.isEmpty {
      contents.files[ConfigurationNames.settings] = try settings(body.settings)
    }
    let names = contents.names
    var total = 0
    for (name, text) in body.files.sorted(by: { $0.key < $1.key }) {
      guard names.canonical(name) == name, name != ConfigurationNames.settings,
        name != names.meterList
      else {
        throw ConfigurationFailure(
          "\(name.shownName) in \"files\" does not belong there; these files do: "
            + ConfigurationNames.allowed)
      }
      guard let data = Data(base64Encoded: text) else {
        throw ConfigurationFailure("\(name.shownName) in \"files\" is no base64")
      }
      total += data.count
      guard data.count <= ArchiveLimit.member, total <= ArchiveLimit.total else {
        throw ConfigurationFailure("\(name.shownName) in \"files\" makes the backup too large")
      }
      contents.files[name] = Array(data)
    }
    if let list = body.meterList { contents.files[names.meterList] = try list.bytes() }
    return contents
  }

  private static func settings(
    _ groups: [String: [String: String]]
  ) throws(ConfigurationFailure) -> [UInt8] {
    var text = ""
    for (group, keys) in groups.sorted(by: { $0.key < $1.key }) {
      guard INIDocument("[\(group)]").lines.first?.content == .group(name: group, isClosed: true)
      else {
        throw ConfigurationFailure("\(group.shownName) in \"settings\" is no name of a group")
      }
      text += "[\(group)]\n"
      for (key, value) in keys.sorted(by: { $0.key < $1.key }) {
        let lines = ["", "\"", "'"].map { "\(key)=\($0)\(value)\($0)" }
        let line = lines.first { line in
          let read = INIDocument(line).lines
          guard read.count == 1, case .entry(key, value, _)? = read.first?.content else {
            return false
          }
          return true
        }
        guard let line else {
          throw ConfigurationFailure(
            "\(key.shownName) in \"settings\" cannot stand in chip.ini: a value stands in one line, and must not "
              + "contain both kinds of quotes where it needs some")
        }
        text += line + "\n"
      }
    }
    return Array(text.utf8)
  }

  private static func place(of error: DecodingError) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        .joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(key.stringValue.shownName) is missing in \(path(context).shownName)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      return "\(path(context).shownName) has the wrong form"
    @unknown default: return "it has a wrong form"
    }
  }
}
