import Glibc
import Users

/// The files that say who may log in, as they were read.
struct AccessFiles: Sendable {
  /// How a file looks from outside; another look is another content.
  private struct Look: Equatable {
    var inode: UInt64 = 0
    var size: Int64 = 0
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0

    init(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return }
      inode = UInt64(status.st_ino)
      size = Int64(status.st_size)
      seconds = Int64(status.st_mtim.tv_sec)
      nanoseconds = Int64(status.st_mtim.tv_nsec)
    }
  }

  let file: UsersFile
  let users: WebUsers
  let tokens: TokensFile
  /// Which reading it is: a later one has seen what an earlier one may have missed.
  let number: Int
  private let looks: [Look]

  /// Reads the files, if they look otherwise than before; nil: they do not. Blocks.
  /// - Parameter number: which reading it is.
  init?(_ folder: String, unlessAs before: AccessFiles?, number: Int) {
    // Looked at first, so that a change in between is seen the next time.
    let looks = [UsersFile.name, TokensFile.name].map { Look("\(folder)/\($0)") }
    guard looks != before?.looks else { return nil }
    self.looks = looks
    self.number = number
    file = UsersFile.load(folder).file
    users =
      if let before, before.file.list == file.list { before.users } else { WebUsers(file.list) }
    tokens = TokensFile.load(folder)
  }
}
