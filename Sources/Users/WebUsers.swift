/// The users as the web page takes them: those of the file, with what the passwords of delivery mean for them.
public struct WebUsers: Equatable, Sendable {
  /// By name. Whoever has a mistake in the file is not among them.
  public let users: [String: User]
  /// Who still has the password of delivery, which stands in manuals.
  public let withDeliveredPassword: Set<String>

  /// Looks which passwords are those of delivery. Blocks for 15 ms for each user of delivery.
  public init(_ list: UserList) {
    let delivered = Set(list.withDeliveredPassword.map(\.name))
    var users = Dictionary(list.users.map { ($0.name, $0) }) { first, _ in first }
    // The manuals contradict themselves: web has write access, and only read access (Anybus gateway manual 2.4,
    // ch. 4.1). Once somebody has taken the device over, visitors only read; what was edited counts as it is.
    if !delivered.contains(UserName.administrator), let web = users[UserName.web],
      web == DeliveredUsers.web
    {
      users[UserName.web]?.rights = web.rights.mapValues { min($0, .read) }
    }
    self.users = users
    withDeliveredPassword = delivered
  }

  /// The user as whom visitors are logged in without being asked; nil: they have to log in.
  public var visitor: User? {
    withDeliveredPassword.contains(UserName.web) ? users[UserName.web] : nil
  }
}

extension DeliveredUsers {
  /// The entry of web as it is delivered.
  static let web = UserList.parse(.init(text)).list[UserName.web]
}
