import Glibc

/// A folder that is in use by this process. It is a lock of the kernel on the folder itself: it needs no file
/// and no permission but to read the folder, so that nobody else can take it, and is gone with the process.
///
/// `flock` on the folder is what saves take for a moment (`SafeFile`), so that this is a lock of the other kind,
/// of the open file description (fcntl(2)). A folder can carry only those for reading, which do not exclude
/// each other: each gateway looks for the lock of another one when it has its own.
final class FolderClaim: Sendable {
  /// False when another process has it.
  let isOurs: Bool
  private let folder: Int32?

  /// F_OFD_GETLK and F_OFD_SETLK of Linux's fcntl.h, which Glibc's overlay lacks.
  private static let (getLock, setLock) = (Int32(36), Int32(37))
  /// How often it is tried: two that start at the same time see each other, and both step back.
  private static let attempts = 5

  /// Takes a folder, if it is free. One that cannot be opened, or carries no locks, cannot be taken by
  /// anybody.
  init(_ path: String) {
    guard let folder = Self.open(path) else {
      (isOurs, self.folder) = (true, nil)
      return
    }
    self.folder = folder
    isOurs = Self.take(folder)
  }

  deinit {
    if let folder { close(folder) }
  }

  /// Whether a process has the folder; nil: this user is not told.
  static func isTaken(_ path: String) -> Bool? {
    guard let folder = open(path) else { return errno == ENOENT || errno == ENOTDIR ? false : nil }
    defer { close(folder) }
    return isLocked(folder)
  }

  private static func take(_ folder: Int32) -> Bool {
    for attempt in 1...attempts {
      guard lock(folder, Int32(F_RDLCK)), isLocked(folder) == true else { return true }
      _ = lock(folder, Int32(F_UNLCK))
      if attempt < attempts { usleep(.random(in: 1_000...30_000)) }
    }
    return false
  }

  private static func open(_ path: String) -> Int32? {
    let folder = Glibc.open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return folder < 0 ? nil : folder
  }

  private static func lock(_ folder: Int32, _ kind: Int32) -> Bool {
    var lock = flock()
    lock.l_type = Int16(kind)
    return fcntl(folder, setLock, &lock) == 0
  }

  /// Whether a lock for writing would meet that of somebody else; nil: the file system does not tell.
  private static func isLocked(_ folder: Int32) -> Bool? {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    guard fcntl(folder, getLock, &lock) == 0 else { return nil }
    return lock.l_type != Int16(F_UNLCK)
  }
}

/// Addresses as the system takes them for sockets.
enum UnixAddress {
  /// The most bytes of a path to a socket: `sun_path` of sys/un.h without the zero at its end.
  static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// Calls `body` with the address of a path; -1 when it is too long.
  static func with(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    let name = Array(path.utf8)
    guard name.count <= longestPath else {
      errno = ENAMETOOLONG
      return -1
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let size = MemoryLayout.size(ofValue: address.sun_family) + name.count
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
    }
  }
}
