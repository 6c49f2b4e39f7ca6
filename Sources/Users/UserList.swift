import Settings

/// The file `users`: who may log in, and what each may do. A group a user, edited as chip.ini is: what
/// does not change stays byte for byte.
public struct UserList: Equatable, Sendable {
  /// The users, in the order of the file, without those with a mistake: they cannot log in.
  public let users: [User]
  /// Those with a mistake, with what of their entries is right: one can be mended, and they are shown.
  public let mistaken: [MistakenUser]
  /// The text of the file.
  public let document: INIDocument

  /// The user of this name.
  public subscript(name: String) -> User? { users.first { $0.name == name } }

  /// Why a list cannot be changed as wanted.
  public struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, and what is allowed.
    public let description: String

    /// - Parameter description: what is wrong, and what is allowed.
    public init(_ description: String) { self.description = description }
  }

  /// Reads a file; whatever is wrong with it, the diagnostics tell.
  /// - Parameter file: its name in messages.
  public static func parse(
    _ document: INIDocument, file: String = UsersFile.name
  ) -> (list: UserList, diagnostics: [Diagnostic]) {
    var reader = UserReader(file: file)
    reader.read(document)
    return (
      UserList(users: reader.users, mistaken: reader.mistaken, document: document),
      reader.diagnostics.worstFirst
    )
  }

  /// Everything that differs of a user is written; a user who is not there is added at the end.
  /// - Parameter keys: the keys that are given anew. Of a user with mistakes others that are wrong stay so.
  public func setting(_ user: User, mending keys: Set<String> = []) throws(Refusal) -> UserList {
    let old = self[user.name]
    let wrong = mistaken.first { $0.user.name == user.name }
    if old == nil, wrong == nil { try checkNew(user.name) }
    if user.mayUseFTP, old?.mayUseFTP != true {
      let others = users.filter(\.mayUseFTP).map(\.name)
      guard others.count < UserRule.maximumFTPUsers else {
        throw Refusal(
          "at most \(UserRule.maximumFTPUsers) users may have FTP; \(others.joined(separator: " and ")) "
            + "have it")
      }
    }
    try checkAdministrators(users.filter { $0.name != user.name } + [user], user.name)
    var edited = document
    for rule in UserRule.all {
      let text = rule.write(user)
      let isWrong = wrong?.wrongKeys.contains(rule.key) ?? false
      guard isWrong ? keys.contains(rule.key) : (old ?? wrong?.user).map(rule.write) != text else {
        continue
      }
      guard let next = edited.setting(rule.key, to: text, in: user.name) else {
        throw Refusal("\(rule.key) of \(user.name) cannot be written")
      }
      edited = next
    }
    let stays = Self.parse(edited).list.mistaken.contains { $0.user.name == user.name }
    let others = users.filter { $0.name != user.name }
    return try checked(edited, wrong != nil && stays ? others : others + [user])
  }

  /// Takes a user out.
  public func removing(_ name: String) throws(Refusal) -> UserList {
    guard document.groups.contains(where: { $0.name == name }) else {
      throw Refusal("there is no user \(name)\(hint(name))")
    }
    guard name != UserName.administrator else {
      throw Refusal(
        "\(name) cannot be removed: it is the user for SFTP and for resetting the device; give it another "
          + "password instead")
    }
    let rest = users.filter { $0.name != name }
    if self[name] != nil { try checkAdministrators(rest, name) }
    return try checked(document.removing(group: name), rest)
  }

  /// A name that may have been meant, for messages.
  public func hint(_ name: String) -> String {
    Spelling.nearest(to: name, in: users.map(\.name)).map { "; did you mean \($0)?" } ?? ""
  }

  func checkNew(_ name: String) throws(Refusal) {
    if document.groups.contains(where: { $0.name == name }) {
      throw Refusal("the entry of \(name) in the file has mistakes; mend them, or remove the user")
    }
    if let mistake = UserName.mistake(in: name) {
      throw Refusal("\"\(name)\" is no name for a user: \(mistake)")
    }
    guard users.count < UserRule.maximumUsers else {
      throw Refusal("there are \(users.count) users already, which is the most")
    }
  }

  /// Somebody must be able to give rights.
  private func checkAdministrators(_ next: [User], _ name: String) throws(Refusal) {
    guard !next.contains(where: \.isAdministrator), users.contains(where: \.isAdministrator) else {
      return
    }
    throw Refusal(
      "\(name) is the last who may change users (WRITE with \(User.Tab.user.rawValue)); give this right to "
        + "another user first")
  }

  /// The edited list, when it says what is wanted.
  private func checked(_ document: INIDocument, _ wanted: [User]) throws(Refusal) -> UserList {
    let list = Self.parse(document).list
    guard list.users.sorted(by: { $0.name < $1.name }) == wanted.sorted(by: { $0.name < $1.name })
    else {
      throw Refusal("the file would not read as wanted; please report this as a bug")
    }
    return list
  }
}

