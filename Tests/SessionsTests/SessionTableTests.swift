import Sessions
import Testing
import Time

/// Numbers that follow each other, so that ids are known.
private struct Counting: RandomNumberGenerator {
  var last: UInt64 = 0
  mutating func next() -> UInt64 {
    last += 1
    return last
  }
}

/// A table with its clock in seconds.
private final class Desk {
  var table = SessionTable(
    .init(idle: .seconds(60), total: 5, reserved: 1, ofOneAddress: 3, visitors: 3, visitorsOfOne: 2)
  )
  private var generator = Counting()

  private func instant(_ seconds: Int64) -> MonotonicInstant { .zero + .seconds(seconds) }

  func begin(
    _ user: String, maximum: Int? = nil, isDefault: Bool = false, isAdministrator: Bool = false,
    peer: String = "10.0.0.1",
    at seconds: Int64 = 0
  ) throws(SessionTable.Refusal) -> Session {
    try begin(
      user, maximum: maximum, isDefault: isDefault, isAdministrator: isAdministrator, peer: peer,
      instead: nil, at: seconds
    ).0
  }

  func begin(
    _ user: String, maximum: Int? = nil, isDefault: Bool = false, isAdministrator: Bool = false,
    peer: String = "10.0.0.1", instead before: String?, at seconds: Int64 = 0
  ) throws(SessionTable.Refusal) -> (Session, [SessionTable.Effect]) {
    try table.begin(
      user, maximum: maximum, isDefault: isDefault, isAdministrator: isAdministrator, from: peer,
      instead: before, at: instant(seconds), using: &generator)
  }

  func expire(at seconds: Int64) -> [SessionTable.Effect] { table.expire(at: instant(seconds)) }
  func touch(_ session: Session, at seconds: Int64) -> Session? {
    table.touch(session.id, at: instant(seconds))
  }
  func release(_ session: Session) -> [SessionTable.Effect] { table.release(session.id) }
  func seize(_ session: Session, at time: Int64) -> [SessionTable.Effect] {
    table.seize(session.id, at: time)
  }
  func end(_ session: Session) -> [SessionTable.Effect] { table.end(session.id, .loggedOut) }
  func end(_ reason: (Session) -> SessionTable.End?) -> [SessionTable.Effect] { table.end(reason) }
}

@Suite struct SessionTableTests {
  private let desk = Desk()

  @Test func idsAreOf128Bits() throws {
    let session = try desk.begin("fitter")
    #expect(session.id == "00000000000000010000000000000002")
    #expect(session.csrf == "00000000000000030000000000000004")
    #expect(SessionSecret.isSame(session.id, session.id))
    #expect(!SessionSecret.isSame(session.id, session.csrf))
    #expect(!SessionSecret.isSame(session.id, session.id + "0"))
  }

  @Test func silenceEndsThem() throws {
    let (first, second) = (try desk.begin("a"), try desk.begin("b", at: 10))
    #expect(desk.expire(at: 59).isEmpty)
    #expect(desk.expire(at: 60) == [.ended(first, .timeout)])
    let seen = desk.touch(second, at: 65)
    #expect(seen?.user == "b" && desk.expire(at: 124).isEmpty)
    #expect(desk.touch(first, at: 65) == nil)
    #expect(desk.table.counts == ["b": 1])
  }

