import Patterns

/// What new passwords have to match: an extended regular expression (POSIX.1-2017, ch. 9.4; WEBCOM_PASSWORDPATTERN in
/// MUC500 manual 1.1, table 25, which names no kind), as `BoundedPattern` understands it. It has to match a part of the
/// password, `^…$` all of it.
public struct PasswordPattern: Equatable, Sendable {
  /// As it stands in the settings.
  public let text: String
  private let pattern: BoundedPattern

  /// What is wrong with a pattern.
  public struct Mistake: Error, Equatable, Sendable {
    /// What, and where.
    public let reason: String
  }

  /// From the text of the setting, which is not empty. It takes next to no time, whatever the text.
  public init(_ text: String) throws(Mistake) {
    do throws(BoundedPattern.Mistake) {
      pattern = try BoundedPattern(text, ignoresCase: false)
    } catch {
      throw Mistake(reason: error.description)
    }
    self.text = text
  }

  /// Whether a password matches.
  public func matches(_ password: String) -> Bool {
    PasswordRule.canBeHashed(password) && pattern.matches(password)
  }

  /// The same text means the same.
  public static func == (one: Self, other: Self) -> Bool { one.text == other.text }
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
