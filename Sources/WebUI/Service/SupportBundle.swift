import ConfigurationArchive
import Control
import FoundationEssentials
import Logs
import MeterFiles

/// What somebody who helps with a device wants to see, in one archive. Passwords, keys, and files that hold them are
/// not in it.
struct SupportBundle: Sendable {
  /// The newest lines of the raw log that go into it.
  static let rawLines = 20_000

  let app: AppFolder
  let status: GatewayStatus?
  let facts: ServiceFacts
  let log: ApplicationLog
  let origin: ConfigurationOrigin
  let check: @Sendable (AppFolder) -> AppFolder

  /// The archive. It blocks.
  func archive() throws(ConfigurationFailure) -> [UInt8] {
    let contents = try ConfigurationFolder(app.folder).contents()
    let configuration = try JSONBackup.write(
      contents, origin: origin, hasSecrets: false, time: FolderHistory.now)
    var files = [
      ("configuration.json", Array(configuration.utf8)),
      ("service.json", Self.json(facts)),
      ("check.txt", Self.text(checked)),
      ("application.log", Self.text(log.entries.map(Self.line))),
      ("mbus.log", Self.text(rawLog)),
    ]
    if let status { files.append(("status.json", Self.json(status))) }
    return try SupportArchive.write(files)
  }

  /// What `metergate check` says of the files.
  private var checked: [String] {
    check(AppFolder.load(app.folder, ext: app.ext, overrides: app.overrides)).diagnostics
      .map(\.report)
  }

  /// The oldest first, as in its files.
  private var rawLog: [String] {
    var lines = RawLogBackward(RawLogFiles(folder: app.ext, limit: 0))
    var found: [String] = []
    while found.count < Self.rawLines, let line = lines.next() { found.append(line) }
    return found.reversed()
  }

  private static func line(_ entry: ApplicationLog.Entry) -> String {
    let code = entry.code.map { " event=\($0)" } ?? ""
    return "\(LogEntry(entry).timeText) \(entry.level)\(code) \(entry.text)"
  }

  private static func text(_ lines: [String]) -> [UInt8] {
    Array(lines.map { $0 + "\n" }.joined().utf8)
  }

  private static func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { Array($0) + [0x0A] } ?? []
  }
}
