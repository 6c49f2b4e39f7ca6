import Control
import MeterFiles

/// Goes through a log from its newest entry to its oldest, and gives what is wanted of it. Where it reads files, it
/// blocks.
public struct LogSearch: Sendable {
  /// Where entries come from.
  public enum Source: Sendable {
    /// The gateway's own log.
    case application(ApplicationLog)
    /// The bytes of the M-Bus, and what is told of them, by their hexadecimal digits.
    case raw(RawLogFiles, explained: @Sendable (String) -> String = { _ in "" })
  }

  /// Entries of a page (MUC500 manual 1.1, ch. 4.11).
  public static let page = 500

  private enum Rest: Sendable {
    /// The newest last.
    case entries([ApplicationLog.Entry])
    case lines(RawLogBackward)
  }

  private var rest: Rest
  private let matcher: LogMatcher
  private let explain: @Sendable (String) -> String

  /// - Throws: when the filter cannot be used.
  public init(_ source: Source, _ filter: LogFilter) throws(LogFilter.Mistake) {
    matcher = try filter.matcher()
    switch source {
    case .application(let log):
      explain = { _ in "" }
      rest = .entries(log.entries)
    case .raw(let files, let explained):
      explain = explained
      let days = [matcher.from, matcher.to].map { time in
        time.map { String($0.prefix(10).filter { $0 != "-" }) }
      }
      rest = .lines(RawLogBackward(files, from: days[0], to: days[1]))
    }
  }

  enum Step {
    case end
    case other
    case found(LogEntry)
  }

  /// Looks at one entry more.
  mutating func step() -> Step {
    switch rest {
    case .entries(var entries):
      // Without a copy of all that is left.
      rest = .entries([])
      defer { rest = .entries(entries) }
      guard let entry = entries.popLast() else { return .end }
      return matcher.passes(entry) ? .found(LogEntry(entry)) : .other
    case .lines(var lines):
      rest = .entries([])
      defer { rest = .lines(lines) }
      guard let line = lines.next() else { return .end }
      guard matcher.isInTime(line), var entry = LogEntry(rawLine: line) else { return .other }
      var words: String?
      func explained() -> String {
        let found = words ?? explain(entry.hex ?? "")
        words = found
        return found
      }
      guard matcher.passes(rawLine: line, words: explained()) else { return .other }
      entry.text = explained()
      return .found(entry)
    }
  }

  /// A page of entries, the newest first.
  public struct Page: Codable, Hashable, Sendable {
    /// What is on it.
    public var entries: [LogEntry]
    /// Which it is, from 0 on.
    public var page: Int
    /// Whether there are older entries.
    public var more: Bool
  }

  /// A page, which nobody interrupts.
  /// - Parameter number: 0 is the newest.
  public func page(_ number: Int) -> Page {
    var batch = LogBatch(pageNumber: number, of: self)
    _ = batch.goOn()
    return batch.page(number)
  }
}
