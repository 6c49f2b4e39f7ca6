import Certificates
import ConfigurationArchive
import Control
import FoundationEssentials
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
  /// Who has made a request, and what may be done, whenever that is asked; nil: nobody any more.
  public var callerNow: @Sendable (WebContext) -> @Sendable () -> Caller?
  /// The files of HTTPS; nil: nobody says.
  public var certificates: TLSServerFiles?
  /// The event streams that are open.
  public var streams = EventStreams()
  /// Where logs are searched.
  public var searches = SearchDesk()
  /// Where the files lie that the device comes with.
  public var shipped: String
  /// Ends the process so that it begins anew.
  public var restart: @Sendable () -> Void
  /// The large bodies that are there.
  public let bodies = LargeBodies()

  /// What is left out knows nothing and does nothing.
  public init(
    files: NIOThreadPool = .singleton, log: ApplicationLog = ApplicationLog(),
    origin: ConfigurationOrigin = ConfigurationOrigin(version: "", serial: 0),
    check: @escaping @Sendable (AppFolder) -> AppFolder = { $0 },
    sessions: @escaping @Sendable () async -> [String: Int] = { [:] },
    sessionEvents: @escaping @Sendable (WebContext) async -> AsyncStream<PageEvent>? = { _ in nil },
    callerNow: @escaping @Sendable (WebContext) -> @Sendable () -> Caller? = { context in
      { context.caller }
    }, shipped: String = ConfigurationFolder.shippedFolder,
    restart: @escaping @Sendable () -> Void = {}
  ) {
    self.files = files
    self.log = log
    self.origin = origin
    self.check = check
    self.sessions = sessions
    self.sessionEvents = sessionEvents
    self.callerNow = callerNow
    self.shipped = shipped
    self.restart = restart
  }
}

extension WebEnvironment {
  /// The same, which learns from those who let people in what happens to sessions.
  func knowing(_ office: AccessOffice) -> WebEnvironment {
    var environment = self
    environment.sessions = { office.sessionCounts }
    environment.callerNow = { office.callerNow($0) }
    environment.sessionEvents = { context in
      guard let session = context.session else { return nil }
      let events = office.events(of: session.id)
      return AsyncStream { continuation in
        let pump = Task {
          for await event in events { continuation.yield(PageEvent(event)) }
          continuation.finish()
        }
        continuation.onTermination = { _ in pump.cancel() }
      }
    }
    return environment
  }
}

extension PageEvent {
  private struct Ended: Encodable {
    var ended: String
  }

  /// What a session has to know.
  init(_ event: SessionEvent) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data =
      switch event {
      case .lock(let lock): try? encoder.encode(lock)
      case .ended(let why): try? encoder.encode(Ended(ended: why))
      }
    self.init("session", String(decoding: data ?? Data("{}".utf8), as: UTF8.self))
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
