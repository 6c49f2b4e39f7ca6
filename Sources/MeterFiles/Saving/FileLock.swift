import Glibc

/// Locks of files and folders (flock) against other programs. The kernel frees one when its holder ends in
/// whatever way.
package enum FileLock {
  private static let stepMicroseconds: UInt32 = 10_000

  /// Takes the lock of an open file. File systems without locks do without.
  /// - Parameter seconds: how long to wait for another program.
  /// - Returns: false when another one has it and does not end.
  package static func take(_ file: Int32, waiting seconds: Int) -> Bool {
    for _ in 0..<seconds * 100 {
      if flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK { return true }
      usleep(stepMicroseconds)
    }
    return false
  }
}
