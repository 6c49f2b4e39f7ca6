/// A file as it was read, and what of it saving needs.
struct FileSnapshot: Sendable {
  /// Where it is.
  let path: String
  /// What it held; nil: it could not be read, and must not be overwritten.
  let version: FileVersion?
  /// Why it could not be read.
  let why: String
  /// What people should know about the save that made it so; nil: nothing.
  var warning: String?

  /// The name in messages.
  var name: String { FilePlace.split(path).name }

  /// The content as it was read, from the disk; nil: there was no file.
  /// - Throws: `.conflict` when the file is another one by now, `.unreadable` when it could not be read.
  func content(limit: Int) throws(SaveFailure) -> [UInt8]? {
    guard let version else { throw .unreadable(file: name, why: why) }
    switch FileBytes.read(path, limit: limit) {
    case .read(let bytes) where version == .of(bytes): return bytes
    case .missing where version == .missing: return nil
    case .unreadable(let why): throw .unreadable(file: name, why: why)
    case .read, .missing: throw .conflict(file: name)
    }
  }

  /// Saves another content, unless somebody else has changed the file.
  /// - Returns: the file as it is then.
  func saving(_ bytes: [UInt8]) throws(SaveFailure) -> FileSnapshot {
    guard let version else { throw .unreadable(file: name, why: why) }
    let result = try SafeFile.save(bytes, to: path, replacing: version)
    return FileSnapshot(path: path, version: .of(bytes), why: "", warning: result.warning)
  }
}
