import ArgumentParser
import ConfigurationArchive
import TextFormats

/// `metergate config log`: the configurations so far.
struct ConfigLogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List the last configurations, the newest first.",
    discussion: """
      A line each: its number, when it was recorded (in UTC; with ? when the clock was not set), why, by whom, and \
      the files that differ from the entry before (? when there is none that can be read). An entry is what the configuration was after that. "metergate \
      config diff" shows what differs, "metergate config restore" brings one back.
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
    let changed = zip(entries, entries.dropFirst().map(\.manifest) + [nil]).map { entry, before in
      // Without an entry before nobody knows.
      before.flatMap { before in entry.manifest?.changedFiles(since: before) }
    }
    guard !json else {
      let list = JSONText.array(zip(entries, changed).map { Self.json($0, $1) })
      return Output.line(JSONText.object([("schema", .whole(1)), ("entries", list)]).text)
    }
    if entries.isEmpty { Output.note("no configuration of \(options.app) is recorded yet") }
    for (entry, changed) in zip(entries, changed) { Output.line(Self.text(entry, changed)) }
  }

  private static func text(
    _ entry: ConfigurationHistory.Entry, _ changed: [String]?
  ) -> String {
    guard let manifest = entry.manifest else {
      return "\(entry.number)  damaged: \(entry.damage ?? "")"
    }
    let mark = manifest.isTimeTrusted ? "" : "?"
    return [
      "\(entry.number)", manifest.time + mark, manifest.cause.rawValue, manifest.user ?? "-",
      changed?.joined(separator: ", ") ?? "?",
    ].joined(separator: "  ")
  }

  private static func json(
    _ entry: ConfigurationHistory.Entry, _ changed: [String]?
  ) -> JSONText {
    guard let manifest = entry.manifest else {
      return .object([("number", .whole(entry.number)), ("damage", .optional(entry.damage))])
    }
    return .object([
      ("number", .whole(entry.number)), ("time", .string(manifest.time)),
      ("isTimeTrusted", .bool(manifest.isTimeTrusted)), ("first", .optional(manifest.first)),
      ("cause", .string(manifest.cause.rawValue)), ("user", .optional(manifest.user)),
      ("version", .string(manifest.version)),
      ("files", .array(manifest.files.map { .string($0.name) })),
      ("changed", changed.map { .array($0.map { .string($0) }) } ?? .null),
    ])
  }
}
