import Logging
import NIOCore
import NIOPosix
import Sessions
import Settings
import Synchronization
import Time
import Users

/// Who is logged in to the page, and what they may do: the sessions, the files that say who may, and whoever waits to
/// hear of changes. It may be asked from any thread; files are read and passwords hashed on threads of their own.
public final class AccessOffice: Sendable {
  struct State: Sendable {
    var table: SessionTable
    var throttle = LoginThrottle()
    /// Sessions that could not begin.
    var refusals = NewsLimit()
    var settings: AccessSettings
    var files: AccessFiles?
    var listeners: [Int: Listener] = [:]
    var lastListener = 0
    /// The addresses whose passwords are being looked at.
    var checking: Set<String> = []
    /// The sessions that change their own password just now: the files may be read again before they know.
    var renewing: Set<String> = []
    /// How often the files have been read.
    var readings = 0
    /// Since when the file of users is missed; nil: it is not.
    var missedSince: MonotonicInstant?
  }

  /// One who waits to hear of changes.
  struct Listener: Sendable {
    let session: String
    let stream: AsyncStream<SessionEvent>.Continuation
  }

  /// How long the file of users has to be gone before the users of delivery are there: some programs take a file away
  /// before they put another one in its place, and everybody knows those passwords.
  static let absence = Span.seconds(1)
  /// How many passwords are looked at, or wait for it; each takes 15 ms.
  static let queue = 16

  let state: Mutex<State>
  let folder: String
  let clock: @Sendable () -> Moment
  let logger: Logger
  private let files: NIOThreadPool
  /// Passwords are hashed here, so that nothing else waits for it.
  let hashing: NIOThreadPool
  let audit: AuditTrail

  /// - Parameters:
  ///   - folder: the configuration folder.
  ///   - files: where files are read.
  ///   - audit: what gets to know of changes.
  ///   - clock: the device's clocks.
  public init(
    _ settings: AccessSettings, folder: String, files: NIOThreadPool, audit: AuditTrail,
    logger: Logger, clock: @escaping @Sendable () -> Moment
  ) {
    state = Mutex(State(table: SessionTable(.init(idle: settings.timeout)), settings: settings))
    self.folder = folder
    self.files = files
    self.audit = audit
    self.logger = logger
    self.clock = clock
    hashing = NIOThreadPool(numberOfThreads: 1)
    hashing.start()
  }

  deinit { hashing.shutdownGracefully { _ in } }

  /// Other settings are in force.
  public func use(_ settings: AccessSettings) {
    state.withLock {
      $0.settings = settings
      $0.table.limits.idle = settings.timeout
    }
  }

  /// The settings in force.
  var settings: AccessSettings { state.withLock { $0.settings } }

  /// How many sessions each user has.
  public var sessionCounts: [String: Int] { state.withLock { $0.table.counts } }

  // MARK: - As time goes by

  /// Ends sessions that have been silent for too long. To be called every second.
  public func tick() {
    let now = clock().instant
    change { $0.table.expire(at: now) }
  }

  /// Reads the files that say who may log in, if they have changed: sessions of users who are gone, or have another
  /// password, end.
  public func refresh() async {
    let before = state.withLock { $0.files }
    guard let found = try? await files.runIfActive({ [self] in read(unlessAs: before) }) else {
      state.withLock { $0.missedSince = nil }
      return
    }
    take(found)
  }

  /// Reads the files now, if they look otherwise than before; nil: they do not. Blocks.
  func read(unlessAs before: AccessFiles? = nil) -> AccessFiles? {
    // The number first: whoever begins later sees more.
    let number = state.withLock { state in
      state.readings += 1
      return state.readings
    }
    return AccessFiles(folder, unlessAs: before, number: number)
  }

  /// Takes over what the files say, unless a later reading has said more.
  /// A session stays that has changed the password itself.
  func take(_ found: AccessFiles) {
    let now = clock().instant
    change { state in
      guard found.number > state.files?.number ?? 0, !state.misses(found, at: now) else {
        return []
      }
      let renewing = state.renewing
      let before = state.files?.users
      state.files = found
      let ended = state.table.end { session in
        if session.isDefault, found.users.visitor == nil { return .noDefault }
        guard let user = found.users.users[session.user], user.hash != nil else { return .userGone }
        guard let old = before?.users[session.user], !renewing.contains(session.id) else {
          return nil
        }
        return old.hash == user.hash ? nil : .passwordChanged
      }
      return ended + state.releaseIfPowerless()
    }
  }

  // MARK: - Who has to know

