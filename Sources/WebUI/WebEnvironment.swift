import ConfigurationArchive
import Control
import MeterFiles
import NIOPosix
import Sessions

/// What the API needs beside the gateway itself: threads for files, the log, and what others know of sessions.
public struct WebEnvironment: Sendable {
  /// Where files are read and written, and passwords hashed: never on the gateway's loop.
  public var files: NIOThreadPool
  /// The gateway's own log.
  public var log: ApplicationLog
  /// Who this gateway is.
  public var origin: ConfigurationOrigin
  /// What `metergate check` says of a folder beyond the reading of its files.
  public var check: @Sendable (AppFolder) -> AppFolder
  /// How many sessions each user has.
  public var sessions: @Sendable () async -> [String: Int]
  /// What happens to the session of whoever asks, as events of the page; it ends when the session does. nil: it is no
  /// session.
  public var sessionEvents: @Sendable (WebContext) async -> AsyncStream<PageEvent>?
  /// Ends the process so that it begins anew.
  public var restart: @Sendable () -> Void

  /// What is left out knows nothing and does nothing.
  public init(
    files: NIOThreadPool = .singleton, log: ApplicationLog = ApplicationLog(),
    origin: ConfigurationOrigin = ConfigurationOrigin(version: "", serial: 0),
    check: @escaping @Sendable (AppFolder) -> AppFolder = { $0 },
    sessions: @escaping @Sendable () async -> [String: Int] = { [:] },
    sessionEvents: @escaping @Sendable (WebContext) async -> AsyncStream<PageEvent>? = { _ in nil },
    restart: @escaping @Sendable () -> Void = {}
  ) {
    self.files = files
    self.log = log
    self.origin = origin
    self.check = check
    self.sessions = sessions
    self.sessionEvents = sessionEvents
    self.restart = restart
  }
}

/// A server-sent event of `/api/v1/events`.
public struct PageEvent: Hashable, Sendable {
  /// Its name: `status`, `meters` or `session`.
  public var name: String
  /// Its data, JSON on one line.
  public var data: String

  /// - Parameters:
  ///   - name: its name.
  ///   - data: JSON on one line.
  public init(_ name: String, _ data: String) {
    self.name = name
    self.data = data
  }
}
