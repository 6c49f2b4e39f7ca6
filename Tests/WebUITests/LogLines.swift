import Logging
import Synchronization

/// What is logged, a line each with its level.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  /// `warning: …`
  var all: [String] { lines.withLock { $0 } }

  /// Puts all into it.
  var logger: Logger {
    Logger(label: "test") { _ in Handler(lines: self) }
  }

  private struct Handler: LogHandler {
    let lines: LogLines
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      lines.lines.withLock { $0.append("\(event.level): \(event.message)") }
    }
  }
}
