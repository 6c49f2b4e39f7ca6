import Settings

/// What is allowed in the file `users`: one row a key.
struct UserRule: Sendable {
  /// The key.
  let key: String
  /// What is allowed, to follow "allowed: ".
  let allowed: String
  /// Never shown.
  let isSecret: Bool
  /// Takes a text over; false when it is not allowed.
  let read: @Sendable (String, inout User) -> Bool
  /// The text to write.
  let write: @Sendable (User) -> String
}

extension UserRule {
  /// The most users (a limit of this program).
  static let maximumUsers = 64
  /// The most users with FTP (MUC500 manual 1.1, table 16).
  static let maximumFTPUsers = 2
  /// The most sessions that can be asked for; more is any number.
  static let maximumSessions = 1000

  /// The keys, in the order in which they are written.
  static let all: [UserRule] = [
    UserRule(
      key: "HASH",
      allowed: "a hash that crypt(5) holds for strong, such as mkpasswd makes ($y$…), or "
        + "nothing for a user who cannot log in", isSecret: true,
      read: { text, user in
        user.hash = PasswordHash(text)
        return text.isEmpty || user.hash != nil
      }, write: { $0.hash?.text ?? "" }),
    UserRule(
      key: "READ", allowed: tabsAllowed, isSecret: false,
      read: { give(.read, $0, &$1) }, write: { tabs($0, from: .read) }),
    UserRule(
      key: "WRITE", allowed: tabsAllowed, isSecret: false,
      read: { give(.write, $0, &$1) }, write: { tabs($0, from: .write) }),
    UserRule(
      key: "SESSIONS", allowed: "1 to \(maximumSessions), -1 for any number", isSecret: false,
      read: { text, user in
        guard let number = Int(text), number == -1 || (1...maximumSessions).contains(number)
        else { return false }
        user.maximumSessions = number == -1 ? nil : number
        return true
      }, write: { String($0.maximumSessions ?? -1) }),
    flag("FTP", \.mayUseFTP), flag("CHANGE", \.mayChangePassword),
    flag("MUSTCHANGE", \.mustChangePassword),
  ]

  /// The rule for a key; case, spaces and underscores do not matter.
  static func of(_ key: String) -> UserRule? {
    let wanted = SettingName.normalized(key)
    return all.first { SettingName.normalized($0.key) == wanted }
  }

  private static func flag(
    _ key: String, _ property: WritableKeyPath<User, Bool> & Sendable
  ) -> UserRule {
    UserRule(
      key: key, allowed: "0 (no) or 1 (yes)", isSecret: false,
      read: { text, user in
        guard text == "0" || text == "1" else { return false }
        user[keyPath: property] = text == "1"
        return true
      }, write: { $0[keyPath: property] ? "1" : "0" })
  }

  private static let allWord = "ALL"
  private static let noneWord = "NONE"
  private static let tabsAllowed =
    "\(allWord), \(noneWord), or some of \(User.Tab.allCases.map(\.rawValue).joined(separator: ", ")) with "
    + "commas between them"

  /// Gives a right for the tabs of a list, and takes it from the others. To change a tab is to see it, too;
  /// who may no longer change it still sees it.
  private static func give(_ right: User.Right, _ text: String, _ user: inout User) -> Bool {
    guard let tabs = tabs(text) else { return false }
    for tab in User.Tab.allCases {
      if tabs.contains(tab) {
        user.rights[tab] = max(user.right(tab), right)
      } else if user.right(tab) == right {
        user.rights[tab] = right == .write ? .read : nil
      }
    }
    return true
  }

  /// The tabs of a list; nil when one is not known.
  static func tabs(_ text: String) -> Set<User.Tab>? {
    switch SettingName.normalized(text) {
    case allWord: return Set(User.Tab.allCases)
    case noneWord, "": return []
    default: break
    }
    var tabs = Set<User.Tab>()
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let wanted = SettingName.normalized(word)
      // Both manuals have Config for the tab in their tables of rights.
      let tab = User.Tab.allCases.first {
        SettingName.normalized($0.rawValue) == wanted || $0 == .configuration && wanted == "CONFIG"
      }
      guard let tab else { return nil }
      tabs.insert(tab)
    }
    return tabs
  }

  private static func tabs(_ user: User, from right: User.Right) -> String {
    let tabs = User.Tab.allCases.filter { user.right($0) >= right }
    if tabs.isEmpty { return noneWord }
    return tabs.count == User.Tab.allCases.count
      ? allWord : tabs.map(\.rawValue).joined(separator: ",")
  }
}
