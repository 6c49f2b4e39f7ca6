import Glibc
import MeterFiles

/// The folder `.history` in the configuration folder: what is kept of it besides its files. It belongs to the
/// owner of the configuration, and nobody else can look into it, since there are passwords and keys in it.
struct StateFolder {
  /// Its name.
  static let name = ".history"
  private static let lockName = "lock"
  /// How long to wait for another program, in steps.
  private static let attempts = 1_000
  private static let stepMicroseconds: UInt32 = 10_000

  /// Where it is.
  let path: String

  /// - Parameter folder: the configuration folder.
  init(of folder: String) { path = FilePlace.join(folder, Self.name) }

  /// Where a file in it is.
  func place(of name: String) -> String { FilePlace.join(path, name) }

  /// Does something while no other process and thread does something here. Makes the folder if needed.
  func locked<Result>(
    _ body: () throws(ConfigurationFailure) -> Result
  ) throws(ConfigurationFailure) -> Result {
    try make()
    let file = open(place(of: Self.lockName), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw failure("opening \(place(of: Self.lockName))", errno) }
    defer { close(file) }
    Self.give(file, toOwnerOf: path)
    for _ in 0..<Self.attempts {
      // File systems without locks do without.
      if flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK { return try body() }
      usleep(Self.stepMicroseconds)
    }
    throw ConfigurationFailure("another program works on \(path) and does not end; nothing is done")
  }

  private func make() throws(ConfigurationFailure) {
    let parent = FilePlace.split(path).folder
    guard mkdir(path, 0o700) == 0 else {
      guard errno == EEXIST else { throw failure("making \(path)", errno) }
      return
    }
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard folder >= 0 else { throw failure("opening \(path)", errno) }
    defer { close(folder) }
    Self.give(folder, toOwnerOf: parent)
    // A folder with a group of its own passes that bit on.
    fchmod(folder, 0o700)
    FileRemoval.synchronize(parent)
  }

  private func failure(_ step: String, _ number: Int32) -> ConfigurationFailure {
    ConfigurationFailure("\(step) does not work: \(SystemError.words(number))")
  }

  /// What root makes must be usable for the service, too.
  static func give(_ file: Int32, toOwnerOf folder: String) {
    var owner = stat()
    var own = stat()
    guard stat(folder.isEmpty ? "." : folder, &owner) == 0, fstat(file, &own) == 0,
      (owner.st_uid, owner.st_gid) != (own.st_uid, own.st_gid)
    else { return }
    if fchown(file, owner.st_uid, owner.st_gid) != 0 { _ = fchown(file, uid_t.max, owner.st_gid) }
  }
}

/// Removes files so that they do not come back.
enum FileRemoval {
  /// Takes a file out of its folder, and brings the folder to the disk. One that is not there is no mistake.
  static func remove(_ path: String) throws(ConfigurationFailure) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw ConfigurationFailure("\(path) cannot be removed: \(SystemError.words(errno))")
    }
    synchronize(FilePlace.split(path).folder)
  }

  /// Brings the names in a folder to the disk, as far as its file system can.
  static func synchronize(_ folder: String) {
    let file = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { return }
    fsync(file)
    close(file)
  }

  /// Makes the folders in which a file is to lie, up to one that is there.
  static func makeFolders(for path: String) throws(ConfigurationFailure) {
    let parent = FilePlace.split(path).folder
    var status = stat()
    guard !parent.isEmpty, stat(parent, &status) != 0 else { return }
    try makeFolders(for: parent)
    guard mkdir(parent, 0o770) == 0 || errno == EEXIST else {
      throw ConfigurationFailure("\(parent) cannot be made: \(SystemError.words(errno))")
    }
    let file = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    if file >= 0 {
      StateFolder.give(file, toOwnerOf: FilePlace.split(parent).folder)
      close(file)
    }
    synchronize(FilePlace.split(parent).folder)
  }
}
