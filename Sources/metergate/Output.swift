import Glibc

/// The two channels of a command. Glibc's `stdout` and `stderr` are variables that Swift cannot take for
/// safe; the file descriptors are.
enum Output {
  /// Writes a line to standard error.
  static func note(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Writes to standard error, without a line end.
  static func prompt(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Writes to standard output as it is.
  static func text(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes over the current line of a terminal on standard error.
  static func noteInPlace(_ text: String) { write("\r\u{1B}[K" + text, to: STDERR_FILENO) }

  /// Writes a line to standard output at once: others may wait for it.
  static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  /// Writes bytes to standard output; false when not all of them have gone out.
  static func bytes(_ bytes: [UInt8]) -> Bool { write(bytes, to: STDOUT_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    _ = write(Array(text.utf8), to: descriptor)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
