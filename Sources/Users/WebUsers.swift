/// The users as the web page takes them: those of the file, with what the passwords of delivery mean for them.
public struct WebUsers: Equatable, Sendable {
  /// By name. Whoever has a mistake in the file is not among them.
  public let users: [String: User]
  /// Who still has the password of delivery, which stands in manuals.
  public let withDeliveredPassword: Set<String>
  /// Whose rights are others than the file says, and why.
  public let limited: [String: String]

  /// Looks which passwords are those of delivery. Blocks for 15 ms for each user of delivery.
  public init(_ list: UserList) {
    let delivered = Set(list.withDeliveredPassword.map(\.name))
    var users = Dictionary(list.users.map { ($0.name, $0) }) { first, _ in first }
    var limited: [String: String] = [:]
    // The manuals contradict themselves: web has write access, and only read access (Anybus gateway manual 2.4,
    // ch. 4.1). Once somebody has taken the device over, visitors only read; what was edited counts as it is.
    if !delivered.contains(UserName.administrator), let web = users[UserName.web],
      web == DeliveredUsers.web
    {
      users[UserName.web]?.rights = web.rights.mapValues { min($0, .read) }
      limited[UserName.web] =
        "\(UserName.web) only reads, since \(UserName.administrator) has another password than that of delivery; "
        + "rights that it is given from now on count"
    }
    self.users = users
    self.limited = limited
    withDeliveredPassword = delivered
  }

  /// The user as whom visitors are logged in without being asked; nil: they have to log in.
  public var visitor: User? {
    withDeliveredPassword.contains(UserName.web) ? users[UserName.web] : nil
  }
}

extension UserList {
  /// The user of this name with the rights that count: a change begins with them, since what is edited counts as it
  /// stands, and nobody wants to give rights by changing something else. Blocks as `WebUsers` does.
  public func knownAsItCounts(_ name: String) throws(Refusal) -> User {
    let user = try known(name)
    guard name == UserName.web else { return user }
    return WebUsers(self).users[name] ?? user
  }

  /// The list with another entry, which counts as it is written. Blocks as `WebUsers` does.
  /// - Throws: when nobody could tell the entry from the one of delivery, which counts as less than it says.
  public func settingAsItCounts(
    _ user: User, mending keys: Set<String>
  ) throws(Refusal) -> UserList {
    let list = try setting(user, mending: keys)
    guard user.name == UserName.web, WebUsers(list).limited[user.name] != nil else { return list }
    throw Refusal(
      "\(user.name): these are the rights that it is delivered with, and with exactly these it only reads; leave out "
        + "one of them, or give another one beside them")
  }
}

extension DeliveredUsers {
  /// The entry of web as it is delivered.
  static let web = UserList.parse(.init(text)).list[UserName.web]
}
