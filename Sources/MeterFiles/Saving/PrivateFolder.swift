import Glibc

/// Folders for what is nobody else's business.
package enum PrivateFolder {
  /// Makes a folder, unless it is there, that only the owner of another one may look into.
  package static func make(_ path: String, of owner: String) throws(SaveFailure) {
    guard mkdir(path, 0o700) == 0 else {
      if errno == EEXIST { return }
      throw .failed(
        file: FilePlace.split(path).name, step: "making the folder", why: SystemError.words(errno),
        outcome: "there is none")
    }
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard folder >= 0 else { return }
    defer { close(folder) }
    FileOwner.give(folder, toOwnerOf: owner)
    // A folder whose group everything in it gets passes that bit on.
    fchmod(folder, 0o700)
  }
}
