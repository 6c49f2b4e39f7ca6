import Control
import HTTPTypes
import Hummingbird
import MeterFiles
import Settings
import Users

/// `/api/v1/users`: who may log in, and what each may do.
struct UsersAPI: Sendable {
  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("users") { _, context in
      try context.known().needs(.read, .user)
      let folder = try await api.app().folder
      let sessions = await api.environment.sessions()
      return Response(
        json: try await api.blocking { UserListJSON(UsersFile.load(folder), sessions) })
    }
    group.put("users") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .user)
      let wish = try await request.strictJSON(UsersWish.self)
      let app = try await api.app()
      let (folder, pattern) = (app.folder, AccessSettings(app.settings).pattern)
      let history = FolderHistory(folder: folder, origin: api.environment.origin)
      let isDry = try Query(request).flag("dryRun")
      return try await Deed(
        "change of the users", by: caller, context.logger, isDry: isDry
      ).done {
        try await api.blocking {
          try wish.save(in: folder, history, pattern, isDry: isDry, by: caller)
        }
      }
    }
  }
}

/// The users as the page shows them.
struct UserListJSON: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    var name: String
    var sessions: Int
    var maximumSessions: Int
    var mayChangePassword: Bool
    var mustChangePassword: Bool
    var ftp: Bool
    /// Those that count.
    var rights: [String: String]
    /// Those of the file, where they are others, and why they do not count.
    var rightsInFile: [String: String]?
    var rightsReason: String?
    var isFixed: Bool?
    var hasDeliveredPassword: Bool?
    var mistakes: [String]?
  }

  var hash: String
  var users: [Entry]

  /// It takes some time: hashes are looked at.
  init(_ loaded: (file: UsersFile, diagnostics: [Diagnostic]), _ sessions: [String: Int]) {
    let list = loaded.file.list
    let web = WebUsers(list)
    hash = loaded.file.version?.token ?? "unreadable"
    users = list.users.map { user in
      var entry = Entry(web.users[user.name] ?? user, sessions[user.name] ?? 0)
      entry.hasDeliveredPassword = web.withDeliveredPassword.contains(user.name) ? true : nil
      if let why = web.limited[user.name] {
        (entry.rightsInFile, entry.rightsReason) = (User.words(user.rights), why)
      }
      return entry
    }
    users += list.mistaken.map { wrong in
      var entry = Entry(wrong.user, 0)
      let said = loaded.diagnostics.filter {
        $0.severity == .error && $0.message.hasPrefix("[\(wrong.user.name)] ")
      }
      entry.mistakes = said.map(\.message)
      return entry
    }
  }
}

extension UserListJSON.Entry {
  fileprivate init(_ user: User, _ count: Int) {
    name = user.name
    sessions = count
    maximumSessions = user.maximumSessions ?? -1
    mayChangePassword = user.mayChangePassword
    mustChangePassword = user.mustChangePassword
    ftp = user.mayUseFTP
    rights = User.words(user.rights)
    isFixed = user.name == UserName.administrator ? true : nil
  }
}

/// What somebody wants changed of the users: all of it or nothing.
struct UsersWish: Codable, Sendable {
  struct Edit: Codable, Sendable {
    var name: String
    var add: Bool?
    var remove: Bool?
    var password: HiddenText?
    var maximumSessions: Int?
    var mayChangePassword: Bool?
    var mustChangePassword: Bool?
    var ftp: Bool?
    var rights: [String: String]?
  }

  var hash: String
  var edits: [Edit]

  /// What came of it.
  private struct Saved: Encodable {
    var hash: String
    var news: [String]
    var notes: [String]?
  }

