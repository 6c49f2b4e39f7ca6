/// Who may change something: one session at a time (Anybus gateway manual 2.4, ch. 4.1). It is taken with the
/// first change, not at the login.
public struct WriteLock: Hashable, Sendable {
  /// The session that has it; nil: nobody.
  public private(set) var holder: String?
  /// Since when, as Unix time; nil: nobody has it.
  public private(set) var since: Int64?
  /// The user who has asked for it; nil: nobody.
  public private(set) var wantedBy: String?

  /// Free.
  public init() {}

  /// Takes it, if nobody else has it.
  /// - Parameter time: Unix time.
  /// - Returns: whether it is held by this session now.
  mutating func take(_ session: String, at time: Int64) -> Bool {
    guard holder == nil || holder == session else { return false }
    if holder == nil { (holder, since, wantedBy) = (session, time, nil) }
    return true
  }

  /// Takes it away from whoever has it.
  mutating func seize(_ session: String, at time: Int64) {
    guard holder != session else { return }
    (holder, since, wantedBy) = (session, time, nil)
  }

  /// Lets its holder know who would like to have it.
  mutating func ask(_ user: String) {
    if holder != nil { wantedBy = user }
  }

  /// Gives it back.
  /// - Returns: whether this session had it.
  mutating func release(_ session: String) -> Bool {
    guard holder == session else { return false }
    self = WriteLock()
    return true
  }
}
