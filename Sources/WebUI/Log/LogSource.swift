import Control
import FoundationEssentials
import MeterFiles
import Time

/// Where lines come from, newest first. A data store will take over behind this.
enum LogSource: Sendable {
  case application(ApplicationLog)
  /// The raw log of the M-Bus in the folder for data.
  case mbus(folder: String)

  /// A page. It blocks.
  /// - Parameter count: the most lines of a page.
  func page(_ query: LogQuery, count: Int = LogQuery.page) -> LogPage {
    var page = LogPage(page: query.page)
    var left = query.page * count
    visit(query) { entry in
      guard left == 0 else {
        left -= 1
        return true
      }
      guard page.entries.count < count else {
        page.more = true
        return false
      }
      page.entries.append(entry)
      return true
    }
    return page
  }

  /// Shows lines that pass until nobody wants more.
  private func visit(_ query: LogQuery, _ take: (LogEntryJSON) -> Bool) {
    switch self {
    case .application(let log):
      for entry in log.entries.reversed()
      where query.passes(time: entry.time, text: "\(entry.level) \(entry.code ?? "") \(entry.text)")
      {
        guard take(LogEntryJSON(entry)) else { return }
      }
    case .mbus(let folder):
      // Days that lie before or behind the time need not be read.
      for file in RawLogFiles(folder: folder, limit: 0).list().reversed()
      where query.meets(file.day) {
        for line in RawLogReader.linesBackwards(of: file.path) {
          guard let entry = LogEntryJSON(rawLine: line) else { continue }
          let milliseconds = Int64(exactly: (entry.time * 1000).rounded()) ?? 0
          guard query.passes(time: milliseconds, text: line) else { continue }
          guard take(entry) else { return }
        }
      }
    }
  }
}

extension LogQuery {
  /// Whether lines of a day, `20261122`, may be wanted.
  fileprivate func meets(_ day: String) -> Bool {
    guard let number = Int(day),
      let start = CivilTime(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    else { return true }
    let first = start.unixSecondsAsUTC * 1000
    return (to.map { first <= $0 } ?? true) && (from.map { first + 86_400_000 > $0 } ?? true)
  }
}
