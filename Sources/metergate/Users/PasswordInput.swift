import Glibc
import Users

/// Asks for a new password: twice on a terminal that does not show it, otherwise one line of standard
/// input.
enum PasswordInput {
  /// The longest line that is read.
  private static let maximumBytes = 4096

  /// The hash of a new password.
  static func hash(of name: String) throws(UserList.Refusal) -> PasswordHash {
    let password: String
    if isatty(STDIN_FILENO) == 1 {
      password = try hidden("New password for \(name): ")
      guard try hidden("Once more: ") == password else {
        throw UserList.Refusal("the two passwords differ; nothing is changed")
      }
    } else {
      password = try line()
    }
    if let mistake = PasswordRule.mistake(in: password, of: name) {
      throw UserList.Refusal("\(mistake); nothing is changed")
    }
    guard let hash = PasswordHash.of(password) else {
      throw UserList.Refusal("the system cannot hash the password just now; nothing is changed")
    }
    return hash
  }

  /// A password or key that somebody sets, for anything but a user: asked for on a terminal, otherwise one line of
  /// standard input.
  static func secret(for name: String) throws(UserList.Refusal) -> String {
    isatty(STDIN_FILENO) == 1 ? try hidden("Value for \(name): ") : try line()
  }

  /// A line of the terminal, which does not show it; Ctrl-C leaves the terminal as it was.
  private static func hidden(_ prompt: String) throws(UserList.Refusal) -> String {
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else {
      throw UserList.Refusal("the terminal does not tell its state; nothing is changed")
    }
    var silent = before
    // Ctrl-C and its like come as characters, so that nothing ends while the terminal is silent.
    silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else {
      throw UserList.Refusal("the terminal cannot be made silent; nothing is changed")
    }
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      Output.note("")
    }
    Output.prompt(prompt)
    let text = try line()
    guard !text.unicodeScalars.contains(where: { $0.value == 3 || $0.value == 28 }) else {
      throw UserList.Refusal("nothing is changed")
    }
    return text
  }

  /// Bytes up to the end of the line, and not one more: what follows is for others.
  private static func line() throws(UserList.Refusal) -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      if byte == 0x0A { break }
      bytes.append(byte)
      guard bytes.count <= maximumBytes else { break }
    }
    if bytes.last == 0x0D { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UserList.Refusal("the password is no UTF-8; nothing is changed")
    }
    guard !text.isEmpty else {
      throw UserList.Refusal("there is no password on standard input; nothing is changed")
    }
    return text
  }
}
