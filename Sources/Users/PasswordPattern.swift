import Glibc

/// What new passwords have to match: an extended regular expression (POSIX.1-2017, ch. 9.4; WEBCOM_PASSWORDPATTERN in
/// MUC500 manual 1.1, table 25, which names no kind). It has to match a part of the password, `^…$` all of it.
public struct PasswordPattern: Equatable, Sendable {
  /// As it stands in the settings.
  public let text: String

  /// What is wrong with a pattern.
  public struct Mistake: Error, Equatable, Sendable {
    /// In the words of the system's library.
    public let reason: String
  }

  /// From the text of the setting, which is not empty.
  public init(_ text: String) throws(Mistake) {
    var compiled = regex_t()
    let code = regcomp(&compiled, text, Self.flags)
    guard code == 0 else {
      var words = [CChar](repeating: 0, count: 128)
      regerror(code, &compiled, &words, words.count)
      throw Mistake(
        reason: String(
          decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    regfree(&compiled)
    self.text = text
  }

  /// Whether a password matches. Patterns with back references can take long: not for an event loop.
  public func matches(_ password: String) -> Bool {
    var compiled = regex_t()
    guard PasswordRule.canBeHashed(password), regcomp(&compiled, text, Self.flags) == 0 else {
      return false
    }
    defer { regfree(&compiled) }
    return regexec(&compiled, password, 0, nil, 0) == 0
  }

  private static let flags = REG_EXTENDED | REG_NOSUB
}

extension PasswordRule {
  /// What is wrong with a password that a user gives in place of another one; nil: nothing.
  /// - Parameters:
  ///   - old: the password so far.
  ///   - pattern: what it has to match; nil: anything.
  public static func mistake(
    in password: String, of name: String, replacing old: String, pattern: PasswordPattern?
  ) -> String? {
    if let mistake = mistake(in: password, of: name) { return mistake }
    return password == old
      ? "the new password is the old one" : mistake(in: password, of: name, pattern: pattern)
  }

  /// What is wrong with a password that somebody sets for a user; nil: nothing.
  /// - Parameter pattern: what it has to match; nil: anything.
  public static func mistake(
    in password: String, of name: String, pattern: PasswordPattern?
  ) -> String? {
    if let mistake = mistake(in: password, of: name) { return mistake }
    if let pattern, !pattern.matches(password) {
      return
        "the password does not match what is asked of new ones here (WEBCOM_PASSWORDPATTERN = \(pattern.text))"
    }
    return nil
  }
}