  /// Changes the file. It blocks, and hashes passwords.
  /// - Parameters:
  ///   - pattern: what new passwords have to match; nil: anything.
  ///   - isDry: only say whether it is possible.
  func save(
    in folder: String, _ history: FolderHistory, _ pattern: PasswordPattern?, isDry: Bool,
    by caller: Caller
  ) throws -> (Response, Deed.Outcome) {
    let file = UsersFile.load(folder).file
    let now = file.version?.token ?? "unreadable"
    guard now == hash else { return Self.conflict(now) }
    do {
      var list = file.list
      for edit in edits { list = try edit.applied(to: list, pattern) }
      let told = Deed.Outcome(news: edits.map(\.news))
      if isDry { return (Response(json: Saved(hash: now, news: [])), told) }
      let before = history.contents
      let saved = try file.saving(list)
      let notes = [saved.warning, history.keep(before, by: caller)].compactMap(\.self)
      let answer = Saved(
        hash: saved.file.version?.token ?? "unreadable", news: told.news,
        notes: notes.isEmpty ? nil : notes)
      return (Response(json: answer), told)
    } catch let refusal as UserList.Refusal {
      throw APIError(.unprocessableContent, "\(refusal); nothing is changed")
    } catch let failure as SaveFailure {
      if case .conflict = failure {
        let then = UsersFile.load(folder).file.version?.token ?? "unreadable"
        return Self.conflict(then)
      }
      throw APIError(.unprocessableContent, "\(failure)")
    }
  }
}

extension UsersWish {
  private static func conflict(_ hash: String) -> (Response, Deed.Outcome) {
    let conflict = Conflict(hash: hash)
    return (Response(json: conflict, status: .conflict), .init(news: [], refusal: conflict.error))
  }
}

extension UsersWish.Edit {
  /// What has been done.
  fileprivate var news: String {
    if add == true { return "\(name) is added" }
    if remove == true { return "\(name) is removed" }
    return password == nil ? "\(name) is changed" : "\(name) has another password"
  }

  /// The list with it.
  func applied(
    to list: UserList, _ pattern: PasswordPattern?
  ) throws(UserList.Refusal) -> UserList {
    guard name != UserName.administrator else {
      throw UserList.Refusal(
        "\(name) cannot be changed or removed here; the password is changed by \(name), who is logged in, with Change "
          + "password")
    }
    guard remove != true else { return try list.removing(name) }
    var user: User
    if add == true {
      try list.mayAdd(name)
      user = User(name: name)
      guard password != nil else {
        throw UserList.Refusal("\(name) needs a password (\"password\")")
      }
    } else {
      user = try list.knownAsItCounts(name)
    }
    var keys: Set<String> = []
    if let maximumSessions {
      user = try user.with("SESSIONS", "\(maximumSessions)", named: "maximumSessions")
      keys.insert("SESSIONS")
    }
    try take(rights, into: &user, &keys)
    if let ftp {
      user.mayUseFTP = ftp
      keys.insert("FTP")
    }
    if let mayChangePassword {
      user.mayChangePassword = mayChangePassword
      keys.insert("CHANGE")
    }
    try take(password, matching: pattern, into: &user, &keys)
    if let mustChangePassword {
      user.mustChangePassword = mustChangePassword
      keys.insert("MUSTCHANGE")
    }
    return try list.settingAsItCounts(user, mending: keys)
  }

  private func take(
    _ password: HiddenText?, matching pattern: PasswordPattern?, into user: inout User,
    _ keys: inout Set<String>
  ) throws(UserList.Refusal) {
    guard let text = password?.text else { return }
    if let mistake = PasswordRule.mistake(in: text, of: name, pattern: pattern) {
      throw UserList.Refusal("\(name): \(mistake)")
    }
    guard let hash = PasswordHash.of(text) else {
      throw UserList.Refusal("\(name): the system has no memory or no random numbers for a hash")
    }
    user.hash = hash
    user.mustChangePassword = false
    keys.formUnion(["HASH", "MUSTCHANGE"])
  }

  private func take(
    _ rights: [String: String]?, into user: inout User, _ keys: inout Set<String>
  ) throws(UserList.Refusal) {
    guard let rights else { return }
    for (tabName, word) in rights.sorted(by: { $0.key < $1.key }) {
      guard let tab = User.Tab(rawValue: tabName) else {
        let all = User.Tab.allCases.map(\.rawValue).joined(separator: ", ")
        throw UserList.Refusal("\(name): there is no tab \(tabName.excerpt): there are \(all)")
      }
      guard let right = User.Right(word: word) else {
        throw UserList.Refusal(
          "\(name): \(tabName) = '\(word.excerpt)': not allowed; allowed: none, read or write")
      }
      user.rights[tab] = right == .none ? nil : right
    }
    keys.formUnion(["READ", "WRITE"])
  }
}
