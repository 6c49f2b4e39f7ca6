import Control
import Glibc
import Logging
import Settings
import Synchronization

/// The log on standard error, whose level can change while the gateway runs (MUC_LOG). Nobody waits for it to be written.
final class AdjustableLog: Sendable {
  private let level: Mutex<Logger.Level?>
  private let queue = LogQueue()
  /// The last lines, for the web page.
  let kept = ApplicationLog()

  /// - Parameter mode: how much is logged at first.
  init(_ mode: LogMode) { level = Mutex(mode.leastLevel) }

  /// A logger that follows `use(_:)`.
  func logger(_ label: String) -> Logger {
    var logger = Logger(label: label) { label in
      Handler(output: StreamLogHandler.standardError(label: label), log: self)
    }
    logger.logLevel = .trace
    return logger
  }

  /// Waits until what has been logged is written; not for long, where nobody reads it.
  func flush() { queue.flush() }

  /// From now on this much is logged.
  func use(_ mode: LogMode) { level.withLock { $0 = mode.leastLevel } }

  /// Unix time in milliseconds.
  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  private func lets(_ level: Logger.Level) -> Bool {
    self.level.withLock { least in least.map { level >= $0 } ?? false }
  }

  private struct Handler: LogHandler {
    var output: StreamLogHandler
    let log: AdjustableLog

    var logLevel: Logger.Level {
      get { output.logLevel }
      set { output.logLevel = newValue }
    }
    var metadata: Logger.Metadata {
      get { output.metadata }
      set { output.metadata = newValue }
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { output[metadataKey: key] }
      set { output[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
      guard log.lets(event.level) else { return }
      // What others have written is in it: nothing of that breaks a line, or acts on a terminal.
      let text = "\(event.message)".printable
      var event = event
      event.message = "\(text)"
      let (output, line) = (output, event)
      log.queue.add {
        output.log(event: line)
      } tellLoss: { count in
        var loss = line
        loss.level = .warning
        loss.message =
          "\(count) lines of the log are left out here, since nobody has read standard error"
        (loss.metadata, loss.error) = (nil, nil)
        output.log(event: loss)
      }
      log.kept.append(
        ApplicationLog.Entry(
          time: AdjustableLog.now, level: event.level.rawValue,
          code: event.metadata?["event"].map { "\($0)" }, text: text))
    }
  }
}

extension LogMode {
  /// The least important level that is logged; nil: nothing is.
  fileprivate var leastLevel: Logger.Level? {
    switch self {
    case .standard: .info
    case .none: nil
    case .errorsOnly: .error
    case .all: .trace
    }
  }
}
