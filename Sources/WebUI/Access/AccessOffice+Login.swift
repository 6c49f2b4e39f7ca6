import HTTPTypes
import MeterFiles
import NIOPosix
import Sessions
import Settings
import Time
import Users

/// Logging in and out, and passwords.
extension AccessOffice {
  static let starting = APIError(.serviceUnavailable, "the gateway is starting; try again")

  /// A session of a visitor, who need not log in as long as the user web has the password web.
  func visit(from peer: String) throws -> Session {
    guard let users else { throw Self.starting }
    guard let visitor = users.visitor else {
      throw APIError(.unauthorized, "log in with user name and password")
    }
    return try begin(visitor, isDefault: true, from: peer)
  }

  /// Logs somebody in.
  /// - Parameter before: the session that the browser had, which ends.
  func login(
    _ name: String, _ password: String, from peer: String, instead before: String?
  ) async throws -> Session {
    await refresh()
    guard let list = state.withLock({ $0.files?.file.list }) else { throw Self.starting }
    let outcome = try await checking(name, from: peer) {
      list.login(name: name, password: password)
    }
    guard case .accepted(let user) = outcome.admitted, let inForce = users?.users[user.name] else {
      throw refuse(name, from: peer)
    }
    state.withLock { $0.throttle.succeeded(name) }
    guard inForce.rights.values.contains(where: { $0 > .none }) || inForce.mustChangePassword else {
      throw APIError(.forbidden, "\(name) may see no tab of the web page (READ in the file users)")
    }
    let session = try begin(inForce, isDefault: false, from: peer)
    if let before { end(before) }
    logger.notice("\(name) has logged in from \(peer)")
    return session
  }

  /// Ends a session that its user wants to end.
  func end(_ id: String) { change { $0.table.end(id, .loggedOut) } }

  /// Gives the user of a session another password, which the file says when this returns.
  func changePassword(of session: Session, from old: String, to new: String) async throws {
    guard let user = users?.users[session.user] else { throw Self.starting }
    guard user.mayChangePassword || user.mustChangePassword else {
      throw APIError(
        .forbidden, "\(user.name) may not change the own password (CHANGE in the file users)")
    }
    let (folder, audit, pattern) = (folder, audit, settings.pattern)
    state.withLock { _ = $0.changingPassword.insert(session.id) }
    defer { state.withLock { _ = $0.changingPassword.remove(session.id) } }
    let changed = try await checking(user.name, from: session.peer) {
      try Self.savePassword(user.name, old, new, pattern, folder, audit)
    }
    guard let changed else {
      state.withLock { state in
        _ = state.throttle.failed(session.peer, user.name, at: clock().instant)
      }
      throw APIError(.unprocessableContent, "the old password is wrong")
    }
    take(changed, keeping: session.id)
  }

  /// nil: the old password is wrong.
  private static func savePassword(
    _ name: String, _ old: String, _ new: String, _ pattern: PasswordPattern?, _ folder: String,
    _ audit: AuditTrail
  ) throws -> AccessFiles? {
    let file = UsersFile.load(folder).file
    guard var user = file.list[name], user.hash?.matches(old) == true else { return nil }
    if let mistake = PasswordRule.mistake(in: new, of: name, replacing: old, pattern: pattern) {
      throw APIError(.unprocessableContent, mistake)
    }
    guard let hash = PasswordHash.of(new) else {
      throw APIError(.serviceUnavailable, "the system cannot hash the password just now; try again")
    }
    user.hash = hash
    user.mustChangePassword = false
    do {
      let list = try file.list.setting(user)
      _ = try audit.changing("has given the own user another password", by: name) {
        try file.saving(list)
      }
    } catch let error as UserList.Refusal {
      throw APIError(.unprocessableContent, error.description)
    } catch let error as SaveFailure {
      throw APIError(.serviceUnavailable, "\(error)")
    }
    return AccessFiles(folder, unlessAs: nil)
  }

  // MARK: -

  private func begin(_ user: User, isDefault: Bool, from peer: String) throws -> Session {
    tick()
    let now = clock().instant
    var generator = SystemRandomNumberGenerator()
    let result = state.withLock { state in
      Result { () throws(SessionTable.Refusal) in
        try state.table.begin(
          user.name, maximum: user.maximumSessions, isDefault: isDefault,
          isAdministrator: user.isAdministrator, from: peer, at: now,
          using: &generator)
      }
    }
    do {
      return try result.get()
    } catch {
      logger.warning("\(user.name) at \(peer): \(error)")
      throw APIError(isDefault ? .unauthorized : .forbidden, "\(error)")
    }
  }

  /// Looks at a password, one at a time from an address, and not sooner than the address may try.
  private func checking<Outcome: Sendable>(
    _ name: String, from peer: String, _ look: @escaping @Sendable () throws -> Outcome
  ) async throws -> Outcome {
    let now = clock().instant
    let wait: Span? = state.withLock { state in
      if let wait = state.throttle.wait(peer, name, at: now) { return wait }
      guard state.checking.count < Self.queue, state.checking.insert(peer).inserted else {
        return .seconds(1)
      }
      return nil
    }
    if let wait { throw Self.slow(wait) }
    defer { state.withLock { _ = $0.checking.remove(peer) } }
    return try await hashing.runIfActive(look)
  }

  /// Counts a wrong password.
  private func refuse(_ name: String, from peer: String) -> APIError {
    let now = clock().instant
    let wait = state.withLock { $0.throttle.failed(peer, name, at: now) }
    logger.warning("a login as \(name.excerpt) from \(peer) is refused: name or password are wrong")
    var error = APIError(.unauthorized, "user name or password are wrong")
    error.retryAfter = wait.map(Self.wholeSeconds)
    return error
  }

  private static func slow(_ wait: Span) -> APIError {
    let seconds = wholeSeconds(wait)
    var error = APIError(
      .tooManyRequests,
      "too many attempts from this address; the next one is possible in \(seconds) s")
    error.retryAfter = seconds
    return error
  }

  private static func wholeSeconds(_ span: Span) -> Int64 {
    (span.nanoseconds + 999_999_999) / 1_000_000_000
  }
}

extension UserList.Login {
  /// Whoever has to change the password is in, too: nothing else is possible then.
  fileprivate var admitted: Self {
    if case .mustChange(let user) = self { .accepted(user) } else { self }
  }
}
