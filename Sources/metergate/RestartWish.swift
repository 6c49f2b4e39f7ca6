import Dispatch
import FoundationEssentials
import Glibc
import Logging
import Synchronization

/// Somebody wants the gateway to begin anew: it ends as by SIGTERM, and the process runs the same program again, with or
/// without systemd around it.
final class RestartWish: Sendable {
  private let wished = Atomic(false)
  private let ended: DispatchSemaphore

  /// - Parameter ended: tells that the gateway is to end.
  init(_ ended: DispatchSemaphore) { self.ended = ended }

  /// The gateway is to begin anew.
  func wish() {
    wished.store(true, ordering: .releasing)
    ended.signal()
  }

  /// Whether somebody wants that.
  var isWished: Bool { wished.load(ordering: .acquiring) }

  /// Runs the program again in place of this one; returns only when that cannot be done, and systemd starts it then.
  func carryOut(_ logger: Logger) {
    var arguments: [UnsafeMutablePointer<CChar>?] = ProcessInfo.processInfo.arguments.map {
      strdup($0)
    }
    arguments.append(nil)
    // What the signals of the old one were blocked for, the new one wants to get.
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    execv("/proc/self/exe", arguments)
    logger.error("the program cannot be run again: \(String(cString: strerror(errno)))")
    for argument in arguments { free(argument) }
  }
}
