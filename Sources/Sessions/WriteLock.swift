/// Who may change something: one session at a time (Anybus gateway manual 2.4, ch. 4.1).
public struct WriteLock: Hashable, Sendable {
  /// The session that has it; nil: nobody.
  public private(set) var holder: String?

  /// Free.
  public init() {}

  /// Takes it, if nobody else has it.
  /// - Returns: whether it is held by this session now.
  public mutating func take(_ session: String) -> Bool {
    guard holder == nil || holder == session else { return false }
    holder = session
    return true
  }

  /// Gives it back.
  public mutating func release(_ session: String) {
    if holder == session { holder = nil }
  }
}
