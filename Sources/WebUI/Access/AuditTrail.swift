import ConfigurationArchive
import Logging
import Time

/// Who changed what: a line in the log, and the configuration before and after in the history.
public struct AuditTrail: Sendable {
  private let folder: String
  private let origin: ConfigurationOrigin
  private let logger: Logger
  private let clock: @Sendable () -> Moment

  /// - Parameters:
  ///   - folder: the configuration folder.
  ///   - origin: which device this is.
  public init(
    folder: String, origin: ConfigurationOrigin, logger: Logger,
    clock: @escaping @Sendable () -> Moment
  ) {
    self.folder = folder
    self.origin = origin
    self.logger = logger
    self.clock = clock
  }

  /// Makes a change of files, and writes down who made it. Blocks.
  /// - Parameters:
  ///   - what: for the log, to follow the user: `has another password`.
  ///   - user: who wants it.
  ///   - isMachine: by a token.
  func changing<Outcome>(
    _ what: String, by user: String, isMachine: Bool = false, _ change: () throws -> Outcome
  ) throws -> Outcome {
    let before = try? ConfigurationFolder(folder).contents()
    let outcome = try change()
    logger.notice("\(user) \(what)")
    do throws(ConfigurationFailure) {
      try ConfigurationHistory(folder: folder, origin: origin).record(
        after: before, cause: isMachine ? .api : .web, user: user, time: clock().wall)
    } catch {
      logger.warning("the history does not get this configuration: \(error)")
    }
    return outcome
  }
}
