import Logging
import Synchronization

/// Takes down what is logged.
final class LogLines: Sendable {
  private let state = Mutex<[String]>([])

  /// Each with its level before it.
  var lines: [String] { state.withLock { $0 } }

  /// What writes them.
  var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

  private func add(_ line: String) { state.withLock { $0.append(line) } }

  private struct Handler: LogHandler {
    let log: LogLines
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.add("\(event.level.rawValue): \(event.message)") }
  }
}
