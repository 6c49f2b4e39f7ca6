import ArgumentParser
import Bytes
import Gateway
import Logs
import MeterFiles
import Metering
import TelegramText
import TextFormats

/// `metergate log`: shows the raw log.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Show the bytes that went over the M-Bus.",
    discussion: """
      Prints what MBUS_RAWLOGENABLE=1 records, the oldest first: time (UTC), line, direction (TX to the \
      meters, RX from them, GUEST from an outside master to them), the meter that was being read, and the \
      bytes; ! stands behind one that came with a wrong parity or stop bit. With --decode what the telegrams are \
      stands behind the bytes, such as REQ_UD2, address 253; metergate decode - explains them byte by byte.

      With --json each line is a JSON object: {"schema":1,"time":"2026-11-22T08:00:00.250Z","line":"M-Bus", \
      "direction":"RX","serial":"66600106","hex":"E5","damaged":[0],"text":"acknowledgement"}; text comes with --decode, and what is not \
      known is left out.

      The log of the gateway itself is the system's: journalctl -u metergate.

      Examples:
        metergate log --raw --serial 66600106
        metergate log --raw --since 2026-11-22T08:00 --follow
        metergate log --raw --decode --filter "no telegram"
      """)

  @Flag(help: "The bytes of the M-Bus. There is no other log here yet, so it must be given.")
  var raw = false

  @Option(help: "The folder for data, as of metergate run.")
  var ext = AppFolder.extFolder

  @Option(help: "Only of the meter with this serial.")
  var serial: String?

  @Option(help: "Only of this line: 1 is the first.")
  var line: Int?

  @Option(
    help: ArgumentHelp(
      "Only from this time on, in UTC, as far as it is given.", valueName: "2026-11-22T08:00"))
  var since: String?

  @Option(
    help: ArgumentHelp(
      "Only with this text in the line, or in what its telegrams are, in any case.",
      valueName: "TEXT"))
  var filter: String?

  @Flag(help: "The filter is a regular expression.")
  var regex = false

  @Flag(help: "Say what the telegrams are.")
  var decode = false

  @Flag(help: "Print a JSON object for each line.")
  var json = false

  @Flag(help: "Go on with what comes, until it is stopped.")
  var follow = false

  func validate() throws {
    guard raw else {
      throw ValidationError(
        "Give --raw; the log of the gateway itself is the system's: journalctl -u metergate")
    }
    if let line, line < 1 {
      throw ValidationError("--line \(line) is no line: 1 is the first")
    }
    if let serial, Self.serial(serial) == nil {
      throw ValidationError(
        "--serial \(serial) is no serial number: \(MeterSerial.Digits.hex.allowed)")
    }
    if let since, Self.time(since) == nil {
      throw ValidationError(
        "--since \(since) is no time: as 2026-11-22, 2026-11-22T08 or 2026-11-22T08:00:30, in UTC")
    }
    if regex, filter == nil { throw ValidationError("--regex says how --filter is meant: give it") }
    do throws(LogFilter.Mistake) {
      _ = try matcher
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private var matcher: LogMatcher {
    get throws(LogFilter.Mistake) {
      try LogFilter(text: filter ?? "", isExpression: regex).matcher()
    }
  }

  /// As the log writes it; nil: it is none.
  private static func serial(_ text: String) -> String? {
    let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
    return MeterSerial(text: digits, .hex)?.description
  }

  /// As the log writes it, as far as it is given; nil: it is none.
  private static func time(_ text: String) -> String? {
    let form = /([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}(?::[0-9]{2}(?::[0-9]{2})?)?))?Z?/
    guard let found = text.wholeMatch(of: form) else { return nil }
    return found.1 + (found.2.map { "T" + $0 } ?? "")
  }

  func run() async throws {
    var reader = RawLogReader(files: RawLogFiles(folder: ext, limit: 0))
    let filter = RawLogFilter(
      serial: serial.flatMap(Self.serial), line: line, since: since.flatMap(Self.time))
    let matcher = try matcher
    var hasAny = show(&reader, filter, matcher)
    if !follow, !hasAny {
      Output.note("there is no raw log in \(ext)/Log; MBUS_RAWLOGENABLE=1 records it")
    }
    while follow {
      try await Task.sleep(for: .milliseconds(500))
      hasAny = show(&reader, filter, matcher) || hasAny
    }
  }

  /// - Returns: whether there was anything to read.
  private func show(
    _ reader: inout RawLogReader, _ filter: RawLogFilter, _ matcher: LogMatcher
  ) -> Bool {
    let lines = reader.next()
    for line in lines where filter.passes(line) {
      guard matcher.passes(rawLine: line, words: Self.words(line)) else { continue }
      Output.line(shown(line))
    }
    return !lines.isEmpty
  }

  /// What the bytes of a line are, in a few words; empty where it has none.
  private static func words(_ line: String) -> String {
    TelegramAnalysis.words((try? Hex.decode(LogEntry(rawLine: line)?.hex ?? "")) ?? [])
  }

  private func shown(_ line: String) -> String {
    guard json else { return decode ? "\(line)  \(Self.words(line))" : line }
    guard let entry = LogEntry(rawLine: line) else {
      return JSONText.object([("schema", .integer(1)), ("text", .string(line))]).text
    }
    let direction = Self.directions[entry.direction ?? ""]
    let known: [(String, JSONText?)] = [
      ("schema", .integer(1)), ("time", .string(entry.timeText)),
      ("line", entry.line.map(JSONText.string)), ("direction", direction.map(JSONText.string)),
      ("serial", entry.serial.map(JSONText.string)), ("hex", entry.hex.map(JSONText.string)),
      ("damaged", entry.damaged.map { .array($0.map { JSONText.whole($0) }) }),
      ("text", decode ? .string(Self.words(line)) : nil),
    ]
    return JSONText.object(known.compactMap { name, value in value.map { (name, $0) } }).text
  }

  private static let directions = ["→": "TX", "←": "RX", "⇒": "GUEST"]
}
