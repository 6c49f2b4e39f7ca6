import Glibc

/// How the files of a folder look from outside, without reading them: whoever writes one of them changes it.
public struct FolderLook: Equatable, Sendable {
  private struct Stamp: Equatable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modified: [Int]
    /// No program can set this one back.
    let changed: [Int]
  }

  private let stamps: [String: Stamp]

  /// Looks at files. Blocks.
  public init(_ paths: Set<String>) {
    var stamps: [String: Stamp] = [:]
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      stamps[path] = Stamp(
        device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
        modified: [status.st_mtim.tv_sec, status.st_mtim.tv_nsec],
        changed: [status.st_ctim.tv_sec, status.st_ctim.tv_nsec])
    }
    self.stamps = stamps
  }
}
