import Control
import MeterFiles

/// Goes through a log from its newest entry to its oldest, and gives what is wanted of it. Where it reads files, it
/// blocks.
public struct LogSearch: Sendable {
  /// Where entries come from.
  public enum Source: Sendable {
    /// The gateway's own log.
    case application(ApplicationLog)
    /// The bytes of the M-Bus.
    case raw(RawLogFiles)
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

  /// - Throws: when the filter cannot be used.
  public init(_ source: Source, _ filter: LogFilter) throws(LogFilter.Mistake) {
    matcher = try filter.matcher()
    switch source {
    case .application(let log): rest = .entries(log.entries)
    case .raw(let files):
      let days = [matcher.from, matcher.to].map { time in
        time.map { String($0.prefix(10).filter { $0 != "-" }) }
      }
      rest = .lines(RawLogBackward(files, from: days[0], to: days[1]))
    }
  }

  /// The next entries that are wanted, the newest first; fewer than that: there are no more.
  /// - Parameters:
  ///   - count: how many.
  ///   - goesOn: asked now and then whether there is still time.
  /// - Returns: nil: there was not.
  public mutating func next(_ count: Int, while goesOn: () -> Bool = { true }) -> [LogEntry]? {
    var found: [LogEntry] = []
    var seen = 0
    while found.count < count {
      seen += 1
      if seen.isMultiple(of: 64), !goesOn() { return nil }
      switch step() {
      case .end: return found
      case .other: continue
      case .found(let entry): found.append(entry)
      }
    }
    return found
  }

  private enum Step {
    case end
    case other
    case found(LogEntry)
  }

  private mutating func step() -> Step {
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
      guard matcher.isInTime(line), matcher.passes(rawLine: line),
        let entry = LogEntry(rawLine: line)
      else { return .other }
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

  /// A page.
  /// - Parameters:
  ///   - number: 0 is the newest.
  ///   - goesOn: asked now and then whether there is still time.
  /// - Returns: nil: there was not.
  public mutating func page(_ number: Int, while goesOn: () -> Bool = { true }) -> Page? {
    for _ in 0..<number {
      guard let skipped = next(Self.page, while: goesOn) else { return nil }
      if skipped.count < Self.page { return Page(entries: [], page: number, more: false) }
    }
    guard var entries = next(Self.page + 1, while: goesOn) else { return nil }
    let more = entries.count > Self.page
    if more { entries.removeLast() }
    return Page(entries: entries, page: number, more: more)
  }
}
