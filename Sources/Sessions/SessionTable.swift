import Settings
import Time

/// Who is logged in to the web page, and which of them may change something. A value: time and random numbers come
/// in as arguments, and what others have to know comes out.
public struct SessionTable: Sendable {
  /// How many there may be, and for how long.
  public struct Limits: Hashable, Sendable {
    /// A session without a sign of life for so long has ended (WEBCOM_TIMEOUT).
    public var idle: Span
    /// The most sessions of all users.
    public var total: Int
    /// How many of them only those may have who may change users, so that nobody keeps them out.
    public var reserved: Int
    /// How many of them may come from one address.
    public var ofOneAddress: Int
    /// How many of them may be of visitors who have not logged in, so that these leave room.
    public var visitors: Int
    /// How many of those may come from one address.
    public var visitorsOfOne: Int

    /// - Parameters:
    ///   - idle: after how long without a sign of life a session has ended.
    ///   - total: of all users.
    ///   - reserved: of them for those who may change users.
    ///   - ofOneAddress: of them from one address.
    ///   - visitors: who have not logged in.
    ///   - visitorsOfOne: of them from one address.
    public init(
      idle: Span, total: Int = 64, reserved: Int = 8, ofOneAddress: Int = 16, visitors: Int = 32,
      visitorsOfOne: Int = 8
    ) {
      self.idle = idle
      self.total = total
      self.reserved = reserved
      self.ofOneAddress = ofOneAddress
      self.visitors = visitors
      self.visitorsOfOne = visitorsOfOne
    }
  }

  /// Why somebody who is known cannot log in.
  public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// The user is logged in as often as the file `users` allows.
    case ofUser(String, maximum: Int)
    /// There are as many sessions as there can be.
    case inAll(Int)
    /// There are as many of one address, or its network (`IPAddress.client`), as there can be.
    case ofAddress(Int)
    /// There are as many visitors as there can be.
    case visitors

