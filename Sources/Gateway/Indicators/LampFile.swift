import Glibc
import MeterFiles

/// A light of one colour as Linux gives it: a folder with the files `brightness`, `max_brightness` and `trigger`
/// (Linux kernel documentation, LED handling).
struct LampFile: Hashable, Sendable {
  /// The folder.
  let folder: String

  /// - Parameter setting: its name in /sys/class/leds, or a path; empty: nil.
  init?(_ setting: String) {
    guard !setting.isEmpty else { return nil }
    folder = setting.hasPrefix("/") ? setting : "/sys/class/leds/" + setting
  }

  /// Why nobody can switch it; nil: it is there. Who may is not said: a check runs as another user than the gateway.
  var complaint: String? {
    let file = folder + "/brightness"
    guard access(file, F_OK) != 0, errno != EACCES else { return nil }
    return "\(file): \(String(cString: strerror(errno)))"
  }

  /// Switches it. Blocks.
  /// - Parameter first: whether somebody else, such as the kernel's heartbeat, may have switched it so far.
  /// - Returns: why it could not be; nil: it was.
  func turn(_ isOn: Bool, first: Bool) -> String? {
    // A trigger would go on switching it. Where there is none there is nothing to end.
    if first { _ = Self.write("none", to: folder + "/trigger") }
    return Self.write(isOn ? brightest : "0", to: folder + "/brightness")
  }

  private var brightest: String {
    guard case .read(let bytes) = FileBytes.read(folder + "/max_brightness", limit: 64) else {
      return "1"
    }
    let digits = bytes.prefix { (0x30...0x39).contains($0) }
    return digits.isEmpty ? "1" : String(decoding: digits, as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) -> String? {
    let file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return "\(path): \(String(cString: strerror(errno)))" }
    defer { close(file) }
    let bytes = Array((text + "\n").utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
      return "\(path): \(String(cString: strerror(errno)))"
    }
    return nil
  }
}
