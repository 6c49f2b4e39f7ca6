import Glibc

/// How many files and sockets this process may have open at once.
public enum OpenFileLimit {
  /// Raises the limit to the highest that the system allows this process; more is a matter of the
  /// service's LimitNOFILE.
  /// - Returns: the limit that is in force now.
  @discardableResult public static func raise() -> UInt64 {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    guard limit.rlim_cur < limit.rlim_max else { return UInt64(limit.rlim_cur) }
    let before = limit.rlim_cur
    limit.rlim_cur = limit.rlim_max
    let isRaised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    return UInt64(isRaised ? limit.rlim_cur : before)
  }
}
