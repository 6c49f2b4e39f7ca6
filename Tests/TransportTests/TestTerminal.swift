import CSerial
import Foundation

/// A pseudo terminal: what a test does on its master's side, a line sees as a device.
final class TestTerminal {
  /// Where the system put it.
  let path: String
  private var master: Int32 = -1
  /// Keeps the number from going to the terminal of another test when this one has vanished.
  private let holder: Int32

  struct Failure: Error {
    let code: Int32
  }

  init() throws {
    var name = [CChar](repeating: 0, count: 64)
    let code = serial_open_pseudo_terminal(&master, &name, name.count)
    guard code == 0 else { throw Failure(code: code) }
    path = String(
      decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    holder = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
  }

  deinit {
    vanish()
    close(holder)
  }

  /// Closes the master's side: the device is gone.
  func vanish() {
    if master >= 0 { close(master) }
    master = -1
  }

  /// What a line is to receive.
  func write(_ bytes: [UInt8]) { _ = Foundation.write(master, bytes, bytes.count) }

  /// What a line has sent: `count` bytes, or what came before a long silence.
  func read(_ count: Int, within milliseconds: Int32 = 5000) -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    var watched = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    while all.count < count, poll(&watched, 1, milliseconds) > 0 {
      let got = Foundation.read(master, &chunk, min(chunk.count, count - all.count))
      guard got > 0 else { break }
      all += chunk.prefix(got)
    }
    return all
  }

  /// What is set on the device.
  func attributes() throws -> serial_attributes {
    let descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    defer { close(descriptor) }
    var found = serial_attributes()
    let code = serial_get_attributes(descriptor, &found)
    guard code == 0 else { throw Failure(code: code) }
    return found
  }
}

/// A path of a link that leads to one device or another, as udev makes them.
final class TestLink {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("metergate-bus-\(UUID().uuidString)").path

  init(_ terminal: TestTerminal) { point(at: terminal) }

  deinit { unlink(path) }

  func point(at terminal: TestTerminal) {
    unlink(path)
    symlink(terminal.path, path)
  }
}
