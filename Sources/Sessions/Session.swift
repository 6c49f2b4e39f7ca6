import Time

/// Somebody who is logged in to the web page in one browser.
public struct Session: Hashable, Sendable {
  /// What the browser shows with each request: nobody can guess it.
  public let id: String
  /// What the page shows with each request that changes something, so that no other page can make one.
  public let csrf: String
  /// Who it is.
  public let user: String
  /// Has not logged in: the page lets visitors in as this user.
  public let isDefault: Bool
  /// Where it comes from, as `192.168.1.7`.
  public let peer: String
  /// The last sign of life.
  public internal(set) var seen: MonotonicInstant
}

/// Random texts that cannot be guessed, and how they are compared.
public enum SessionSecret {
  /// 128 random bits as 32 hexadecimal digits.
  public static func make(using generator: inout some RandomNumberGenerator) -> String {
    (0..<2).map { _ in hex(generator.next()) }.joined()
  }

  /// Whether two texts are the same. The time that it takes does not depend on where they differ.
  public static func isSame(_ a: String, _ b: String) -> Bool {
    guard a.utf8.count == b.utf8.count else { return false }
    return zip(a.utf8, b.utf8).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
