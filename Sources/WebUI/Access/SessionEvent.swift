/// What a session has to know without asking.
public enum SessionEvent: Equatable, Sendable {
  /// Who has the lock, as this session sees it.
  case lock(LockView)
  /// The session is over: why.
  case ended(String)
}

/// Who may write, as a session sees it.
public struct LockView: Codable, Hashable, Sendable {
  /// The user who has the lock; left out: nobody.
  public var holder: String?
  /// It is this session.
  public var isMine: Bool
  /// Since when, as Unix time.
  public var since: Int64?
  /// Who has asked for it.
  public var wantedBy: String?
  /// Where the session that has it comes from, when it is another one of the same user; left out otherwise.
  public var from: String?

  /// All parts.
  public init(
    holder: String? = nil, isMine: Bool, since: Int64? = nil, wantedBy: String? = nil,
    from: String? = nil
  ) {
    self.holder = holder
    self.isMine = isMine
    self.since = since
    self.wantedBy = wantedBy
    self.from = from
  }
}
