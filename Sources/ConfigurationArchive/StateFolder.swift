import Glibc
import MeterFiles

/// The folder `.history` in the configuration folder: what is kept of it besides its files. It belongs to the
/// owner of the configuration, and nobody else can look into it, since there are passwords and keys in it.
struct StateFolder {
  /// Its name.
  static let name = ".history"
  private static let lockName = "lock"
  /// How long to wait for another program, in seconds.
  private static let patience = 10

  /// Where it is.
  let path: String

  /// - Parameter folder: the configuration folder.
  init(of folder: String) { path = FilePlace.join(folder, Self.name) }

  /// Where a file in it is.
  func place(of name: String) -> String { FilePlace.join(path, name) }

  /// Whether a name in it is that of the lock.
  func isLock(_ name: String) -> Bool { name == Self.lockName }

  /// Does something while no other process and thread does something here. Makes the folder if needed.
  func locked<Result>(
    _ body: () throws(ConfigurationFailure) -> Result
  ) throws(ConfigurationFailure) -> Result {
    try make()
    let file = open(place(of: Self.lockName), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw failure("opening \(place(of: Self.lockName))", errno) }
    defer { close(file) }
    FileOwner.give(file, toOwnerOf: path)
    guard FileLock.take(file, waiting: Self.patience) else {
      throw ConfigurationFailure(
        "another program works on \(path) and does not end; nothing is done")
    }
    return try body()
  }

  private func make() throws(ConfigurationFailure) {
    let parent = FilePlace.split(path).folder
    guard !FileBytes.isLink(path) else {
      throw ConfigurationFailure("\(path) is a symbolic link, and is not followed")
    }
    do throws(SaveFailure) {
      try PrivateFolder.make(path, of: parent)
    } catch {
      throw ConfigurationFailure("\(error)")
    }
    FileRemoval.synchronize(parent)
  }

  private func failure(_ step: String, _ number: Int32) -> ConfigurationFailure {
    ConfigurationFailure("\(step) does not work: \(SystemError.words(number))")
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
}
