import CSerial
import Glibc

/// A pseudo terminal in raw mode, with a link to it. The side that users open is kept open here, too, so
/// that they may come and go.
struct PseudoTerminal: Sendable {
  /// The simulator's side.
  let master: CInt
  private let slave: CInt
  /// Where the system put it: `/dev/pts/3`.
  let device: String
  /// The link to it.
  let link: String

  /// Opens a new one.
  /// - Parameter link: where the link is made; one to a terminal that is there already is replaced.
  /// - Throws: `PseudoTerminalError`.
  static func open(link: String) throws(PseudoTerminalError) -> Self {
    try checkLink(link)
    var master: CInt = -1
    var name = [CChar](repeating: 0, count: 64)
    let failure = serial_open_pseudo_terminal(&master, &name, name.count)
    guard failure == 0 else {
      throw PseudoTerminalError(link, "no pseudo terminal can be had: \(text(failure))")
    }
    let device = path(name.prefix { $0 != 0 })
    let slave = Glibc.open(device, O_RDWR | O_NOCTTY | O_CLOEXEC)
    let terminal = PseudoTerminal(master: master, slave: slave, device: device, link: link)
    do throws(PseudoTerminalError) {
      guard slave >= 0 else {
        throw PseudoTerminalError(link, "\(device) cannot be opened: \(text(errno))")
      }
      try terminal.setRaw()
      try terminal.makeLink()
    } catch {
      terminal.closeDescriptors()
      throw error
    }
    return terminal
  }

  /// Another descriptor of the simulator's side; not for children. nil when there are too many.
  func duplicateMaster() -> CInt? {
    let copy = fcntl(master, F_DUPFD_CLOEXEC, 0)
    return copy < 0 ? nil : copy
  }

  /// The speed that its user has set, bits a second; nil when it cannot be told.
  var speed: Int64? {
    var attributes = serial_attributes()
    guard serial_get_attributes(master, &attributes) == 0, attributes.output_speed > 0 else {
      return nil
    }
    return Int64(attributes.output_speed)
  }

  /// Closes it and removes the link, unless that leads to another one by now.
  func close() {
    if Self.target(of: link) == device { unlink(link) }
    closeDescriptors()
  }

  private func closeDescriptors() {
    if slave >= 0 { _ = Glibc.close(slave) }
    _ = Glibc.close(master)
  }

  /// No echo, no lines, no changes: until its first user sets what he likes.
  private func setRaw() throws(PseudoTerminalError) {
    var attributes = serial_attributes()
    attributes.control_flags = UInt32(CREAD | CLOCAL | CS8)
    attributes.input_speed = 2400
    attributes.output_speed = 2400
    attributes.minimum = 1
    let failure = serial_set_attributes(slave, &attributes)
    guard failure == 0 else {
      throw PseudoTerminalError(link, "\(device) cannot be set up: \(Self.text(failure))")
    }
  }

  /// A link that is replaced at once: who looks for it meanwhile finds the old or the new one.
  private func makeLink() throws(PseudoTerminalError) {
    let temporary = "\(link).\(getpid())"
    unlink(temporary)
    guard symlink(device, temporary) == 0 else {
      throw PseudoTerminalError(link, "the link cannot be made: \(Self.text(errno))")
    }
    guard rename(temporary, link) == 0 else {
      let code = errno
      unlink(temporary)
      throw PseudoTerminalError(link, "the link cannot be made: \(Self.text(code))")
    }
  }

  /// What may be replaced: a link that leads nowhere, or to a pseudo terminal, since an earlier run that
  /// was killed leaves one behind and its number may have gone to somebody else.
  private static func checkLink(_ link: String) throws(PseudoTerminalError) {
    var status = stat()
    guard lstat(link, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFLNK else {
      throw PseudoTerminalError(link, "there is something that is no link; it is left alone")
    }
    let target = target(of: link) ?? ""
    guard target.hasPrefix("/dev/pts/") || access(link, F_OK) != 0 else {
      throw PseudoTerminalError(
        link, "there is a link to \(target), which is no pseudo terminal; it is left alone")
    }
  }

  private static func target(of link: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link, &buffer, buffer.count)
    return count < 0 ? nil : Self.path(buffer.prefix(count))
  }

  private static func path(_ characters: some Sequence<CChar>) -> String {
    String(decoding: characters.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func text(_ code: CInt) -> String { String(cString: strerror(code)) }
}

/// Why there is no pseudo terminal.
public struct PseudoTerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The link that was asked for, and what is wrong.
  public let description: String

  init(_ link: String, _ problem: String) { description = "\(link): \(problem)" }
}
