import Glibc

/// Who a file belongs to: what root makes must be usable for the service, too.
package enum FileOwner {
  /// Gives an open file to the owner and the group of a folder, as far as this process may.
  package static func give(_ file: Int32, toOwnerOf folder: String) {
    var owner = stat()
    guard stat(folder.isEmpty ? "." : folder, &owner) == 0 else { return }
    give(file, to: owner)
  }

  /// The same for an owner that is known.
  static func give(_ file: Int32, to owner: stat) {
    var own = stat()
    guard fstat(file, &own) == 0, (owner.st_uid, owner.st_gid) != (own.st_uid, own.st_gid) else {
      return
    }
    if fchown(file, owner.st_uid, owner.st_gid) != 0 { _ = fchown(file, uid_t.max, owner.st_gid) }
  }
}