    /// For the person who wants to log in.
    public var description: String {
      switch self {
      case .ofUser(let user, let maximum):
        "\(user) is logged in \(maximum == 1 ? "once" : "\(maximum) times") already, which is the most that is "
          + "allowed (SESSIONS in the file users): log out there, or wait until that session has ended"
      case .inAll(let number):
        "\(number) sessions are open, which is the most: log out somewhere, or wait until one has ended"
      case .ofAddress(let number):
        "\(number) sessions are open from this address or its network, which is the most: log out somewhere, or wait "
          + "until one has ended"
      case .visitors:
        "too many visitors have the page open without having logged in: log in, or wait until one has gone"
      }
    }
  }

  /// Why a session has ended.
  public enum End: String, Equatable, Sendable {
    /// The user wanted it.
    case loggedOut = "you have logged out"
    /// There was no sign of life.
    case timeout = "you were logged out after a time without activity (WEBCOM_TIMEOUT)"
    /// The user is no longer in the file `users`, or cannot log in by it.
    case userGone = "you were logged out: this user can no longer log in"
    /// The user has another password.
    case passwordChanged = "you were logged out: the password of this user has been changed"
    /// Visitors are not let in any more.
    case noDefault = "you were logged out: visitors have to log in from now on"

    /// The same for the log, to follow who it was.
    public var logged: String {
      switch self {
      case .loggedOut: "has logged out"
      case .timeout: "was logged out after a time without activity (WEBCOM_TIMEOUT)"
      case .userGone: "was logged out: this user can no longer log in"
      case .passwordChanged: "was logged out: the password of this user has been changed"
      case .noDefault: "was logged out: visitors have to log in from now on"
      }
    }
  }

  /// What others have to know.
  public enum Effect: Equatable, Sendable {
    /// A session is over.
    case ended(Session, End)
    /// Somebody else has the lock, nobody has it, or it is asked for.
    case lockChanged
  }

  /// How many there may be, and for how long.
  public var limits: Limits
  /// Who may change something.
  public private(set) var lock = WriteLock()
  private var sessions: [String: Session] = [:]

  /// Nobody.
  public init(_ limits: Limits) { self.limits = limits }

  /// How many sessions each user has.
  public var counts: [String: Int] {
    sessions.values.reduce(into: [:]) { $0[$1.user, default: 0] += 1 }
  }

  /// The session of this id, which is no sign of life.
  public subscript(id: String) -> Session? { sessions[id] }

  /// The user who has the lock; nil: nobody.
  public var lockHolder: String? { lock.holder.flatMap { sessions[$0]?.user } }

  /// Begins a session.
  /// - Parameters:
  ///   - before: the session that the browser had: it makes room, and ends once the new one has begun.
  ///   - user: who it is.
  ///   - maximum: how many sessions this user may have; nil: any number.
  ///   - isDefault: a visitor, who has not logged in.
  ///   - isAdministrator: who may change users.
  ///   - peer: where it comes from.
  public mutating func begin(
    _ user: String, maximum: Int?, isDefault: Bool, isAdministrator: Bool, from peer: String,
    instead before: String? = nil, at now: MonotonicInstant,
    using generator: inout some RandomNumberGenerator
  ) throws(Refusal) -> (Session, [Effect]) {
    let others = sessions.values.filter { $0.id != before }
    if let maximum, others.count(where: { $0.user == user }) >= maximum {
      throw .ofUser(user, maximum: maximum)
    }
    let total = limits.total - (isAdministrator ? 0 : limits.reserved)
    guard others.count < total else { throw .inAll(others.count) }
    let client = IPAddress.client(of: peer)
    let neighbours = others.filter { IPAddress.client(of: $0.peer) == client }
    guard neighbours.count < limits.ofOneAddress else {
      throw .ofAddress(limits.ofOneAddress)
    }
    if isDefault {
      guard others.count(where: \.isDefault) < limits.visitors,
        neighbours.count(where: \.isDefault) < limits.visitorsOfOne
      else { throw .visitors }
    }
    let session = Session(
      id: SessionSecret.make(using: &generator), csrf: SessionSecret.make(using: &generator),
      user: user, isDefault: isDefault, peer: peer, seen: now)
    sessions[session.id] = session
    return (session, before.map { end($0, .loggedOut) } ?? [])
  }

  /// A sign of life; nil: there is no such session.
  public mutating func touch(_ id: String, at now: MonotonicInstant) -> Session? {
    sessions[id]?.seen = now
    return sessions[id]
  }

  /// Ends a session.
  public mutating func end(_ id: String, _ why: End) -> [Effect] {
    guard let session = sessions.removeValue(forKey: id) else { return [] }
    return [.ended(session, why)] + release(id)
  }

  /// Ends those that have been silent for too long.
  public mutating func expire(at now: MonotonicInstant) -> [Effect] {
    let idle = limits.idle
    return end { now - $0.seen >= idle ? .timeout : nil }
  }

  /// Ends sessions for which there is a reason.
  public mutating func end(_ reason: (Session) -> End?) -> [Effect] {
    let all = sessions.values.sorted { $0.id < $1.id }
    return all.flatMap { session in reason(session).map { end(session.id, $0) } ?? [] }
  }

  // MARK: - The lock

  /// What became of the wish to have the lock.
  public enum Claim: Equatable, Sendable {
    /// The session has it.
    case mine
    /// This user has it.
    case held(by: String)
  }

  /// Takes the lock for a session, if nobody else has it.
  /// - Parameter time: Unix time.
  public mutating func claim(_ id: String, at time: Int64) -> (Claim, [Effect]) {
    guard sessions[id] != nil else { return (.held(by: lockHolder ?? ""), []) }
    let before = lock
    guard lock.take(id, at: time) else { return (.held(by: lockHolder ?? ""), []) }
    return (.mine, lock == before ? [] : [.lockChanged])
  }

  /// Lets the holder of the lock know that somebody would like to have it; a lock that is free is taken.
  public mutating func ask(_ id: String, at time: Int64) -> (Claim, [Effect]) {
    let (claim, effects) = claim(id, at: time)
    guard case .held = claim, let user = sessions[id]?.user else { return (claim, effects) }
    let before = lock
    lock.ask(user)
    return (claim, lock == before ? [] : [.lockChanged])
  }

  /// Takes the lock away from whoever has it.
  public mutating func seize(_ id: String, at time: Int64) -> [Effect] {
    guard sessions[id] != nil, lock.holder != id else { return [] }
    lock.seize(id, at: time)
    return [.lockChanged]
  }

  /// Gives the lock back.
  public mutating func release(_ id: String) -> [Effect] { lock.release(id) ? [.lockChanged] : [] }
}
