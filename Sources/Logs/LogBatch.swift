/// Entries of a log that are being looked for, the newest first. The search can be interrupted, and goes on where it was.
public struct LogBatch: Sendable {
  /// What is behind those that have been found.
  public private(set) var search: LogSearch
  /// What has been found.
  public private(set) var entries: [LogEntry] = []
  private var skipped: Int
  private let count: Int

  /// - Parameters:
  ///   - count: how many entries are wanted; fewer: there are no more.
  ///   - search: where.
  ///   - skipped: how many are left out before them.
  public init(_ count: Int, of search: LogSearch, skipping skipped: Int = 0) {
    self.search = search
    self.count = count
    self.skipped = skipped
  }

  /// What is on a page, and an entry behind it.
  /// - Parameter number: 0 is the newest.
  public init(pageNumber number: Int, of search: LogSearch) {
    self.init(LogSearch.page + 1, of: search, skipping: number * LogSearch.page)
  }

  /// Goes on. Where files are read it blocks.
  /// - Parameter isTime: asked before each entry that is looked at.
  /// - Returns: whether it is over.
  public mutating func goOn(while isTime: () -> Bool = { true }) -> Bool {
    while entries.count < count {
      guard isTime() else { return false }
      switch search.step() {
      case .end: return true
      case .other: continue
      case .found(let entry):
        if skipped > 0 { skipped -= 1 } else { entries.append(entry) }
      }
    }
    return true
  }

  /// The page that it was made for.
  public func page(_ number: Int) -> LogSearch.Page {
    LogSearch.Page(
      entries: Array(entries.prefix(LogSearch.page)), page: number,
      more: entries.count > LogSearch.page)
  }
}
