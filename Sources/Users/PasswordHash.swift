import CCrypt
import Glibc

/// The hash of a password, as crypt(5) writes it and the system's own programs take it: one that the
/// library holds for strong, yescrypt (`$y$`) where we make it.
public struct PasswordHash: Equatable, Sendable, CustomStringConvertible {
  /// As it stands in the file.
  let text: String

  /// From a text of a file; nil when no program of this system would take it, or it is an old weak kind.
  public init?(_ text: String) {
    guard text.utf8.count < Int(CRYPT_OUTPUT_SIZE), text.hasPrefix("$"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.forbidden.contains($0) }),
      Self.isWhole(text), crypt_checksalt(text) == CRYPT_SALT_OK
    else { return nil }
    self.text = text
  }

  /// Characters that crypt(5) excludes from every hash.
  private static let forbidden = Set("!*:;\\".utf8)

  /// Whether there is a hash behind the parameters and the salt: `$id$parameters$salt$hash`. Of the kinds
  /// that the library holds for strong, none has less than 43 characters there (crypt(5)).
  private static func isWhole(_ text: String) -> Bool {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    let isYescrypt = parts.count > 1 && ["y", "gy"].contains(parts[1])
    return parts.count >= (isYescrypt ? 5 : 4) && (parts.last?.utf8.count ?? 0) >= 43
  }

  /// Never the hash.
  public var description: String { "(not shown)" }

  /// Hashes a password with a salt of its own. Blocks for about 15 ms and takes some megabytes: not for an
  /// event loop.
  /// - Returns: nil when the system has no memory or no random numbers for it.
  public static func of(_ password: String) -> PasswordHash? {
    var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
    // Without bytes the library takes random ones from the system; 0 stands for its usual cost.
    guard crypt_gensalt_rn("$y$", 0, nil, 0, &setting, Int32(setting.count)) != nil else {
      return nil
    }
    let text = String(
      decoding: setting.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return crypt(password, text).flatMap { PasswordHash(String(decoding: $0, as: UTF8.self)) }
  }

  /// Whether a password is the right one. The time that it takes does not depend on where they differ.
  /// Blocks for about 15 ms: not for an event loop.
  public func matches(_ password: String) -> Bool {
    guard let found = Self.crypt(password, text) else { return false }
    let wanted = Array(text.utf8)
    guard found.count == wanted.count else { return false }
    return zip(found, wanted).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// The hash of a password by the method, cost and salt of another; nil when the library refuses.
  private static func crypt(_ password: String, _ setting: String) -> [UInt8]? {
    guard PasswordRule.canBeHashed(password) else { return nil }
    // Some 32 kB, and the library asks for zeros in it.
    let size = MemoryLayout<crypt_data>.size
    guard let memory = calloc(1, size) else { return nil }
    defer {
      explicit_bzero(memory, size)
      free(memory)
    }
    guard let result = crypt_rn(password, setting, memory, Int32(size)) else { return nil }
    let bytes = UnsafeRawPointer(result).assumingMemoryBound(to: UInt8.self)
    return Array(UnsafeBufferPointer(start: bytes, count: strlen(result)))
  }
}

/// What passwords are taken.
public enum PasswordRule {
  /// The fewest characters of a new password (a rule of this program; the manuals have none).
  public static let minimumCharacters = 8
  /// The most bytes that the library hashes.
  static let maximumBytes = Int(CRYPT_MAX_PASSPHRASE_SIZE) - 1

  /// What is wrong with a new password; nil: nothing.
  /// - Parameter name: the user's, which is no password.
  public static func mistake(in password: String, of name: String) -> String? {
    if password.count < minimumCharacters {
      return
        "the password has \(password.count) characters; at least \(minimumCharacters) are needed"
    }
    if password.utf8.count > maximumBytes {
      return "the password has \(password.utf8.count) bytes; at most \(maximumBytes) are allowed"
    }
    if password.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return
        "the password has control characters in it; letters, digits, signs and spaces are allowed"
    }
    if password.lowercased() == name.lowercased() { return "the password is the name of the user" }
    return nil
  }

  static func canBeHashed(_ password: String) -> Bool {
    password.utf8.count <= maximumBytes && !password.utf8.contains(0)
  }
}
