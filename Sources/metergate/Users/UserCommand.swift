import ArgumentParser
import MeterFiles
import Settings
import Users

/// `metergate user`: who may log in.
struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user",
    abstract: "List and change who may log in.",
    discussion: """
      Works on the file "users" of the configuration folder. Without that file there are the users admin, \
      web and ftp, each with its name as password; admin has to change it at the first login.

      A password is read from the terminal, without showing it, or from standard input, one line; it never \
      stands on the command line, where others would see it.

      The exit code is 0 when the file says what it should, 1 when it does not, and 64 when something else \
      on the command line is wrong.

      Examples:
        metergate user list
        metergate user add fitter --read ALL --write General,Meter
        metergate user set fitter --write NONE --sessions 1
        metergate user password admin
      """,
    subcommands: [
      UserListCommand.self, UserAddCommand.self, UserRemoveCommand.self, UserSetCommand.self,
      UserPasswordCommand.self,
    ])
}

/// The file, for all subcommands.
struct UserFileOptions: ParsableArguments {
  @Option(name: .long, help: "The configuration folder, with the file users.")
  var app = "/app"

  /// Reads the file, and says what is wrong with it.
  func load() throws -> (file: UsersFile, hasErrors: Bool) {
    let (file, diagnostics) = UsersFile.load(try ReadyFolder(app).path)
    for diagnostic in diagnostics { Output.note(diagnostic.report) }
    return (file, diagnostics.contains { $0.severity == .error })
  }

  /// Changes the file, and says so.
  func change(
    _ done: String, _ edit: (UserList) throws(UserList.Refusal) -> UserList
  ) throws {
    let file = try load().file
    do {
      let list = try edit(file.list)
      guard list.document != file.list.document || !file.isThere else {
        Output.line("nothing to change in \(file.path)")
        return
      }
      let ready = try ReadyFolder(app)
      let contents = ready.contents
      let saved = try file.saving(list)
      ready.keep(contents)
      Output.line("\(done); \(file.path) is saved")
      if let warning = saved.warning { Output.note(warning) }
      for user in list.mistaken.map(\.user.name) {
        Output.note(
          "\(user) cannot log in yet, because of mistakes in the entry: metergate user list")
      }
    } catch {
      Output.note("\(error)")
      throw ExitCode(1)
    }
  }
}

/// What can be said of a user, in the words of the file.
struct UserRights: ParsableArguments {
  @Option(help: ArgumentHelp("Tabs of the web page that the user sees.", valueName: "TABS"))
  var read: String?

  @Option(help: ArgumentHelp("Tabs that the user may change, and sees.", valueName: "TABS"))
  var write: String?

  @Option(
    help: ArgumentHelp(
      "How often the user may be logged in at once; -1: any number.", valueName: "N"))
  var sessions: String?

  @Option(help: ArgumentHelp("1: may log in by FTP.", valueName: "0|1"))
  var ftp: String?

  @Option(help: ArgumentHelp("1: may change the own password.", valueName: "0|1"))
  var change: String?

  @Option(help: ArgumentHelp("1: has to change it at the next login.", valueName: "0|1"))
  var mustChange: String?

  /// What is given, in the order in which it is to be taken over: who may change a tab sees it.
  private var given: [(option: String, key: String, text: String?)] {
    [
      ("--write", "WRITE", write), ("--read", "READ", read), ("--sessions", "SESSIONS", sessions),
      ("--ftp", "FTP", ftp), ("--change", "CHANGE", change),
      ("--must-change", "MUSTCHANGE", mustChange),
    ]
  }

  /// The keys of the file that are given.
  var keys: Set<String> { Set(given.filter { $0.text != nil }.map(\.key)) }

  /// Whether there is anything.
  var isEmpty: Bool { given.allSatisfy { $0.text == nil } }

  /// The user with all of it.
  func applied(to user: User) throws(UserList.Refusal) -> User {
    var user = user
    for (option, key, text) in given {
      guard let text else { continue }
      user = try user.with(key, text, named: option)
    }
    return user
  }
}

/// `metergate user add`
struct UserAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a user, with a password.",
    discussion: "Without options the user may log in and change the own password, and sees nothing."
  )

  @OptionGroup var files: UserFileOptions
  @OptionGroup var rights: UserRights
  @Argument(help: "The name: a-z, 0-9, - and _, at most 32.") var name: String

  func run() throws {
    let (name, rights) = (name, rights)
    try files.change("\(name) is added") { list throws(UserList.Refusal) in
      try list.mayAdd(name)
      var user = try rights.applied(to: User(name: name))
      user.hash = try PasswordInput.hash(of: name)
      return try list.setting(user)
    }
  }
}

/// `metergate user remove`
struct UserRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a user.")

  @OptionGroup var files: UserFileOptions
  @Argument(help: "The name.") var name: String

  func run() throws {
    let name = name
    try files.change("\(name) is removed") { list throws(UserList.Refusal) in
      try list.removing(name)
    }
  }
}

/// `metergate user set`
struct UserSetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change what a user may do.",
    discussion: "TABS is ALL, NONE, or a list such as General,Meter. What is left out stays.")

  @OptionGroup var files: UserFileOptions
  @OptionGroup var rights: UserRights
  @Argument(help: "The name.") var name: String

  func validate() throws {
    if rights.isEmpty { throw ValidationError("there is nothing to set; give an option") }
  }

  func run() throws {
    let (name, rights) = (name, rights)
    try files.change("\(name) is changed") { list throws(UserList.Refusal) in
      try list.setting(try rights.applied(to: try list.known(name)), mending: rights.keys)
    }
  }
}

/// `metergate user password`
struct UserPasswordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "Give a user another password.")

  @OptionGroup var files: UserFileOptions
  @Argument(help: "The name.") var name: String

  func run() throws {
    let name = name
    try files.change("\(name) has another password") { list throws(UserList.Refusal) in
      var user = try list.known(name)
      user.hash = try PasswordInput.hash(of: name)
      user.mustChangePassword = false
      return try list.setting(user, mending: ["HASH", "MUSTCHANGE"])
    }
  }
}
