import Glibc

/// Whether somebody has files open for writing just now.
public enum FileWriters: Equatable, Sendable {
  /// Nobody has.
  case none
  /// Somebody has: what is in the file may be half of it.
  case some
  /// The system does not tell: the file belongs to another user, or its file system has no leases.
  case unknown

  /// F_SETLEASE and F_SETSIG of Linux's fcntl.h, which Glibc's overlay lacks.
  private static let (setLease, setSignal) = (Int32(1024), Int32(10))

  /// Asks the system. Files that are not there have no writers.
  ///
  /// A lease for reading (fcntl(2)) is refused while a file is open for writing, by whomever. It is given back at
  /// once; somebody who opens the file in between waits for that moment. The owner of a file may have one, and
  /// whoever has CAP_LEASE.
  public static func of(_ paths: some Sequence<String>) -> FileWriters {
    var answer = FileWriters.none
    for path in paths {
      switch of(path) {
      case .some: return .some
      case .unknown: answer = .unknown
      case .none: continue
      }
    }
    return answer
  }

  private static func of(_ path: String) -> FileWriters {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return errno == ENOENT ? .none : .unknown }
    defer { close(file) }
    // The signal that tells of a writer would end the process; this one is ignored unless somebody wants it.
    guard fcntl(file, setSignal, SIGURG) == 0 else { return .unknown }
    guard fcntl(file, setLease, Int32(F_RDLCK)) == 0 else {
      return errno == EAGAIN ? .some : .unknown
    }
    _ = fcntl(file, setLease, Int32(F_UNLCK))
    return .none
  }
}