  /// Changes something, and lets those know whom it concerns.
  func change(_ body: (inout State) -> [SessionTable.Effect]) {
    // A stream that ends calls us back, so none does while the state is locked.
    let news: [(Listener, SessionEvent)] = state.withLock { state in
      body(&state).flatMap { effect -> [(Listener, SessionEvent)] in
        switch effect {
        case .ended(let session, let why):
          if why != .loggedOut || !session.isDefault {
            logger.info("\(session.user) at \(session.peer) \(why.logged)")
          }
          return state.listeners.values.filter { $0.session == session.id }
            .map { ($0, .ended(why.rawValue)) }
        case .lockChanged:
          return state.listeners.values.map { ($0, .lock(state.lockView(of: $0.session))) }
        }
      }
    }
    for (listener, event) in news {
      listener.stream.yield(event)
      if case .ended = event { listener.stream.finish() }
    }
  }

  /// What a session has to know, from now on. It begins with who has the lock, and ends with the session.
  public func events(of session: String) -> AsyncStream<SessionEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: SessionEvent.self, bufferingPolicy: .bufferingNewest(16))
    let (id, first): (Int?, SessionEvent) = state.withLock { state in
      guard state.table[session] != nil else {
        return (nil, .ended(SessionTable.End.timeout.rawValue))
      }
      state.lastListener += 1
      state.listeners[state.lastListener] = Listener(session: session, stream: continuation)
      return (state.lastListener, .lock(state.lockView(of: session)))
    }
    continuation.yield(first)
    guard let id else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.listeners[id] = nil }
    }
    return stream
  }

  // MARK: - Who it is

  /// The user of a session; nil: there is no such session.
  /// - Parameter isAlive: whether this is a sign of life.
  func session(_ id: String, isAlive: Bool) -> (session: Session, user: User)? {
    tick()
    let now = clock().instant
    return state.withLock { state in
      let found = isAlive ? state.table.touch(id, at: now) : state.table[id]
      guard let found, let user = state.files?.users.users[found.user] else { return nil }
      return (found, user)
    }
  }

  /// The token of this text; nil: there is none.
  func token(_ text: String) -> AccessToken? { state.withLock { $0.files?.tokens.token(text) } }

  /// Who has made a request, and what may be done, whenever that is asked; nil: the session, the user or the token is
  /// gone, or nothing may be done before another password is chosen.
  func callerNow(_ context: WebContext) -> @Sendable () -> Caller? {
    let isSecure = context.isSecure
    if let session = context.session {
      return { [weak self] in
        guard let (_, user) = self?.session(session.id, isAlive: false), !user.mustChangePassword
        else { return nil }
        return Caller(name: user.name, rights: user.rights, isSecure: isSecure)
      }
    }
    // Another token of the same name is not meant.
    let token = tokens.first { $0.name == context.caller?.name }
    return { [weak self] in
      guard let token, let now = self?.tokens.first(where: { $0.hash == token.hash }) else {
        return nil
      }
      return Caller(name: now.name, rights: now.rights, isMachine: true, isSecure: isSecure)
    }
  }

  /// The tokens, in the order of the file.
  var tokens: [AccessToken] { state.withLock { $0.files?.tokens.tokens ?? [] } }

  /// What a user may do, and who has a password that stands in manuals.
  var users: WebUsers? { state.withLock { $0.files?.users } }
}

extension AccessOffice.State {
  /// Whether the file of users was there before, and has not been gone for long.
  fileprivate mutating func misses(_ found: AccessFiles, at now: MonotonicInstant) -> Bool {
    guard files?.file.isThere == true, !found.file.isThere else {
      missedSince = nil
      return false
    }
    let since = missedSince ?? now
    missedSince = since
    return now - since < AccessOffice.absence
  }

  /// Takes the lock from a session whose user may not change anything any more.
  mutating func releaseIfPowerless() -> [SessionTable.Effect] {
    guard let holder = table.lock.holder, let user = table[holder]?.user,
      files?.users.users[user]?.rights.values.contains(.write) != true
    else { return [] }
    return table.release(holder)
  }

  /// Who has the lock, as a session sees it.
  func lockView(of session: String) -> LockView {
    let holder = table.lock.holder.flatMap { table[$0] }
    let isAnother = holder?.id != session && holder?.user == table[session]?.user
    return LockView(
      holder: holder?.user, isMine: table.lock.holder == session, since: table.lock.since,
      wantedBy: table.lock.wantedBy, from: isAnother ? holder?.peer : nil)
  }
}
