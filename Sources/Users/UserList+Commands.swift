/// What commands ask of a list.
extension UserList {
  /// The user of this name.
  public func known(_ name: String) throws(Refusal) -> User {
    if let wrong = mistaken.first(where: { $0.user.name == name }), !wrong.wrongKeys.isEmpty {
      return wrong.user
    }
    guard let user = self[name] else {
      guard document.groups.contains(where: { $0.name == name }) else {
        throw Refusal("there is no user \(name)\(hint(name))")
      }
      throw Refusal("the entry of \(name) in the file has mistakes; mend them, or remove the user")
    }
    return user
  }

  /// Whether a user of this name can be added on this machine. Blocks.
  public func mayAdd(_ name: String) throws(Refusal) {
    guard self[name] == nil else { throw Refusal("there is a user \(name) already") }
    try checkNew(name)
    if UserName.isOfSystem(name) {
      throw Refusal("\"\(name)\" is no name for a user: the system has a user of this name")
    }
  }
}

extension User {
  /// The user with another text for a key of the file.
  /// - Parameter option: how it was given, for messages.
  public func with(
    _ key: String, _ text: String, named option: String
  ) throws(UserList.Refusal) -> User {
    var user = self
    guard let rule = UserRule.of(key) else { throw UserList.Refusal("\(key) is no key of a user") }
    guard rule.read(text, &user) else {
      throw UserList.Refusal(
        "\(option) = '\(text.excerpt)': not allowed; allowed: \(rule.allowed)")
    }
    return user
  }

  /// What the file has of the user, by key, without the hash.
  public var texts: [String: String] {
    var texts: [String: String] = [:]
    for rule in UserRule.all where !rule.isSecret { texts[rule.key] = rule.write(self) }
    return texts
  }
}