/// A user whose entry in the file has a mistake: nobody can log in by it.
public struct MistakenUser: Equatable, Sendable {
  /// What of it is right; the rest is as if it were not there.
  public let user: User
  /// The keys whose values are not allowed.
  public let wrongKeys: Set<String>
}

/// Reads the groups of the file.
struct UserReader {
  let file: String
  private(set) var users: [User] = []
  private(set) var mistaken: [MistakenUser] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var places: [String: TextPlace] = [:]

  init(file: String) { self.file = file }

  mutating func read(_ document: INIDocument) {
    var isInGroup = false
    for line in document.lines {
      switch line.content {
      case .group: isInGroup = true
      case .unreadable:
        // It may be a part of a hash.
        say(.error, line.place, "the line is no [user], no KEY=VALUE and no comment")
      case .entry where !isInGroup:
        say(.warning, line.place, "the line stands before the first [user] and has no effect")
      default: break
      }
    }
    for group in document.groups { read(group) }
    if users.count(where: \.mayUseFTP) > UserRule.maximumFTPUsers {
      let names = users.filter(\.mayUseFTP).map(\.name)
      say(
        .error, nil,
        "\(names.joined(separator: ", ")) have FTP = 1; at most \(UserRule.maximumFTPUsers) users may, "
          + "the others cannot use it")
      for index in users.indices where users[index].mayUseFTP {
        users[index].mayUseFTP = names.prefix(UserRule.maximumFTPUsers).contains(users[index].name)
      }
    }
    if !users.contains(where: \.isAdministrator) {
      say(
        .error, nil,
        "nobody can change users: no user has a password and WRITE with \(User.Tab.user.rawValue)")
    }
  }

  private mutating func read(_ group: INIDocument.Group) {
    guard isAllowed(group) else { return }
    var user = User(name: group.name)
    var isRight = true
    var wrongKeys: Set<String> = []
    var seen: [String: TextPlace] = [:]
    for entry in group.entries {
      guard let rule = UserRule.of(entry.key) else {
        let keys = UserRule.all.map(\.key)
        let hint = Spelling.nearest(to: entry.key, in: keys).map { "; did you mean \($0)?" } ?? ""
        say(
          hint.isEmpty ? .note : .warning, entry.place,
          "[\(group.name)] \(entry.key.excerpt) is not a key that this version knows; kept without effect\(hint)"
        )
        continue
      }
      if let earlier = seen.updateValue(entry.place, forKey: rule.key) {
        say(
          .error, entry.place,
          "[\(group.name)] \(rule.key) stands in line \(earlier.line) already; once is allowed")
        isRight = false
      }
      guard !rule.read(entry.value, &user) else { continue }
      isRight = false
      wrongKeys.insert(rule.key)
      let shown = rule.isSecret ? "(not shown)" : "'\(entry.value.excerpt)'"
      say(
        .error, entry.valuePlace,
        "[\(group.name)] \(rule.key) = \(shown): not allowed; allowed: \(rule.allowed); this user cannot log in"
      )
    }
    if isRight {
      users.append(user)
    } else {
      mistaken.append(MistakenUser(user: user, wrongKeys: wrongKeys))
    }
  }

  private mutating func isAllowed(_ group: INIDocument.Group) -> Bool {
    if let mistake = UserName.mistake(in: group.name) {
      say(
        .error, group.place,
        "[\(group.name.excerpt)] is no user: \(mistake)")
      return false
    }
    if let earlier = places.updateValue(group.place, forKey: group.name) {
      say(
        .error, group.place,
        "[\(group.name)] stands in line \(earlier.line) already; this one has no effect")
      places[group.name] = earlier
      return false
    }
    guard places.count <= UserRule.maximumUsers else {
      say(
        .error, group.place,
        "[\(group.name)] is more than the \(UserRule.maximumUsers) users that are allowed")
      return false
    }
    return true
  }

  private mutating func say(
    _ severity: Diagnostic.Severity, _ place: TextPlace?, _ message: String
  ) {
    diagnostics.append(Diagnostic(severity, file: file, at: place, message))
  }
}
