import FoundationEssentials
import MeterFiles
import Settings
import TextFormats

/// Takes a configuration out of a JSON text, by docs/configuration.schema.json. All mistakes are told, each with
/// its place; with one nothing is taken over.
struct JSONBackupReader {
  typealias Node = JSONDocument.Node
  typealias Fields = [String: Node]

  /// Of more mistakes nobody reads.
  private static let maximumMistakes = 50

  let document: JSONDocument
  let file: String
  private(set) var mistakes: [Diagnostic] = []

  init(_ document: JSONDocument, file: String) {
    self.document = document
    self.file = file
  }

  mutating func contents() throws(ConfigurationFailure) -> ConfigurationContents {
    try checkHead()
    let needed = ["schema", "product", "parts", "hasSecrets", "settings", "meterList", "files"]
    let top = fields(
      document.root, "the backup", needed: needed,
      optional: ["version", "time", "isTimeTrusted", "device"])
    checkOrigin(top)
    var contents = ConfigurationContents(
      files: [:], parts: parts(top["parts"]),
      hasSecrets: top["hasSecrets"].flatMap { bool($0, "hasSecrets") } ?? true)
    var source = JSONSource(document: document, file: file)
    if let node = top["settings"] {
      let (text, lines) = settings(node)
      source.lines = lines
      if !text.isEmpty { contents.files[ConfigurationNames.settings] = Array(text.utf8) }
    }
    if let node = top["files"] { files(node, into: &contents) }
    if let node = top["meterList"], node.content != .null {
      let elements = meterList(node, name: contents.names.meterList)
      if mistakes.isEmpty {
        contents.files[contents.names.meterList] = DeviceHandleFile.render(elements)
      }
    }
    guard mistakes.isEmpty else {
      throw ConfigurationFailure(
        "the backup is not as docs/configuration.schema.json wants it", diagnostics: mistakes)
    }
    contents.source = source
    return contents
  }

