import Control
import Patterns
import Time

/// Which entries of a log are wanted (MUC500 manual 1.1, table 17).
public struct LogFilter: Hashable, Sendable {
  /// From this second on, as Unix time; nil: from the beginning.
  public var from: Int64?
  /// Up to the end of this second, as Unix time; nil: to the end.
  public var to: Int64?
  /// Words that are to be in the entry, whatever their case, or a regular expression: in what is told of bytes, too. The
  /// word `serial=12345678`
  /// in it wants the telegrams of this meter.
  public var text: String
  /// Whether the text is a regular expression, as `grep -Ei` understands most of them.
  public var isExpression: Bool

  /// The most characters of a text.
  public static let longestText = 200

  /// A filter; what is left out wants everything.
  public init(from: Int64? = nil, to: Int64? = nil, text: String = "", isExpression: Bool = false) {
    self.from = from
    self.to = to
    self.text = text
    self.isExpression = isExpression
  }

  /// Why a filter cannot be used.
  public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what is allowed.
    public let description: String
  }

  /// The same, ready to be compared with entries.
  public func matcher() throws(Mistake) -> LogMatcher { try LogMatcher(self) }
}

/// Compares lines of a log with what is wanted.
public struct LogMatcher: Sendable {
  /// The times between which a line lies, as it begins: `2026-11-22T00:48:42`.
  let (from, to): (String?, String?)
  private let serial: String?
  /// In small letters.
  private let words: [UInt8]
  private let expression: BoundedPattern?

  init(_ filter: LogFilter) throws(LogFilter.Mistake) {
    if let from = filter.from, let to = filter.to, from > to {
      throw LogFilter.Mistake(
        description: "the time range begins after its end: exchange the two times, or leave one out"
      )
    }
    from = try filter.from.map { second throws(LogFilter.Mistake) in try Self.time(second, "from") }
    // Behind all milliseconds of the second.
    to = try filter.to.map { second throws(LogFilter.Mistake) in
      try Self.time(second, "to") + "~"
    }
    guard filter.text.count <= LogFilter.longestText else {
      throw LogFilter.Mistake(
        description:
          "the filter has \(filter.text.count) characters; \(LogFilter.longestText) are allowed")
    }
    var parts = filter.text.split(separator: " ", omittingEmptySubsequences: false)
    let place = parts.firstIndex { Self.serial($0) != nil }
    serial = place.flatMap { Self.serial(parts[$0]) }
    if let place { parts.remove(at: place) }
    let rest = place == nil ? filter.text : parts.joined(separator: " ")
    expression =
      try filter.isExpression && !rest.isEmpty
      ? Self.expression(rest) : nil
    words = filter.isExpression ? [] : rest.utf8.map(Self.folded)
  }

  private static func expression(
    _ text: String
  ) throws(LogFilter.Mistake) -> BoundedPattern {
    do throws(BoundedPattern.Mistake) {
      return try BoundedPattern(text, ignoresCase: true)
    } catch {
      throw LogFilter.Mistake(
        description: "the filter \"\(text)\" is no regular expression: \(error)")
    }
  }

  private static func time(_ seconds: Int64, _ name: String) throws(LogFilter.Mistake) -> String {
    guard let time = CivilTime(unixSeconds: seconds), seconds >= 0 else {
      throw LogFilter.Mistake(
        description:
          "\(name)=\(seconds) is no time: seconds since 1970 are expected, 0 to 253402300799")
    }
    return time.iso8601
  }

  /// The serial of `serial=12345678`; nil: it is another word.
  private static func serial(_ word: Substring) -> String? {
    guard word.hasPrefix("serial="), word.utf8.count == 15 else { return nil }
    let digits = word.dropFirst(7)
    return digits.allSatisfy { $0.isASCII && $0.isHexDigit } ? digits.uppercased() : nil
  }

  /// Whether a line of the raw log is wanted, its time aside.
  /// - Parameter words: what is told of its bytes; looked at only where the line itself does not decide.
  public func passes(rawLine line: String, words: @autoclosure () -> String = "") -> Bool {
    if let serial, !Self.contains(line.utf8, Array("serial=\(serial) ".utf8.map(Self.folded))) {
      return false
    }
    if passes(line) { return true }
    let words = words()
    // Together they are the entry as people see it; what begins with the words begins them.
    return !words.isEmpty && (passes(words) || passes("\(line) \(words)"))
  }

  /// Whether an entry of the application log is wanted.
  func passes(_ entry: ApplicationLog.Entry) -> Bool {
    let time = WallTime(
      unixSeconds: entry.time / 1000, milliseconds: UInt16(clamping: entry.time % 1000)
    ).iso8601
    guard isInTime(time) else { return false }
    if let serial, !Self.contains(entry.text.utf8, serial.utf8.map(Self.folded)) { return false }
    return passes((entry.code.map { "\($0) " } ?? "") + entry.text)
  }

  /// Whether a line that begins with a time is of the time that is wanted.
  func isInTime(_ line: String) -> Bool {
    if let from, line < from { return false }
    if let to, line.prefix(24) > to { return false }
    return true
  }

  private func passes(_ text: String) -> Bool {
    if let expression { return expression.matches(text) }
    return words.isEmpty || Self.contains(text.utf8, words)
  }

  /// Letters of ASCII alike in both cases.
  private static func folded(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// Whether bytes are in a text, whatever their case.
  private static func contains(_ text: String.UTF8View, _ wanted: [UInt8]) -> Bool {
    let bytes = text.map(folded)
    guard let first = wanted.first, bytes.count >= wanted.count else { return wanted.isEmpty }
    return (0...(bytes.count - wanted.count)).contains { start in
      bytes[start] == first && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
    }
  }
}
