extension AppFolder {
  /// Whether a file was there.
  public enum FileState: Equatable, Sendable {
    /// It has been read.
    case read
    /// There is none; its defaults are in force.
    case missing
    /// It is there, but as a whole not readable; its defaults are in force.
    case unreadable
  }
}

/// A file as it was read, and what of it saving needs.
struct FileSnapshot: Sendable {
  /// Where it is.
  let path: String
  /// What it held; nil: it could not be read, and must not be overwritten.
  let version: FileVersion?
  /// Why it could not be read.
  let why: String

  /// The name in messages.
  var name: String { FilePlace.split(path).name }

  /// Saves another content, unless somebody else has changed the file.
  /// - Returns: the file as it is then.
  func saving(_ bytes: [UInt8]) throws(SaveFailure) -> FileSnapshot {
    guard let version else { throw .unreadable(file: name, why: why) }
    try SafeFile.save(bytes, to: path, replacing: version)
    return FileSnapshot(path: path, version: .content(bytes), why: "")
  }
}
