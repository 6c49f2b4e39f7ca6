import Glibc

/// Errors of the system, for people.
package enum SystemError {
  /// What an error number means.
  package static func words(_ number: Int32) -> String {
    switch number {
    case ENOSPC: "there is no space left on the device"
    case EDQUOT: "the quota of disk space is used up"
    case EFBIG: "the file would be larger than this process may write"
    case EROFS: "the file system is read-only"
    case EACCES, EPERM: "this user may not do that"
    case EIO: "the device reports an error"
    case ELOOP: "its symbolic links lead in a circle"
    default: String(cString: strerror(number))
    }
  }
}