  /// Whether it is one of these at all.
  private func checkHead() throws(ConfigurationFailure) {
    var head: Fields = [:]
    if case .object(let members) = document.root.content {
      head = Dictionary(
        members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    guard head["product"]?.content == .string(ConfigurationManifest.product),
      case .number(let schema)? = head["schema"]?.content
    else {
      throw ConfigurationFailure(
        "this is no backup of a configuration: it must be a JSON object with \"schema\": \(JSONBackup.schema), and "
          + "with \"product\": \"\(ConfigurationManifest.product)\"")
    }
    guard schema == String(JSONBackup.schema) else {
      throw ConfigurationFailure(
        "the backup has schema \(schema.excerpt); this version reads schema \(JSONBackup.schema)")
    }
  }

  /// What says where it comes from is not used, and has to be right all the same.
  private mutating func checkOrigin(_ top: Fields) {
    if let node = top["version"] { _ = string(node, "version") }
    if let node = top["isTimeTrusted"] { _ = bool(node, "isTimeTrusted") }
    if let node = top["time"], let text = string(node, "time"),
      !Self.isLike("dddd-dd-ddTdd:dd:ddZ", text)
    {
      say(node.offset, "time must be a time in UTC such as 2026-11-21T15:50:23Z")
    }
    guard let node = top["device"] else { return }
    let device = fields(node, "device", needed: ["name", "serial"])
    if let name = device["name"] { _ = string(name, "device.name") }
    if let serial = device["serial"], let text = string(serial, "device.serial"),
      !Self.isLike("hhhhhhhh", text)
    {
      say(serial.offset, "device.serial must be eight of 0-9 and a-f")
    }
  }

  /// Whether a text has decimal digits at `d`, hexadecimal ones at `h`, and the rest as it is.
  private static func isLike(_ pattern: String, _ text: String) -> Bool {
    let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
    return pattern.count == text.count
      && zip(pattern, text).allSatisfy { wanted, byte in
        let isDigit = (0x30...0x39).contains(byte)
        return switch wanted {
        case UInt8(ascii: "d"): isDigit
        case UInt8(ascii: "h"): isDigit || (0x61...0x66).contains(byte)
        default: byte == wanted
        }
      }
  }

  private mutating func parts(_ node: Node?) -> Set<ConfigurationPart> {
    guard let node else { return [] }
    guard case .array(let items) = node.content else {
      say(node.offset, "parts must be a list, such as [\"device\", \"meters\"]")
      return []
    }
    var parts: Set<ConfigurationPart> = []
    let allowed = ConfigurationPart.allCases.map(\.rawValue).joined(separator: ", ")
    for (index, item) in items.enumerated() {
      guard case .string(let text) = item.content, let part = ConfigurationPart(rawValue: text)
      else {
        say(item.offset, "parts[\(index)] must be one of \(allowed), in double quotes")
        continue
      }
      if !parts.insert(part).inserted { say(item.offset, "\"\(text)\" is in parts twice") }
    }
    return parts
  }

  private mutating func files(_ node: Node, into contents: inout ConfigurationContents) {
    let names = contents.names
    var total = 0
    for member in members(node, "files") {
      guard names.canonical(member.name) == member.name,
        ![ConfigurationNames.settings, names.meterList].contains(member.name)
      else {
        say(
          member.offset,
          "\(member.name.shownName) in files does not belong there; these files do: \(ConfigurationNames.allowed)"
        )
        continue
      }
      guard let text = string(member.value, "files.\(member.name)") else { continue }
      guard let data = Data(base64Encoded: text) else {
        say(
          member.value.offset,
          "files.\(member.name) is no base64: letters, digits, + and /, filled up by = to a multiple of four"
        )
        continue
      }
      total += data.count
      guard data.count <= ArchiveLimit.member, total <= ArchiveLimit.total else {
        say(
          member.value.offset,
          "files.\(member.name) is too large: a file has at most \(ArchiveLimit.member) bytes, all of them "
            + "\(ArchiveLimit.total)")
        continue
      }
      contents.files[member.name] = Array(data)
    }
    if let clash = ConfigurationNames.clash(in: contents.files.keys) {
      say(node.offset, "\(clash.shownName) in files is a file and a folder")
    }
  }

  // MARK: - what every part needs

  /// The fields of an object: those that are needed are there, and no others than are allowed.
  mutating func fields(
    _ node: Node, _ path: String, needed: [String], optional: [String] = []
  ) -> Fields {
    guard case .object(let members) = node.content else {
      say(node.offset, "\(path) must be an object with \(needed.joined(separator: ", "))")
      return [:]
    }
    let allowed = needed + optional
    var fields: Fields = [:]
    for member in members {
      guard allowed.contains(member.name) else {
        let hint =
          Spelling.nearest(to: member.name, in: allowed).map { "; did you mean \($0)?" } ?? ""
        say(
          member.offset,
          "\(member.name.shownName) is no field of \(path); allowed: \(allowed.joined(separator: ", "))\(hint)"
        )
        continue
      }
      fields[member.name] = member.value
    }
    for name in needed where fields[name] == nil {
      say(
        node.offset, "\"\(name)\" is missing in \(path); needed: \(needed.joined(separator: ", "))")
    }
    return fields
  }

  /// The fields of an object that may have any.
  mutating func members(_ node: Node, _ path: String) -> [JSONDocument.Member] {
    guard case .object(let members) = node.content else {
      say(node.offset, "\(path) must be an object")
      return []
    }
    return members
  }

  mutating func items(_ node: Node, _ path: String) -> [Node] {
    guard case .array(let items) = node.content else {
      say(node.offset, "\(path) must be a list")
      return []
    }
    return items
  }

  mutating func string(_ node: Node, _ path: String) -> String? {
    guard case .string(let text) = node.content else {
      say(node.offset, "\(path.excerpt(120)) must be a text in double quotes")
      return nil
    }
    return text
  }

  private mutating func bool(_ node: Node, _ path: String) -> Bool? {
    guard case .bool(let value) = node.content else {
      say(node.offset, "\(path) must be true or false")
      return nil
    }
    return value
  }

  mutating func say(_ offset: Int, _ message: String) {
    guard mistakes.count < Self.maximumMistakes else { return }
    let place = document.place(of: offset)
    mistakes.append(
      Diagnostic(.error, file: file, line: place.line, column: place.column, message))
  }
}
