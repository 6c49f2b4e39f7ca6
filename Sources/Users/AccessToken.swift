import Crypto
import Settings

/// What a program shows instead of a name and a password. Only the hash of its text is kept.
public struct AccessToken: Equatable, Sendable {
  /// What people call it.
  public let name: String
  /// SHA-256 of its text, as 64 hexadecimal digits.
  public let hash: String
  /// What may be done with it; a tab that is not in it: nothing.
  public var rights: [User.Tab: User.Right]
  /// When it was made, as Unix time.
  public let created: Int64

  /// All parts.
  public init(name: String, hash: String, rights: [User.Tab: User.Right], created: Int64) {
    self.name = name
    self.hash = hash
    self.rights = rights.filter { $0.value != .none }
    self.created = created
  }

  /// A new text of 256 random bits, as 64 hexadecimal digits.
  public static func newText() -> String {
    SymmetricKey(size: .bits256).withUnsafeBytes { hex($0) }
  }

  /// The hash of a text. It needs no salt and no cost: nobody guesses 256 bits.
  public static func hash(of text: String) -> String { hex(SHA256.hash(data: Array(text.utf8))) }

  /// What is wrong with a name; nil: nothing.
  public static func mistake(in name: String) -> String? {
    let isAllowed = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || [0x2D, 0x2E, 0x5F].contains(byte)
    }
    return isAllowed && (1...32).contains(name.utf8.count)
      ? nil : "a name has 1 to 32 of a-z, A-Z, 0-9, -, . and _"
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
  }
}
