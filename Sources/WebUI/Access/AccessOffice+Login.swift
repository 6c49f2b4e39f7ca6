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
    // All names that nobody has are one: they take no memory.
    let known = list[name]?.name
    let outcome = try await checking(known, from: peer) {
      list.login(name: name, password: password)
    }
    guard case .accepted(let user) = outcome.admitted, let inForce = users?.users[user.name] else {
      throw refuse(name, known, from: peer)
    }
    let now = clock().instant
    state.withLock { $0.throttle.succeeded(peer, user.name, at: now) }
    guard inForce.rights.values.contains(where: { $0 > .none }) || inForce.mustChangePassword else {
      throw APIError(.forbidden, "\(name) may see no tab of the web page (READ in the file users)")
    }
    let session = try begin(inForce, isDefault: false, from: peer, instead: before)
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
    let pattern = settings.pattern
    state.withLock { _ = $0.renewing.insert(session.id) }
    defer { state.withLock { _ = $0.renewing.remove(session.id) } }
    let changed = try await checking(user.name, from: session.peer) { [self] in
      try savePassword(user.name, old, new, pattern) ? read() : nil
    }
    guard let changed else {
      let now = clock().instant
      state.withLock { _ = $0.throttle.failed(session.peer, user.name, at: now) }
      logger.warning(
        "another password for \(user.name) from \(session.peer) is refused: the old one is wrong")
      throw APIError(.unprocessableContent, "the old password is wrong")
    }
    take(changed)
  }

  /// - Returns: false: the old password is wrong.
  private func savePassword(
    _ name: String, _ old: String, _ new: String, _ pattern: PasswordPattern?
  ) throws -> Bool {
    let file = UsersFile.load(folder).file
    guard var user = file.list[name], user.hash?.matches(old) == true else { return false }
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
    return true
  }

  // MARK: -

  private func begin(
    _ user: User, isDefault: Bool, from peer: String, instead before: String? = nil
  ) throws -> Session {
    tick()
    let now = clock().instant
    var generator = SystemRandomNumberGenerator()
    var result: Result<Session, SessionTable.Refusal>?
    change { state in
      do throws(SessionTable.Refusal) {
        let (session, effects) = try state.table.begin(
          user.name, maximum: user.maximumSessions, isDefault: isDefault,
          isAdministrator: user.isAdministrator, from: peer, instead: before, at: now,
          using: &generator)
        result = .success(session)
        return effects
      } catch {
        result = .failure(error)
        return []
      }
    }
    guard let result else { throw Self.starting }
    do throws(SessionTable.Refusal) {
      return try result.get()
    } catch {
      // Whoever has not logged in can cause this as often as they like.
      if let left = state.withLock({
        $0.refusals.take("\(IPAddress.client(of: peer)) \(error)", at: now)
      }) {
        let more = left > 0 ? " (and \(left) more times since this was said last)" : ""
        logger.warning("\(user.name) at \(peer): \(error)\(more)")
      }
      throw APIError(isDefault ? .unauthorized : .forbidden, "\(error)")
    }
  }

  /// Looks at a password, one at a time from an address, and not sooner than the address may try.
  /// - Parameter name: whose password; nil: nobody has the name.
  private func checking<Outcome: Sendable>(
    _ name: String?, from peer: String, _ look: @escaping @Sendable () throws -> Outcome
  ) async throws -> Outcome {
    let (now, client) = (clock().instant, IPAddress.client(of: peer))
    let wait: Span? = state.withLock { state in
      if let wait = state.throttle.wait(peer, name, at: now) { return wait }
      guard state.checking.count < Self.queue, state.checking.insert(client).inserted else {
        return .seconds(1)
      }
      return nil
    }
    if let wait { throw Self.slow(wait) }
    defer { state.withLock { _ = $0.checking.remove(client) } }
    return try await hashing.runIfActive(look)
  }

  /// Counts a wrong password. The log does not say whether there is such a user either: visitors may see it.
  private func refuse(_ name: String, _ known: String?, from peer: String) -> APIError {
    let now = clock().instant
    let wait = state.withLock { $0.throttle.failed(peer, known, at: now) }
    logger.warning("a login as \(name.excerpt) from \(peer) is refused: name or password are wrong")
    var error = APIError(.unauthorized, "user name or password are wrong")
    error.retryAfter = wait.map(Self.wholeSeconds)
    return error
  }

  private static func slow(_ wait: Span) -> APIError {
    let seconds = wholeSeconds(wait)
    var error = APIError(
      .tooManyRequests,
      "too many attempts; the next one from this address is possible in \(seconds) s")
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
