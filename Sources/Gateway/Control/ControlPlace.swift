import Glibc

/// The configuration folder as the place of one gateway: two of them on one list and one bus would be a
/// disaster. It is held by a name that the kernel takes back when the process ends, however it does, and its
/// control socket lies there.
final class ControlPlace: Sendable {
  /// The name of the socket.
  static let name = "control.sock"

  /// The socket, for the control server to own; nil: there is none.
  let socket: Int32?
  /// Why there is none.
  let complaint: String?

  private let path: String
  private let claim: FolderClaim
  /// The file of the socket, which may be another one by the end.
  private let inode: UInt?

  /// Where the socket of a folder is.
  static func path(in folder: String) -> String {
    if folder.isEmpty { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// Takes the place.
  /// - Throws: `GatewayRunning` when there is another gateway.
  init(folder: String) throws(GatewayRunning) {
    path = Self.path(in: folder)
    let process = ControlPeer.process(at: path)
    let claim = FolderClaim(folder)
    guard process == nil, claim.isOurs else {
      throw GatewayRunning(folder: folder, process: process ?? nil)
    }
    self.claim = claim
    let result = Self.bind(path)
    (socket, inode, complaint) = (result.socket, result.inode, result.complaint)
  }

  /// Takes the socket's file away, if it is still the one that was made.
  func removeSocket() {
    guard let inode, Self.inode(path) == inode else { return }
    unlink(path)
  }

  private static func inode(_ path: String) -> UInt? {
    var status = stat()
    return lstat(path, &status) == 0 ? UInt(status.st_ino) : nil
  }

  private static func bind(
    _ path: String
  ) -> (socket: Int32?, inode: UInt?, complaint: String?) {
    func failure(_ why: String) -> (Int32?, UInt?, String?) {
      let consequence =
        "\"metergate status\" and other commands do not reach this gateway, and everything else goes on"
      return (nil, nil, "the control socket \(path) cannot be made: \(why); \(consequence)")
    }
    guard path.utf8.count <= UnixAddress.longestPath else {
      return failure("its path has more than \(UnixAddress.longestPath) bytes")
    }
    var status = stat()
    if lstat(path, &status) == 0 {
      // Nobody answers there, and nobody else has the folder: it is what a gateway left that was killed.
      guard status.st_mode & S_IFMT == S_IFSOCK else {
        return failure("there is something else of that name")
      }
      unlink(path)
    }
    let file = Glibc.socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard file >= 0 else { return failure(String(cString: strerror(errno))) }
    // Linux makes the file with the mode of the socket: nobody else can connect for a moment.
    guard fchmod(file, 0o600) == 0, UnixAddress.with(path, { Glibc.bind(file, $0, $1) }) == 0 else {
      let why = String(cString: strerror(errno))
      close(file)
      return failure(why)
    }
    return (file, inode(path), nil)
  }
}

/// Another gateway has the folder.
public struct GatewayRunning: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder.
  public let folder: String
  /// The other gateway's process; nil: it does not tell.
  public let process: Int32?

  /// What is wrong, and what to do.
  public var description: String {
    let who = process.map { " (process \($0))" } ?? ""
    return
      "another gateway\(who) runs on \(folder): two of them would disturb each other on the bus and in "
      + "the meter list; end it first, or give another folder with --app"
  }
}

/// The other end of a control socket.
enum ControlPeer {
  /// Connects; nil, with `errno` set, when nobody answers there.
  static func connect(_ path: String) -> Int32? {
    let file = Glibc.socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard file >= 0 else { return nil }
    // A gateway that is stopped takes no connection any more once its queue is full.
    var patience = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    guard UnixAddress.with(path, { Glibc.connect(file, $0, $1) }) == 0 else {
      let code = errno
      close(file)
      errno = code
      return nil
    }
    return file
  }

  /// The process that listens at a socket.
  /// - Returns: nil: nobody does; `.some(nil)`: somebody whose process is not known.
  static func process(at path: String) -> Int32?? {
    guard let file = connect(path) else { return nil }
    defer { close(file) }
    // `struct ucred` of sys/socket.h, which Glibc's overlay lacks.
    var credentials: (pid: pid_t, uid: uid_t, gid: gid_t) = (0, 0, 0)
    var size = socklen_t(MemoryLayout.size(ofValue: credentials))
    guard getsockopt(file, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else {
      return .some(nil)
    }
    return .some(credentials.pid)
  }
}
