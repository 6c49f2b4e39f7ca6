import Settings
import Users

/// Who asks, and what this user or machine may do.
public struct Caller: Hashable, Sendable {
  /// The user, or the name of a machine's token.
  public var name: String
  /// What may be done with each tab; one that is not in it: nothing.
  public var rights: [User.Tab: User.Right]
  /// Has come by a token, not by a session of the page.
  public var isMachine: Bool
  /// Has come by HTTPS.
  public var isSecure: Bool
  /// Where from, as `192.168.1.7`; nil: it is not known.
  var peer: String?
  /// The right to write, which goes with the first right that is needed to change something; nil: this needs none.
  var lock: LockClaim?

  /// - Parameters:
  ///   - name: the user, or the name of a token.
  ///   - rights: what may be done with each tab.
  ///   - isMachine: whether it has come by a token.
  ///   - isSecure: whether it has come by HTTPS.
  public init(
    name: String, rights: [User.Tab: User.Right], isMachine: Bool = false, isSecure: Bool = false
  ) {
    self.name = name
    self.rights = rights
    self.isMachine = isMachine
    self.isSecure = isSecure
  }

  /// Who and where from, for the log.
  var words: String { name + (peer.map { " at \($0)" } ?? "") }

  /// What may be done with a tab.
  public func right(_ tab: User.Tab) -> User.Right { rights[tab] ?? .none }

  /// Whoever may change something, and does, takes the right to write with it.
  /// - Throws: 403, which names the tab, when that much is not allowed; 423 when somebody else is changing something.
  public func needs(_ right: User.Right, _ tab: User.Tab) throws(APIError) {
    guard self.right(tab) >= right else {
      let what = right == .write ? "change what is on" : "see"
      throw APIError(.forbidden, "\(name) may not \(what) the tab \(tab.rawValue)")
    }
    if right == .write { try lock?.take() }
  }
}

/// The right to write, for one session.
struct LockClaim: Hashable, Sendable {
  let session: String
  let office: AccessOffice

  /// - Throws: 423 with who has it.
  func take() throws(APIError) { try office.claim(session) }

  static func == (a: Self, b: Self) -> Bool { a.session == b.session && a.office === b.office }
  func hash(into hasher: inout Hasher) { hasher.combine(session) }
}
