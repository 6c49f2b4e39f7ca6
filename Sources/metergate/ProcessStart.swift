import Glibc

/// Begins this process anew, as after a start of the system: with the same arguments, environment and number.
enum ProcessStart {
  /// The exit code when that cannot be done: whoever has started the process may do it (EX_TEMPFAIL, sysexits.h).
  static let failure: Int32 = 75

  /// The file of the program; an update may have put another one in its place.
  private static var program: String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &path, path.count)
    let bytes = path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
    let text = String(decoding: bytes, as: UTF8.self)
    let mark = " (deleted)"
    return text.hasSuffix(mark) ? String(text.dropLast(mark.count)) : text
  }

  /// Does not come back when all is well.
  /// - Returns: why it could not be done.
  static func again() -> String {
    let program = program
    var arguments = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    // What is open is not for the new one, but for the three channels. It is marked, not closed: other threads may
    // still wait for some of it.
    for descriptor in 3..<max(4, Int32(clamping: min(sysconf(Int32(_SC_OPEN_MAX)), 65_536))) {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
    execv(program, arguments)
    let why = "\(program): \(String(cString: strerror(errno)))"
    for argument in arguments { free(argument) }
    return why
  }
}
