import Control
import Time

/// A line of a log as the page shows it.
struct LogEntryJSON: Encodable, Sendable {
  /// Unix time in seconds.
  var time: Double
  var level: String?
  var code: String?
  /// `→` to the meters, `←` from them, `⇒` from an outside master to them.
  var direction: String?
  var serial: String?
  var text: String
  var hex: String?

  init(_ entry: ApplicationLog.Entry) {
    time = Double(entry.time) / 1000
    level = entry.level
    code = entry.code
    text = entry.text
  }

  /// A line of the raw log, `2026-11-22T07:45:00.123Z M-Bus RX serial=66600106 68 …`; nil: it is none.
  init?(rawLine line: String) {
    let form =
      /([0-9-]{10}T[0-9:]{8})(?:\.([0-9]{1,3}))?Z +(\S.*?) +(TX|RX|GUEST) +serial=(\S+)(?: +(.*))?/
    guard let found = line.wholeMatch(of: form), let seconds = Self.seconds(String(found.1)) else {
      return nil
    }
    let fraction = found.2.flatMap { Double("0.\($0)") } ?? 0
    time = Double(seconds) + fraction
    direction =
      switch found.4 {
      case "TX": "→"
      case "RX": "←"
      default: "⇒"
      }
    serial = found.5 == "-" ? nil : String(found.5)
    hex = found.6.map(String.init) ?? ""
    text = "\(found.3) \(found.4)"
  }

  /// `2026-11-22T07:45:00` in UTC.
  private static func seconds(_ text: String) -> Int64? {
    let numbers = text.split(whereSeparator: { "-T:".contains($0) }).compactMap { Int($0) }
    guard numbers.count == 6,
      let time = CivilTime(
        year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3],
        minute: numbers[4], second: numbers[5])
    else { return nil }
    return time.unixSecondsAsUTC
  }
}

/// A page of a log.
struct LogPage: Encodable, Sendable {
  var entries: [LogEntryJSON] = []
  var page: Int
  /// Whether older lines follow.
  var more = false
}
