import Glibc

/// What became of reading a file.
public enum FileBytes: Equatable, Sendable {
  /// Its content.
  case read([UInt8])
  /// There is none of this name.
  case missing
  /// It is there and could not be read: why.
  case unreadable(String)

  /// Reads a regular file.
  /// - Parameters:
  ///   - limit: the most bytes that are read; a larger file is unreadable.
  ///   - followsLinks: false: a symbolic link is unreadable.
  public static func read(_ path: String, limit: Int, followsLinks: Bool = true) -> FileBytes {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
    let file = open(path, followsLinks ? flags : flags | O_NOFOLLOW)
    guard file >= 0 else {
      if errno == ELOOP, !followsLinks { return .unreadable("it is a symbolic link") }
      return errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno)))
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { return .unreadable(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { return .unreadable("it is no regular file") }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .unreadable(String(cString: strerror(errno))) }
      guard count > 0 else { return .read(bytes) }
      guard bytes.count + count <= limit else {
        return .unreadable("it is larger than \(limit) bytes")
      }
      bytes += chunk[..<count]
    }
  }

  /// Whether there is anything of this name.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 || errno != ENOENT }

  /// Whether this process may make files in a folder.
  static func isWritable(_ folder: String) -> Bool {
    access(folder.isEmpty ? "." : folder, W_OK) == 0
  }

  /// Whether there is a folder of this name that can be listed.
  package static func isFolder(_ path: String) -> Bool {
    guard let directory = opendir(path.isEmpty ? "." : path) else { return false }
    closedir(directory)
    return true
  }

  /// Whether a path is a symbolic link, wherever it leads.
  package static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// The names in a folder, without order; nil: it cannot be listed, and `errno` tells why. Those that are no
  /// UTF-8 come with replaced letters.
  package static func names(in folder: String) -> [String]? {
    guard let directory = opendir(folder.isEmpty ? "." : folder) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// The name in a folder that a wanted name means: itself, or one that differs in case.
  package static func name(_ wanted: String, in folder: String) -> String? {
    let names = names(in: folder) ?? []
    if names.contains(wanted) { return wanted }
    return names.filter { $0.lowercased() == wanted.lowercased() }.min()
  }
}
