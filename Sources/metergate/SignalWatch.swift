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
  private let ended = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - numbers: the signals that lose their usual effect.
  ///   - body: called with each, on a thread of its own.
  init(_ numbers: [Int32], _ body: @escaping @Sendable (Int32) -> Void) {
    var pair: [Int32] = [-1, -1]
    let isOpen = signals_open(&pair) == 0
    self.numbers = isOpen ? numbers : []
    (reading, writing) = (pair[0], pair[1])
    guard isOpen else { return }
    let (source, ended) = (reading, ended)
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
      ended.signal()
    }
  }

  /// They have their usual effect again.
  func end() {
    guard !numbers.isEmpty else { return }
    for number in numbers { signals_catch(number, -1) }
    close(writing)
  }

  /// Ends, and waits until all that came before has been told. Once, and not by what is told.
  /// - Parameter ignored: those of them that have no effect any more, and none in a program that takes the place of this
  ///   one, until it says otherwise.
  func finish(ignoring ignored: [Int32]) {
    guard !numbers.isEmpty else { return }
    for number in ignored { signal(number, SIG_IGN) }
    for number in numbers where !ignored.contains(number) { signals_catch(number, -1) }
    close(writing)
    ended.wait()
  }
}
