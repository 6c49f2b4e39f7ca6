import MeterFiles
import Settings

/// The file `users` in the configuration folder.
public struct UsersFile: Sendable {
  /// Its name.
  public static let name = "users"
  /// The largest that is read; one with 64 users has some 20 kB.
  static let sizeLimit = 256 * 1024

  /// Where it is.
  public let path: String
  /// Who may log in.
  public let list: UserList
  /// Whether there is such a file; without one the users of delivery are there.
  public let isThere: Bool
  /// What it held when it was read; nil: it could not be read.
  public let version: FileVersion?
  private let why: String

  /// Reads the file. One that is missing stands for the users of delivery. One that cannot be read does not:
  /// nobody gets in by a password from a manual because a file is broken; then nobody can log in.
  /// Blocks.
  /// - Parameters:
  ///   - folder: the configuration folder.
  ///   - files: where it is read from.
  public static func load(
    _ folder: String, files: FileView = .disk
  ) -> (file: UsersFile, diagnostics: [Diagnostic]) {
    let path = FilePlace.join(folder, name)
    var content = files.read(path, limit: sizeLimit)
    if content == .missing, FileBytes.isLink(path), files.planned.isEmpty {
      content = .unreadable("it is a link to a file that is not there")
    }
    switch content {
    case .read(let bytes):
      let (list, diagnostics) = UserList.parse(INIDocument(bytes))
      return (
        UsersFile(path: path, list: list, isThere: true, version: .of(bytes), why: ""), diagnostics
      )
    case .missing:
      let (list, diagnostics) = UserList.parse(INIDocument(DeliveredUsers.text))
      return (
        UsersFile(path: path, list: list, isThere: false, version: .missing, why: ""), diagnostics
      )
    case .unreadable(let why):
      let empty = UserList.parse(INIDocument([])).list
      let diagnostic = Diagnostic(
        .error, file: name, "the file in \(folder) cannot be read: \(why); nobody can log in")
      return (
        UsersFile(path: path, list: empty, isThere: true, version: nil, why: why), [diagnostic]
      )
    }
  }

  /// The file with another list, on the disk when this returns, and readable for its owner only. Blocks.
  /// - Throws: `SaveFailure`; the file is as it was. One that could not be read is never overwritten.
  public func saving(_ list: UserList) throws(SaveFailure) -> (file: UsersFile, warning: String?) {
    guard let version else { throw .unreadable(file: Self.name, why: why) }
    let bytes = list.document.bytes
    let result = try SafeFile.save(bytes, to: path, replacing: version, isPrivate: true)
    return (
      UsersFile(path: path, list: list, isThere: true, version: .of(bytes), why: ""),
      result.warning
    )
  }
}

extension UserList {
  /// What became of a login.
  public enum Login: Equatable, Sendable {
    /// This user.
    case accepted(User)
    /// This user, who has to give a new password before anything else.
    case mustChange(User)
    /// Name or password are wrong; which of both is not said.
    case refused
  }

  /// Looks at a name and a password. It takes as long for a name that is not there. Blocks for about 15 ms:
  /// not for an event loop.
  public func login(name: String, password: String) -> Login {
    let user = self[name]
    let isRight = (user?.hash ?? DeliveredUsers.nobody)?.matches(password) ?? false
    guard let user, user.hash != nil, isRight else { return .refused }
    return user.mustChangePassword ? .mustChange(user) : .accepted(user)
  }

  /// The users who still have the password of delivery, their name. Blocks for 15 ms each.
  public var withDeliveredPassword: [User] {
    users.filter { user in
      DeliveredUsers.names.contains(user.name) && user.hash?.matches(user.name) == true
    }
  }
}
