import Glibc

/// A folder that is in use by this process. It is a name in the kernel, made of the folder's number, so that
/// it needs no file, also where none can be made, and is gone with the process.
final class FolderClaim: Sendable {
  /// False when another process has it.
  let isOurs: Bool
  private let socket: Int32?

  /// Takes a folder, if it is free. One that is not there cannot be taken by anybody.
  init(_ folder: String) {
    guard let name = Self.name(folder), let socket = Self.makeSocket() else {
      (isOurs, self.socket) = (true, nil)
      return
    }
    isOurs = UnixAddress.with(name, { bind(socket, $0, $1) }) == 0 || errno != EADDRINUSE
    self.socket = socket
  }

  deinit {
    if let socket { close(socket) }
  }

  /// Whether a process has the folder.
  static func isTaken(_ folder: String) -> Bool {
    guard let name = name(folder), let socket = makeSocket() else { return false }
    defer { close(socket) }
    return UnixAddress.with(name, { connect(socket, $0, $1) }) == 0
  }

  private static func makeSocket() -> Int32? {
    let socket = Glibc.socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    return socket < 0 ? nil : socket
  }

  /// A name in the abstract namespace of sockets, which begins with a zero (unix(7)).
  private static func name(_ folder: String) -> [UInt8]? {
    var status = stat()
    guard stat(folder.isEmpty ? "." : folder, &status) == 0 else { return nil }
    return [0] + Array("metergate-\(status.st_dev)-\(status.st_ino)".utf8)
  }
}

/// Addresses as the system takes them for sockets.
enum UnixAddress {
  /// The most bytes of a path to a socket: `sun_path` of sys/un.h without the zero at its end.
  static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// Calls `body` with the address of a path; -1 when it is too long.
  static func with(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 { with(Array(path.utf8), body) }

  /// The same with a name that may begin with a zero.
  static func with(
    _ name: [UInt8], _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
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
