import Glibc

/// Names of users: what Debian's adduser takes for system accounts, so that the same name logs in by SSH
/// and FTP.
public enum UserName {
  /// The longest (useradd(8)).
  public static let maximumCharacters = 32
  /// Who administers the device (MUC500 manual 1.1, ch. 4.10: cannot be deleted).
  public static let administrator = "admin"
  /// Who is logged in by the web page without being asked, as long as the password is the name, too.
  public static let web = "web"
  /// Who fetches logs.
  public static let ftp = "ftp"

  /// Names that the system has for itself: those of Debian's base-passwd, and of the services of the
  /// device. `ftp` is one, too, and a user all the same.
  private static let reserved: Set<String> = [
    "root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy",
    "www-data", "backup", "list", "irc", "gnats", "_apt", "nobody", "messagebus", "sshd",
    "metergate", "avahi", "proftpd", "mosquitto", "polkitd", "tss", "uuidd", "ntp", "_chrony",
  ]
  /// Accounts below this number are the system's (UID_MIN in login.defs(5)).
  private static let firstUserID: uid_t = 1000

  /// What is wrong with a name, whatever system it is on; nil: nothing.
  public static func mistake(in name: String) -> String? {
    let first = name.utf8.first.map { isLetter($0) || $0 == UInt8(ascii: "_") } ?? false
    let rest = name.utf8.allSatisfy { byte in
      isLetter(byte) || (0x30...0x39).contains(byte) || [0x2D, 0x5F].contains(byte)
    }
    guard first, rest, name.utf8.count <= maximumCharacters else {
      return
        "a name has 1 to \(maximumCharacters) of a-z, 0-9, - and _, and begins with a letter or _"
    }
    guard !reserved.contains(name), !name.hasPrefix("systemd-") else {
      return "the system has a user of this name"
    }
    return nil
  }

  /// Whether this system has a user of this name for itself. Blocks.
  static func isOfSystem(_ name: String) -> Bool {
    guard ![administrator, web, ftp].contains(name) else { return false }
    var buffer = [CChar](repeating: 0, count: 16384)
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
      return false
    }
    return entry.pw_uid < firstUserID
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
}
