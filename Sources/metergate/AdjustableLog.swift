import Control
import Gateway
import Logging
import Settings
import Synchronization

/// The log on standard error, whose level can change while the gateway runs (MUC_LOG). Its last lines are kept for the
/// web page.
final class AdjustableLog: Sendable {
  private let level: Mutex<Logger.Level?>

  private let kept: ApplicationLog
  private let clock: DeviceClock

  /// - Parameters:
  ///   - mode: how much is logged at first.
  ///   - kept: where the last lines are kept.
  ///   - clock: what tells when they were logged.
  init(_ mode: LogMode, keeping kept: ApplicationLog, clock: DeviceClock = .system) {
    level = Mutex(mode.leastLevel)
    self.kept = kept
    self.clock = clock
  }

  /// A logger that follows `use(_:)`.
  func logger(_ label: String) -> Logger {
    var logger = Logger(label: label) { label in
      Handler(output: StreamLogHandler.standardError(label: label), log: self)
    }
    logger.logLevel = .trace
    return logger
  }

  /// From now on this much is logged.
  func use(_ mode: LogMode) { level.withLock { $0 = mode.leastLevel } }

  private func lets(_ level: Logger.Level) -> Bool {
    self.level.withLock { least in least.map { level >= $0 } ?? false }
  }

  private func keep(_ event: LogEvent) {
    let time = clock.now().wall
    kept.append(
      ApplicationLog.Entry(
        time: time.unixSeconds * 1000 + Int64(time.milliseconds), level: event.level.rawValue,
        code: event.metadata?["event"].map { "\($0)" }, text: "\(event.message)"))
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
      output.log(event: event)
      log.keep(event)
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
