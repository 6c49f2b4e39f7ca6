import Control
import Time

/// A line of a log as the tab Log shows it (MUC500 manual 1.1, ch. 4.11): of the gateway itself, or bytes that went
/// over the M-Bus.
public struct LogEntry: Codable, Hashable, Sendable {
  /// When, as Unix time with milliseconds.
  public var time: Double
  /// How important it is, as `info`; left out for bytes.
  public var level: String?
  /// The stable code of the event; left out: it has none.
  public var code: String?
  /// `→` to the meters, `←` from them, `⇒` from an outside master to them; left out: no bytes.
  public var direction: String?
  /// The line, as `M-Bus 2`; left out: no bytes.
  public var line: String?
  /// The serial of the meter that was being read; left out: none in particular.
  public var serial: String?
  /// What there is to say.
  public var text: String
  /// The bytes in hexadecimal, with blanks between them.
  public var hex: String?
  /// Places of bytes that came with a wrong parity or stop bit; left out: none did.
  public var damaged: [Int]?

  /// A line of the gateway's own log.
  public init(_ entry: ApplicationLog.Entry) {
    time = Double(entry.time) / 1000
    level = entry.level
    code = entry.code
    text = entry.text
  }

  /// A line of the raw log, as `RawPiece.text` writes it; nil: it is none.
  public init?(rawLine: String) {
    let words = rawLine.split(separator: " ")
    let head = words.prefix(5)
    guard let stamp = words.first, let time = Self.time(stamp),
      let mark = head.firstIndex(where: { Self.directions[$0] != nil }), mark > 1,
      words.count > mark + 1, words[mark + 1].hasPrefix("serial=")
    else { return nil }
    self.time = time
    text = ""
    direction = Self.directions[words[mark]]
    line = words[1..<mark].joined(separator: " ")
    let serial = words[mark + 1].dropFirst("serial=".count)
    self.serial = serial == "-" ? nil : String(serial)
    let bytes = words[(mark + 2)...]
    hex = bytes.map { $0.hasSuffix("!") ? $0.dropLast() : $0 }.joined(separator: " ")
    let damaged = bytes.enumerated().filter { $0.element.hasSuffix("!") }.map(\.offset)
    self.damaged = damaged.isEmpty ? nil : damaged
  }

  /// When, as `2026-11-22T00:48:42.123Z`.
  public var timeText: String {
    let milliseconds = Int64(exactly: (time * 1000).rounded()) ?? 0
    return WallTime(
      unixSeconds: milliseconds / 1000, milliseconds: UInt16(clamping: milliseconds % 1000)
    ).iso8601
  }

  private static let directions: [Substring: String] = ["TX": "→", "RX": "←", "GUEST": "⇒"]

  /// The Unix time of `2026-11-22T00:48:42.123Z`.
  private static func time(_ text: Substring) -> Double? {
    guard text.count == 24 else { return nil }
    let fields = text.split { "-T:.Z".contains($0) }.compactMap { Int($0) }
    guard fields.count == 7,
      let civil = CivilTime(
        year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4],
        second: fields[5])
    else { return nil }
    return Double(civil.unixSecondsAsUTC * 1000 + Int64(fields[6])) / 1000
  }
}
