import Settings

/// Somebody who may log in: a group of the file `users` (MUC500 manual 1.1, table 16; Anybus gateway
/// manual 2.4, ch. 4.7).
public struct User: Equatable, Sendable {
  /// A tab of the web page.
  public typealias Tab = WebField.Tab

  /// What a user may do with a tab.
  public enum Right: Int, Comparable, Sendable {
    /// Nothing: it is not shown.
    case none
    /// See it.
    case read
    /// See and change it.
    case write

    /// More comes later.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  /// What the user logs in as.
  public let name: String
  /// The hash of the password (crypt(5)); nil: nobody can log in as this user.
  public var hash: PasswordHash?
  /// What the user may do; a tab that is not in it: nothing.
  public var rights: [Tab: Right]
  /// How many sessions there may be at once, 1 and up; nil: any number.
  public var maximumSessions: Int?
  /// May log in by FTP.
  public var mayUseFTP: Bool
  /// May change the own password.
  public var mayChangePassword: Bool
  /// Has to change it at the next login.
  public var mustChangePassword: Bool

  /// All parts; what is left out is as for a user who may nothing but log in and change the own password.
  public init(
    name: String, hash: PasswordHash? = nil, rights: [Tab: Right] = [:],
    maximumSessions: Int? = nil, mayUseFTP: Bool = false, mayChangePassword: Bool = true,
    mustChangePassword: Bool = false
  ) {
    self.name = name
    self.hash = hash
    self.rights = rights.filter { $0.value != .none }
    self.maximumSessions = maximumSessions
    self.mayUseFTP = mayUseFTP
    self.mayChangePassword = mayChangePassword
    self.mustChangePassword = mustChangePassword
  }

  /// What the user may do with a tab.
  public func right(_ tab: Tab) -> Right { rights[tab] ?? .none }

  /// Whether the user can log in and give rights to others. Whoever has to change the password first can.
  public var isAdministrator: Bool { hash != nil && right(.user) == .write }
}
