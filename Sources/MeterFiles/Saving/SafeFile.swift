import Glibc

/// What became of a save that was not refused.
public enum SaveResult: Equatable, Sendable {
  /// The file held the same already: nothing was touched.
  case unchanged
  /// The new content is on the disk.
  case saved
  /// The file has its new content, but a power failure may bring the old one back: a text for people.
  case unsettled(warning: String)

  /// What people should know; nil: nothing.
  public var warning: String? {
    if case .unsettled(let warning) = self { warning } else { nil }
  }
}

/// Writes files so that a pulled plug leaves the old one or the new one, never a part of either: the
/// content goes to a temporary name beside the file and to the disk, then takes the file's name, and
/// the folder goes to the disk.
public enum SafeFile {
  /// The largest file that is compared with what is to be written.
  public static let sizeLimit = DeviceHandleLimit.fileSize

  /// Saves a file, unless it holds the same already: then nothing at all is touched. Mode and owner of
  /// the file stay, a new one gets those of its folder as far as this process may give it away; through a
  /// symbolic link the file that it leads to is written. Blocks until all is on the disk.
  /// - Parameters:
  ///   - bytes: the whole content.
  ///   - path: where to; the folder must be there.
  ///   - version: what the file held when the caller read it.
  ///   - isSecret: a new file is readable for its owner only.
  ///   - isPrivate: nobody but its owner may read it, whatever mode it had.
  ///   - owner: the folder to whose owner a new or private file is given; nil: that in which it lies.
  ///   - limit: the largest file that is compared with what is to be written.
  /// - Returns: whether anything was written; in any case the file holds the content then.
  /// - Throws: `SaveFailure`, among them `.conflict` when the file is no longer that version.
  @discardableResult
  public static func save(
    _ bytes: [UInt8], to path: String, replacing version: FileVersion, isSecret: Bool = false,
    isPrivate: Bool = false, owner: String? = nil, limit: Int = sizeLimit
  ) throws(SaveFailure) -> SaveResult {
    let place = try FilePlace(path)
    guard try isDifferent(bytes, at: place, from: version, limit) else { return .unchanged }
    let folder = try FolderLock(place)
    defer { folder.release() }
    // Another program may have saved before the lock was ours.
    guard try isDifferent(bytes, at: place, from: version, limit) else { return .unchanged }
    let replacement = Replacement(
      place: place, isNew: version == .missing, isSecret: isSecret || isPrivate,
      isPrivate: isPrivate, owner: owner)
    try replacement.write(bytes, in: folder)
    // From here on the file is the new one, whatever happens: that is no failure to save it.
    guard let number = folder.synchronize() else { return .saved }
    return .unsettled(
      warning: "\(place.name) is saved, but writing the folder \(place.folder) to the disk did not "
        + "work: \(SystemError.words(number)); after a power failure the file may be the old one again"
    )
  }

  /// Whether the file has to be written: it is the expected version and holds something else.
  private static func isDifferent(
    _ bytes: [UInt8], at place: FilePlace, from version: FileVersion, _ limit: Int
  ) throws(SaveFailure) -> Bool {
    let found: FileVersion
    switch FileBytes.read(place.target, limit: limit) {
    case .read(let content):
      if content == bytes { return false }
      found = .of(content)
    case .missing: found = .missing
    case .unreadable(let why): throw .unreadable(file: place.name, why: why)
    }
    guard found == version else { throw .conflict(file: place.name) }
    return true
  }
}

/// Keeps other metergates from saving in the same folder, since the temporary name is always the same,
/// and nobody may change the file between the look at it and its replacement. The kernel frees it when
/// its holder ends in whatever way.
private struct FolderLock {
  /// How long to wait for another program.
  private static let patience = 3

  private let descriptor: Int32

  init(_ place: FilePlace) throws(SaveFailure) {
    descriptor = open(place.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let isMissing = errno == ENOENT
      let why = isMissing ? "there is no such folder" : SystemError.words(errno)
      throw .failed(
        file: place.name, step: "opening the folder \(place.folder)", why: why,
        outcome: isMissing ? "there is no file" : Replacement.untouched)
    }
    if FileLock.take(descriptor, waiting: Self.patience) { return }
    close(descriptor)
    throw .failed(
      file: place.name, step: "locking the folder \(place.folder)",
      why: "another program is saving there and does not end", outcome: Replacement.untouched)
  }

  /// Brings the folder's names to the disk. Returns the error number; nil: done, or the file system has no
  /// need or no way of it.
  func synchronize() -> Int32? { fsync(descriptor) == 0 || errno == EINVAL ? nil : errno }

  /// The folder's owner and group; nil when the system does not tell.
  var status: stat? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status : nil
  }

  func release() { close(descriptor) }
}

/// One replacement of a file.
private struct Replacement {
  /// What became of the file when a step before the last did not work.
  static let untouched = "the file is as it was"

  let place: FilePlace
  let isNew: Bool
  let isSecret: Bool
  let isPrivate: Bool
  let owner: String?

  func write(_ bytes: [UInt8], in folder: FolderLock) throws(SaveFailure) {
    let temporary = FilePlace.split(place.temporary).name
    var file = create()
    if file < 0, errno == EEXIST {
      // What a crash has left.
      guard unlink(place.temporary) == 0 || errno == ENOENT else {
        throw failure("removing the old \(temporary)", errno)
      }
      file = create()
    }
    guard file >= 0 else { throw failure("creating \(temporary)", errno) }
    do throws(SaveFailure) {
      try takeOver(file, in: folder)
      try fill(file, bytes)
    } catch {
      close(file)
      unlink(place.temporary)
      throw error
    }
    guard close(file) == 0, rename(place.temporary, place.target) == 0 else {
      let number = errno
      unlink(place.temporary)
      throw failure("giving \(temporary) its name", number)
    }
  }

  /// O_EXCL makes sure that nobody else's file is written, nor what a link leads to.
  private func create() -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    // Nobody else reads what may be secret before it has the mode of the file that it replaces.
    return open(place.temporary, flags, isNew && !isSecret ? 0o660 : 0o600)
  }

  private func fill(_ file: Int32, _ bytes: [UInt8]) throws(SaveFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("writing", count == 0 ? ENOSPC : errno) }
      rest = rest.dropFirst(count)
    }
    guard fsync(file) == 0 else { throw failure("writing to the disk", errno) }
  }

  /// Owner and group as far as this process may, of the file so far or, for a new one, of the folder: what
  /// root makes must be readable for the service, too. The mode in any case.
  private func takeOver(_ file: Int32, in folder: FolderLock) throws(SaveFailure) {
    if isNew || isPrivate, let owner {
      FileOwner.give(file, toOwnerOf: owner)
    } else if isNew, let status = folder.status {
      FileOwner.give(file, to: status)
    }
    guard !isNew else { return }
    var old = stat()
    var new = stat()
    guard stat(place.target, &old) == 0, fstat(file, &new) == 0 else {
      throw failure("reading its mode", errno)
    }
    if !isPrivate || owner == nil { FileOwner.give(file, to: old) }
    let mode = old.st_mode & (isPrivate ? 0o600 : 0o7777)
    guard mode == new.st_mode & 0o7777 || fchmod(file, mode) == 0 else {
      throw failure("giving it the mode of the old file", errno)
    }
  }

  private func failure(_ step: String, _ number: Int32) -> SaveFailure {
    .failed(
      file: place.name, step: step, why: SystemError.words(number),
      outcome: isNew ? "there is no file" : Replacement.untouched)
  }
}
