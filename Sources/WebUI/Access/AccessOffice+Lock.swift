import HTTPTypes
import Sessions

/// Who may write.
extension AccessOffice {
  /// The lock, as a session sees it.
  func lock(of session: String) -> LockView { state.withLock { $0.lockView(of: session) } }

  /// Takes the lock for a session.
  /// - Throws: 423 with who has it.
  @discardableResult
  func claim(_ session: String, asking: Bool = false) throws(APIError) -> LockView {
    let time = clock().wall.unixSeconds
    var claim = SessionTable.Claim.mine
    change { state in
      let (outcome, effects) =
        asking ? state.table.ask(session, at: time) : state.table.claim(session, at: time)
      claim = outcome
      return effects
    }
    guard case .held(let holder) = claim else { return lock(of: session) }
    var error = APIError(
      .locked,
      asking
        ? "\(holder) has been asked for the right to write"
        : "\(holder) is changing something; only one session can at a time")
    error.holder = holder
    throw error
  }

  /// Takes the lock away from whoever has it.
  func seize(_ session: Session) -> LockView {
    let time = clock().wall.unixSeconds
    let holder = state.withLock { $0.table.lockHolder }
    change { $0.table.seize(session.id, at: time) }
    if let holder { logger.notice("\(session.user) has taken the right to write from \(holder)") }
    return lock(of: session.id)
  }

  /// Gives the lock back.
  func release(_ session: String) { change { $0.table.release(session) } }
}
