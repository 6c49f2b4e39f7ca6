import PeerSupport
import Settings
import Testing

@testable import Users

@Suite(.ownThread) struct UserListTests {
  private static let hash =
    "$y$j9T$aYElisRUfYAHHAZM3B/e2/$OTUhcITyu1OSndNiyPSjUI2sREvfvbpR3oujVJN5YXA"
  private static let file = """
    ; ours\r
    [admin]\r
    HASH = \(hash) ; from mkpasswd\r
    WRITE=ALL\r
    \r
    [fitter]\r
    hash=\(hash)\r
    read=General, meter,CONFIG\r
    Write=meter\r
    sessions=2\r
    Note=east wing\r
    """

  private func parse(_ text: String) -> (list: UserList, messages: [String]) {
    let (list, diagnostics) = UserList.parse(INIDocument(text))
    return (list, diagnostics.map { "\($0.severity): \($0)" })
  }

  private func refusal(_ body: () throws -> UserList) -> String? {
    #expect(throws: UserList.Refusal.self) { try body() }?.description
  }

  @Test func reading() throws {
    let (list, messages) = parse(Self.file)
    #expect(
      messages
        == [
          "note: users:11:1: [fitter] Note is not a key that this version knows; kept without effect"
        ])
    let fitter = try #require(list["fitter"])
    #expect(
      fitter.rights == [.general: .read, .meter: .write, .configuration: .read]
        && fitter.maximumSessions == 2 && !fitter.mayUseFTP && fitter.mayChangePassword
        && !fitter.mustChangePassword && !fitter.isAdministrator)
    #expect(list["admin"]?.isAdministrator == true && list["admin"]?.right(.log) == .write)
    #expect(list["admin"]?.hash?.matches("admin") == true)
  }

  /// Each user with a mistake is out; the others are in.
  @Test func mistakes() {
    let tabs = "General, Meter, Output, Configuration, WAN, Server, Security, User, Log, Service"
    let (list, messages) = parse(
      """
      HASH=x
      [admin]
      HASH=\(Self.hash)
      WRITE=ALL
      [a]
      HASH=secret
      [b]
      READ=General,Metre
      SESSIONS=0
      [c]
      FTP = yes
      [root]
      [Otto]
      [admin]
      [d]
      FTP=1
      FTP=0
      WRTE=ALL
      nonsense
      """)
    #expect(list.users.map(\.name) == ["admin"])
    #expect(
      messages == [
        "error: users:19:1: the line is no [user], no KEY=VALUE and no comment",
        "error: users:6:6: [a] HASH = (not shown): not allowed; allowed: a hash that crypt(5) holds for "
          + "strong, such as mkpasswd makes ($y$…), or nothing for a user who cannot log in; this user "
          + "cannot log in",
        "error: users:8:6: [b] READ = 'General,Metre': not allowed; allowed: ALL, NONE, or some of \(tabs) "
          + "with commas between them; this user cannot log in",
        "error: users:9:10: [b] SESSIONS = '0': not allowed; allowed: 1 to 1000, -1 for any number; this "
          + "user cannot log in",
        "error: users:11:7: [c] FTP = 'yes': not allowed; allowed: 0 (no) or 1 (yes); this user cannot "
          + "log in",
        "error: users:12:1: [root] is no user: the system has a user of this name",
        "error: users:13:1: [Otto] is no user: a name has 1 to 32 of a-z, 0-9, - and _, and begins with a "
          + "letter or _",
        "error: users:14:1: [admin] stands in line 2 already; this one has no effect",
        "error: users:17:1: [d] FTP stands in line 16 already; once is allowed",
        "warning: users:1:1: the line stands before the first [user] and has no effect",
        "warning: users:18:1: [d] WRTE is not a key that this version knows; kept without effect; did you "
          + "mean WRITE?",
      ])
  }

  @Test func wholeFileMistakes() {
    let three = "[x]\nFTP=1\n[y]\nFTP=1\n[z]\nFTP=1\n"
    let (list, messages) = parse(three)
    #expect(
      messages == [
        "error: users: x, y, z have FTP = 1; at most 2 users may, the others cannot use it",
        "error: users: nobody can change users: no user has a password and WRITE with User",
      ])
    #expect(list.users.map(\.mayUseFTP) == [true, true, false])
    let many = (0..<70).map { "[u\($0)]\n" }.joined()
    #expect(
      parse(many).messages.first
        == "error: users:65:1: [u64] is more than the 64 users that are allowed")
  }

  @Test func editingKeepsTheRest() throws {
    let list = parse(Self.file).list
    var fitter = try list.known("fitter")
    fitter = try fitter.with("SESSIONS", "-1", named: "--sessions")
    fitter = try fitter.with("WRITE", "General", named: "--write")
    let edited = try list.setting(fitter)
    #expect(
      String(decoding: edited.document.bytes, as: UTF8.self)
        == Self.file.replacing("sessions=2", with: "sessions=-1")
        .replacing("Write=meter", with: "Write=General"))
    #expect(edited["fitter"]?.right(.meter) == .read && edited["fitter"]?.right(.general) == .write)
    #expect(try edited.setting(fitter) == edited)

    var added = User(name: "guest", rights: [.meter: .read])
    added.hash = PasswordHash(Self.hash)
    let grown = try list.setting(added)
    #expect(
      String(decoding: grown.document.bytes, as: UTF8.self)
        == Self.file
        + "\r\n[guest]\r\nHASH=\(Self.hash)\r\nREAD=Meter\r\nWRITE=NONE\r\nSESSIONS=-1\r\n"
        + "FTP=0\r\nCHANGE=1\r\nMUSTCHANGE=0" || grown["guest"] == added)
    #expect(grown.users.map(\.name) == ["admin", "fitter", "guest"])
    let shrunk = try grown.removing("fitter")
    #expect(shrunk.users.map(\.name) == ["admin", "guest"])
    #expect(
      String(decoding: shrunk.document.bytes, as: UTF8.self).hasPrefix("; ours\r\n[admin]\r\n"))
    #expect(!String(decoding: shrunk.document.bytes, as: UTF8.self).contains("east wing"))
  }

  /// What is wrong can be given anew by command; what else is wrong stays, and is not guessed.
  @Test func mending() throws {
    let text = "[admin]\nHASH=\(Self.hash)\nWRITE=ALL\n[b]\nREAD=Metre\nSESSIONS=0\nFTP=1\n"
    let list = parse(text).list
    #expect(list.mistaken.map(\.user.name) == ["b"] && list["b"] == nil)
    let once = try list.setting(
      try list.known("b").with("READ", "Meter", named: "--read"), mending: ["READ"])
    #expect(once.mistaken.map(\.wrongKeys) == [["SESSIONS"]])
    #expect(
      String(decoding: once.document.bytes, as: UTF8.self)
        == text.replacing("READ=Metre", with: "READ=Meter"))
    let twice = try once.setting(
      try once.known("b").with("SESSIONS", "3", named: "--sessions"), mending: ["SESSIONS"])
    let b = try #require(twice["b"])
    #expect(
      b.maximumSessions == 3 && b.right(.meter) == .read && b.mayUseFTP && twice.mistaken.isEmpty)
    let double = parse("[admin]\nHASH=\(Self.hash)\nWRITE=ALL\n[b]\nFTP=1\nFTP=0\n").list
    #expect(
      #expect(throws: UserList.Refusal.self) { try double.known("b") }?.description
        == "the entry of b in the file has mistakes; mend them, or remove the user")
  }

  @Test func theLastAdministratorStays() throws {
    let list = parse(Self.file).list
    let last =
      "admin is the last who may change users (WRITE with User); give this right to another user first"
    #expect(
      refusal {
        try list.setting(try list.known("admin").with("WRITE", "General", named: "--write"))
      } == last)
    #expect(
      refusal { try list.removing("admin") }
        == "admin cannot be removed: it is the user for SFTP and for resetting the device; give it another "
        + "password instead")
    let other = parse("[boss]\nHASH=\(Self.hash)\nWRITE=User\n[x]\n").list
    #expect(refusal { try other.removing("boss") }?.hasPrefix("boss is the last who") == true)
    #expect(try other.removing("x").users.map(\.name) == ["boss"])
    #expect(
      refusal { try list.removing("fiter") } == "there is no user fiter; did you mean fitter?")
  }

  @Test func names() throws {
    let list = parse(Self.file).list
    let rule = "a name has 1 to 32 of a-z, 0-9, - and _, and begins with a letter or _"
    for name in [
      "", "Otto", "1a", "-a", "a b", "a.b", "ä", "a]", "a$", String(repeating: "a", count: 33),
    ] {
      #expect(
        refusal { try list.setting(User(name: name)) }
          == "\"\(name)\" is no name for a user: \(rule)")
    }
    for name in ["root", "sshd", "systemd-network"] {
      #expect(
        refusal { try list.setting(User(name: name)) }
          == "\"\(name)\" is no name for a user: the system has a user of this name")
    }
    for name in ["_a", "a-1", String(repeating: "a", count: 32)] {
      #expect(try list.setting(User(name: name))[name] != nil)
    }
    #expect(throws: UserList.Refusal("there is a user fitter already")) {
      try list.mayAdd("fitter")
    }
    // The names of delivery are allowed, although Debian has ftp for itself.
    try list.mayAdd("ftp")
  }

  @Test func logins() throws {
    let list = parse(Self.file).list
    #expect(list.login(name: "fitter", password: "admin") == .accepted(try list.known("fitter")))
    #expect(list.login(name: "fitter", password: "Admin") == .refused)
    #expect(list.login(name: "nobody", password: "admin") == .refused)
    let locked = parse("[admin]\nHASH=\nWRITE=ALL\n").list
    #expect(
      locked["admin"]?.hash == nil && locked.login(name: "admin", password: "admin") == .refused)
  }

  @Test func delivery() throws {
    let folder = try TemporaryFolder()
    let (file, diagnostics) = UsersFile.load(folder.path)
    #expect(diagnostics.isEmpty && !file.isThere)
    #expect(file.list.users.map(\.name) == ["admin", "web", "ftp"])
    #expect(file.list.withDeliveredPassword.map(\.name) == ["admin", "web", "ftp"])
    let admin = try file.list.known("admin")
    #expect(file.list.login(name: "admin", password: "admin") == .mustChange(admin))
    let web = try file.list.known("web")
    #expect(file.list.login(name: "web", password: "web") == .accepted(web))
    #expect(web.right(.user) == .none && web.right(.service) == .write)
    #expect(try file.list.known("ftp").rights.isEmpty)
    #expect(folder.names.isEmpty)
  }

  @Test func saving() throws {
    let folder = try TemporaryFolder()
    let file = UsersFile.load(folder.path).file
    let (saved, warning) = try file.saving(try file.list.removing("web"))
    #expect(warning == nil && saved.isThere)
    let mode = try PeerProcess.run("stat", ["-c", "%a", folder["users"]]).standardOutput
    #expect(mode == "600\n")
    #expect(UsersFile.load(folder.path).file.list == saved.list)
    try folder.write("[admin]\n", to: "users")
    #expect(throws: (any Error).self) { try saved.saving(file.list) }
    #expect(folder.read("users") == "[admin]\n")
  }

  /// A file that is no file is no reason for the passwords of the manuals.
  @Test func unreadable() throws {
    let folder = try TemporaryFolder()
    _ = try PeerProcess.run("mkdir", [folder["users"]])
    let (file, diagnostics) = UsersFile.load(folder.path)
    #expect(file.list.users.isEmpty)
    #expect(
      diagnostics.map(\.description) == [
        "users: the file in \(folder.path) cannot be read: it is no regular file; nobody can log in"
      ])
    #expect(throws: (any Error).self) { try file.saving(file.list) }
  }
}
