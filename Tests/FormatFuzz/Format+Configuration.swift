import ConfigurationArchive
import Glibc
import MeterFiles
import Settings
import TextFormats
import Time

extension Format {
  private static let origin = ConfigurationOrigin(version: "0.1.0", serial: 0xD080_0DC1)
  private static let time = WallTime(unixSeconds: 1_790_000_000)

  /// The JSON backup: what is taken over is written so that it reads the same.
  static let json = Format(
    name: "json", samples: [Sample.json],
    words: [
      "{", "}", "[", "]", ",", ":", "\"", "\\u0001", "\\ud800", "null", "true", "1e9",
      "\"meters\":[", "\"fields\":{",
      "\"other\":[{\"name\":\"a\",\"text\":\"b\"}]", "\"settings\":", "\"x\":\"y\",", "\"\"", " ",
      "'",
    ]
  ) { bytes in
    guard let contents = try? JSONBackup.read(bytes) else { return nil }
    if let mistake = mistake(in: contents) { return mistake }
    guard
      let text = try? JSONBackup.write(
        contents, origin: origin, hasSecrets: true, time: time),
      let again = try? JSONBackup.read(Array(text.utf8))
    else { return hasReadableList(contents) ? "what was written cannot be read" : nil }
    return again.files == contents.files && again.parts == contents.parts
      ? nil : "it reads otherwise after it was written"
  }

  /// Archives, in half of the rounds with the right sums, so that what is in them is reached.
  static let archive = Format(
    name: "archive", samples: Sample.archives,
    words: [
      "chip.ini", "../", "/etc/passwd", "./", "app/", "users", "metergate.json", "ustar", "keys/",
      ".history",
      "0000644", String(repeating: "\0", count: 512),
    ]
  ) { bytes in
    let packed = bytes.starts(with: [0x1F, 0x8B]) ? bytes : Gzip.stored(bytes)
    guard let contents = try? ArchiveFile.read(packed).contents else { return nil }
    if let mistake = mistake(in: contents) { return mistake }
    guard
      let archive = try? ArchiveFile.write(
        contents, origin: origin, cause: .export, user: nil, time: time),
      let again = try? ArchiveFile.read(archive).contents
    else { return "what was written cannot be read" }
    return again.files == contents.files && again.parts == contents.parts
      ? nil : "it reads otherwise after it was written"
  }

  private static func hasReadableList(_ contents: ConfigurationContents) -> Bool {
    contents.files.allSatisfy { name, bytes in
      name == "chip.ini" || !name.hasSuffix(".cfg") || DeviceHandleFile.elements(bytes) != nil
    }
  }

  /// What must hold of all that is taken from elsewhere: names lead nowhere else, and a plan for an empty folder
  /// touches nothing outside of it.
  private static func mistake(in contents: ConfigurationContents) -> String? {
    for name in contents.files.keys {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }),
        !name.unicodeScalars.contains(where: { $0.value < 0x20 }), isKnown(name, contents)
      else { return "the name \(name.debugDescription) got through" }
    }
    // A folder that is not there: planning only reads.
    guard let plan = try? ConfigurationFolder("/nonexistent").plan(for: contents) else {
      return nil
    }
    for line in plan.lines {
      let isOurs = contents.files.keys.contains { line == "\($0) is new" }
      guard isOurs || line == "chip.ini is new" || line == "Device_Handle.cfg is new" else {
        return "the plan says: \(line)"
      }
    }
    return nil
  }

  /// Whether a configuration may have a file of this name: the lists of docs/configuration.md.
  private static func isKnown(_ name: String, _ contents: ConfigurationContents) -> Bool {
    let files = [
      "chip.ini", "Device_Handle.cfg", "Device_Config.cfg", "meter-conf-import.csv", "users",
    ]
    let folders = ["keys/", "metersystem/", "report/", "ssh/", "vpn/"]
    let ends = [".pem", ".crt", ".key"]
    let isNamed = contents.files["chip.ini"].map { settings in
      INIDocument(settings).groups.contains { group in
        group.entries.contains { $0.value.hasSuffix(name) }
      }
    }
    return files.contains(name) || folders.contains { name.hasPrefix($0) }
      || !name.contains("/") && ends.contains { name.lowercased().hasSuffix($0) }
      || isNamed ?? false
  }
}
