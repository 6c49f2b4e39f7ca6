import Glibc

/// Where a file is: behind symbolic links, which are kept.
package struct FilePlace {
  /// Links that are followed, as in Linux.
  private static let maximumLinks = 40

  /// The name in messages: that of the path given.
  let name: String
  /// The file itself.
  let target: String
  /// Its folder.
  let folder: String
  /// Its temporary name: always the same, so that what a crash leaves is overwritten by the next save.
  let temporary: String

  init(_ path: String) throws(SaveFailure) {
    name = Self.split(path).name
    var target = path
    var links = 0
    while let next = Self.link(target) {
      links += 1
      guard links <= Self.maximumLinks else {
        throw .unreadable(file: name, why: SystemError.words(ELOOP))
      }
      target = next.hasPrefix("/") ? next : Self.join(Self.split(target).folder, next)
    }
    let parts = Self.split(target)
    self.target = target
    folder = parts.folder.isEmpty ? "." : parts.folder
    temporary = Self.join(parts.folder, ".\(parts.name).new")
  }

  /// Where a symbolic link leads; nil for everything else.
  private static func link(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A name in a folder; the empty folder is the working directory.
  package static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// Folder and name of a path.
  package static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.index(after: slash)...]))
  }
}
