import Glibc

/// The folder for data (`/ext` on the device): the raw log of the M-Bus, and files that settings name.
public enum DataFolder {
  /// Makes it where it is not there and its parent is. Blocks.
  /// - Parameters:
  ///   - path: where it is.
  ///   - folder: the configuration folder, to whose owner it belongs then.
  /// - Returns: whether it was made.
  public static func make(_ path: String, besides folder: String) -> Bool {
    guard problem(path) == nil, !FileBytes.isFolder(path), mkdir(path, 0o770) == 0 else {
      return false
    }
    let file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return true }
    FileOwner.give(file, toOwnerOf: folder)
    close(file)
    return true
  }

  /// Why it is not there and cannot be made; nil: it is, or can. Blocks.
  public static func problem(_ path: String) -> String? {
    if FileBytes.isFolder(path) { return nil }
    var status = stat()
    if stat(path, &status) == 0 { return "\(path) is a file and no folder" }
    var plain = path[...]
    while plain.count > 1, plain.hasSuffix("/") { plain = plain.dropLast() }
    let above = FilePlace.split(String(plain)).folder
    let parent = above.isEmpty ? "." : above
    guard FileBytes.isFolder(parent) else {
      return "there is no folder \(path), nor \(parent) to make it in"
    }
    return FileBytes.isWritable(parent)
      ? nil
      : "there is no folder \(path), and it cannot be made in \(parent): no right to write there"
  }
}
