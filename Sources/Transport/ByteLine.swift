import Bytes

/// A line that carries bytes both ways: a serial port, a converter in the network, a simulated bus. It is
/// confined to one event loop and knows nothing of what the bytes mean.
public protocol ByteLine: AnyObject {
  /// Where its events go; set once before `open`.
  var onEvent: ((ByteLineEvent) -> Void)? { get set }
  /// Opens the line and keeps it open: what breaks is opened again, with growing pauses.
  func open()
  /// Sends bytes. While the line is not open they are dropped: a request is worth nothing later.
  func send(_ bytes: [UInt8])
  /// Closes the line for good; no events follow.
  func close()
}

/// What happens on a line.
public enum ByteLineEvent: Hashable, Sendable {
  /// Bytes can be sent now.
  case opened
  /// The line is not there: why, for people. It is tried again without being asked.
  case closed(String)
  /// Bytes came in.
  case received(LineBytes)
}
