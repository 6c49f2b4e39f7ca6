import CSignals
import Dispatch
import Glibc

/// Tells of signals that come to the process, from the first moment on. (A signal source of Dispatch is in
/// force some time after it was made, and what comes until then is lost: a gateway that is stopped just when it has
/// started would go on.)
final class SignalWatch: Sendable {
  private let numbers: [Int32]
  private let reading: Int32
  private let writing: Int32

  /// - Parameters:
  ///   - numbers: the signals that lose their usual effect.
  ///   - body: called with each, on a thread of its own.
  init(_ numbers: [Int32], _ body: @escaping @Sendable (Int32) -> Void) {
    var pair: [Int32] = [-1, -1]
    let isOpen = signals_open(&pair) == 0
    self.numbers = isOpen ? numbers : []
    (reading, writing) = (pair[0], pair[1])
    guard isOpen else { return }
    let source = reading
    for number in numbers { signals_catch(number, writing) }
    // Not from a pool: it waits for as long as the process lives.
    DispatchQueue(label: "signals").async {
      for number in numbers { signals_admit(number) }
      var byte: UInt8 = 0
      while true {
        let count = read(source, &byte, 1)
        if count < 0, errno == EINTR { continue }
        guard count == 1 else { break }
        body(Int32(byte))
      }
      close(source)
    }
  }

  /// They have their usual effect again.
  func end() {
    guard !numbers.isEmpty else { return }
    for number in numbers { signals_catch(number, -1) }
    close(writing)
  }
}