  @Test func howOftenAUserMayBeThere() throws {
    _ = try desk.begin("fitter", maximum: 1)
    #expect(throws: SessionTable.Refusal.ofUser("fitter", maximum: 1)) {
      try desk.begin("fitter", maximum: 1)
    }
    _ = try desk.begin("fitter", maximum: nil)
  }

  /// Whoever logs in again from the same browser takes the place of its session, and of no other one.
  @Test func aSessionTakesThePlaceOfTheOneBefore() throws {
    let first = try desk.begin("fitter", maximum: 1)
    let (second, effects) = try desk.begin("fitter", maximum: 1, instead: first.id)
    #expect(effects == [.ended(first, .loggedOut)])
    #expect(desk.table[first.id] == nil && desk.table.counts == ["fitter": 1])
    #expect(throws: SessionTable.Refusal.ofUser("fitter", maximum: 1)) {
      _ = try desk.begin("fitter", maximum: 1, instead: "0")
    }
    // One that is refused leaves the other.
    for user in ["a", "b"] { _ = try desk.begin(user) }
    _ = try desk.begin("c", peer: "10.0.0.2")
    let (third, _) = try desk.begin("d", instead: second.id)
    #expect(throws: SessionTable.Refusal.ofUser("c", maximum: 1)) {
      _ = try desk.begin("c", maximum: 1, instead: third.id)
    }
    #expect(desk.table[third.id] == third)
  }

  @Test func visitorsLeaveRoom() throws {
    _ = try desk.begin("web", isDefault: true)
    _ = try desk.begin("web", isDefault: true)
    #expect(throws: SessionTable.Refusal.visitors) { try desk.begin("web", isDefault: true) }
    _ = try desk.begin("web", isDefault: true, peer: "10.0.0.2")
    #expect(throws: SessionTable.Refusal.visitors) {
      try desk.begin("web", isDefault: true, peer: "10.0.0.3")
    }
    _ = try desk.begin("fitter", peer: "10.0.0.4")
    #expect(throws: SessionTable.Refusal.inAll(4)) { try desk.begin("fitter", peer: "10.0.0.4") }
    _ = try desk.begin("admin", isAdministrator: true, peer: "10.0.0.4")
    #expect(throws: SessionTable.Refusal.inAll(5)) {
      try desk.begin("admin", isAdministrator: true, peer: "10.0.0.4")
    }
  }

  @Test func anAddressHasItsShare() throws {
    for user in ["a", "b", "c"] { _ = try desk.begin(user) }
    #expect(throws: SessionTable.Refusal.ofAddress(3)) { try desk.begin("d") }
    _ = try desk.begin("d", peer: "10.0.0.2")
  }

  /// Whoever has an IPv6 network has all its addresses.
  @Test func aNetworkHasTheShareOfAnAddress() throws {
    for number in 1...3 { _ = try desk.begin("u\(number)", peer: "2001:db8:1:2::\(number)") }
    #expect(throws: SessionTable.Refusal.ofAddress(3)) {
      try desk.begin("d", peer: "2001:db8:1:2:3:4:5:6")
    }
    _ = try desk.begin("d", peer: "2001:db8:1:3::1")
  }

  /// All machines of a plant share one network on their link.
  @Test(arguments: ["fe80::", "fd00:1:2:3::"])
  func theMachinesOfALinkCountEachForItself(network: String) throws {
    for number in 1...3 { _ = try desk.begin("u\(number)", peer: "\(network)\(number)") }
    _ = try desk.begin("d", peer: "\(network)4")
  }

  @Test(arguments: [
    (
      SessionTable.Refusal.ofUser("fitter", maximum: 1),
      "fitter is logged in once already, which is the most that is allowed (SESSIONS in the file users): log out "
        + "there, or wait until that session has ended"
    ),
    (
      .ofUser("fitter", maximum: 2),
      "fitter is logged in 2 times already, which is the most that is allowed (SESSIONS in the file users): log "
        + "out there, or wait until that session has ended"
    ),
    (
      .inAll(64),
      "64 sessions are open, which is the most: log out somewhere, or wait until one has ended"
    ),
    (
      .ofAddress(16),
      "16 sessions are open from this address or its network, which is the most: log out somewhere, or wait until one "
        + "has ended"
    ),
    (
      .visitors,
      "too many visitors have the page open without having logged in: log in, or wait until one has gone"
    ),
  ])
  func refusalsInWords(refusal: SessionTable.Refusal, text: String) {
    #expect(refusal.description == text)
  }

  // MARK: - The lock

  @Test func oneMayWrite() throws {
    let (first, second) = (try desk.begin("a"), try desk.begin("b"))
    let taken = desk.table.claim(first.id, at: 100)
    #expect(taken.0 == .mine && taken.1 == [.lockChanged])
    let again = desk.table.claim(first.id, at: 101)
    #expect(again.0 == .mine && again.1.isEmpty && desk.table.lock.since == 100)
    let refused = desk.table.claim(second.id, at: 102)
    #expect(refused.0 == .held(by: "a") && refused.1.isEmpty)
    #expect(desk.release(second).isEmpty && desk.table.lockHolder == "a")
    #expect(desk.release(first) == [.lockChanged] && desk.table.lockHolder == nil)
  }

  @Test func itCanBeAskedForAndTaken() throws {
    let (first, second) = (try desk.begin("a"), try desk.begin("b"))
    _ = desk.table.claim(first.id, at: 100)
    let asked = desk.table.ask(second.id, at: 101)
    #expect(
      asked.0 == .held(by: "a") && asked.1 == [.lockChanged] && desk.table.lock.wantedBy == "b")
    let twice = desk.table.ask(second.id, at: 102)
    #expect(twice.1.isEmpty)
    #expect(desk.seize(second, at: 103) == [.lockChanged])
    #expect(
      desk.table.lockHolder == "b" && desk.table.lock.since == 103
        && desk.table.lock.wantedBy == nil)
    #expect(desk.seize(second, at: 104).isEmpty)
    let free = try desk.begin("c")
    _ = desk.release(second)
    let askedFree = desk.table.ask(free.id, at: 105)
    #expect(askedFree.0 == .mine)
  }

  @Test func whoGoesGivesItBack() throws {
    let (first, second) = (try desk.begin("a"), try desk.begin("b"))
    _ = desk.table.claim(first.id, at: 100)
    #expect(desk.end(first) == [.ended(first, .loggedOut), .lockChanged])
    _ = desk.table.claim(second.id, at: 100)
    #expect(desk.expire(at: 60) == [.ended(second, .timeout), .lockChanged])
    let gone = desk.table.claim(second.id, at: 161)
    #expect(gone.0 == .held(by: "") && desk.seize(second, at: 161).isEmpty)
  }

  @Test func theFileOfUsersEndsThem() throws {
    let (first, second) = (try desk.begin("a"), try desk.begin("b"))
    #expect(desk.end { $0.user == "a" ? .userGone : nil } == [.ended(first, .userGone)])
    #expect(desk.table[first.id] == nil && desk.table[second.id] == second)
  }

  @Test func thePageAndTheLogSayWhyASessionHasEnded() {
    let ends: [SessionTable.End] = [.loggedOut, .timeout, .userGone, .passwordChanged, .noDefault]
    #expect(
      ends.map(\.rawValue) == [
        "you have logged out",
        "you were logged out after a time without activity (WEBCOM_TIMEOUT)",
        "you were logged out: this user can no longer log in",
        "you were logged out: the password of this user has been changed",
        "you were logged out: visitors have to log in from now on",
      ])
    #expect(
      ends.map(\.logged) == [
        "has logged out",
        "was logged out after a time without activity (WEBCOM_TIMEOUT)",
        "was logged out: this user can no longer log in",
        "was logged out: the password of this user has been changed",
        "was logged out: visitors have to log in from now on",
      ])
  }
}
