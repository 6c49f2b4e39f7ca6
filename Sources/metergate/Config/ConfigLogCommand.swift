import ArgumentParser
import ConfigurationArchive
import TextFormats

/// `metergate config log`: the configurations so far.
struct ConfigLogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List the last configurations, the newest first.",
    discussion: """
      A line each: its number, when it was recorded (in UTC; with ? when the clock was not set), why, and by \
      whom. An entry is what the configuration was after that. "metergate config diff" shows what differs, "metergate config restore" brings one back.
      """)

  @OptionGroup var options: ConfigOptions

  @Flag(help: "Write JSON.")
  var json = false

  func run() throws {
    _ = try options.folder()
    let history = options.history
    let entries = try ConfigOptions.told { () throws(ConfigurationFailure) in
      try history.entries()
    }
    guard !json else {
      let list = JSONText.array(entries.map(Self.json))
      return Output.line(JSONText.object([("schema", .whole(1)), ("entries", list)]).text)
    }
    if entries.isEmpty { Output.note("no configuration of \(options.app) is recorded yet") }
    for entry in entries { Output.line(Self.text(entry)) }
  }

  private static func text(_ entry: ConfigurationHistory.Entry) -> String {
    guard let manifest = entry.manifest else {
      return "\(entry.number)  damaged: \(entry.damage ?? "")"
    }
    let mark = manifest.isTimeTrusted ? "" : "?"
    return ["\(entry.number)", manifest.time + mark, manifest.cause.rawValue, manifest.user]
      .compactMap(\.self).joined(separator: "  ")
  }

  private static func json(_ entry: ConfigurationHistory.Entry) -> JSONText {
    guard let manifest = entry.manifest else {
      return .object([("number", .whole(entry.number)), ("damage", .optional(entry.damage))])
    }
    return .object([
      ("number", .whole(entry.number)), ("time", .string(manifest.time)),
      ("isTimeTrusted", .bool(manifest.isTimeTrusted)), ("first", .optional(manifest.first)),
      ("cause", .string(manifest.cause.rawValue)), ("user", .optional(manifest.user)),
      ("version", .string(manifest.version)),
      ("files", .array(manifest.files.map { .string($0.name) })),
    ])
  }
}
