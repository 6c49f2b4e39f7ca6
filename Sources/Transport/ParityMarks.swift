import Bytes

/// Undoes the marks with which the system hands over what a serial port received while INPCK and PARMRK
/// are set (termios(3)): `FF 00 x` is a byte x with a wrong parity or stop bit, `FF 00 00` is that or a
/// break, and `FF FF` is a byte FF that came well. A mark may be cut by the end of a read.
struct ParityMarks: Hashable, Sendable {
  private enum State {
    case plain
    /// After FF.
    case marked
    /// After FF 00.
    case damaged
  }

  private var state = State.plain

  /// The bytes that a read completes.
  mutating func decode(_ raw: some Sequence<UInt8>) -> LineBytes {
    var bytes = LineBytes([])
    for byte in raw {
      switch (state, byte) {
      case (.plain, 0xFF): state = .marked
      case (.plain, _): bytes.values.append(byte)
      case (.marked, 0x00): state = .damaged
      case (.marked, 0xFF):
        bytes.values.append(byte)
        state = .plain
      case (.marked, _):
        // No system writes this. It can only be an FF that was not doubled.
        bytes.values += [0xFF, byte]
        state = .plain
      case (.damaged, _):
        bytes.damaged.append(bytes.values.count)
        bytes.values.append(byte)
        state = .plain
      }
    }
    return bytes
  }
}
