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

  /// What may be done with a tab.
  public func right(_ tab: User.Tab) -> User.Right { rights[tab] ?? .none }

  /// - Throws: 403, which names the tab, when that much is not allowed.
  public func needs(_ right: User.Right, _ tab: User.Tab) throws(APIError) {
    guard self.right(tab) < right else { return }
    let what = right == .write ? "change what is on" : "see"
    throw APIError(.forbidden, "\(name) may not \(what) the tab \(tab.rawValue)")
  }
}
