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
  /// Talks at another speed from now on, when what has been sent has left; until the line is opened anew. A line
  /// that cannot does nothing; a port that refuses the speed gives the event `speedRefused`.
  /// - Parameter baud: bits a second.
  func use(baud: Int)
  /// Whether it can talk at another speed than it was made for.
  var changesSpeed: Bool { get }
  /// Closes the line for good; no events follow.
  func close()
}

/// A converter in the network has a speed of its own, which no byte of ours changes.
extension ByteLine {
  /// Does nothing.
  public func use(baud: Int) {}
  /// It cannot.
  public var changesSpeed: Bool { false }
}

/// What happens on a line.
public enum ByteLineEvent: Hashable, Sendable {
  /// Bytes can be sent now.
  case opened
  /// The line is not there: why, for people. It is tried again without being asked.
  case closed(String)
  /// Bytes came in.
  case received(LineBytes)
  /// The line does not take another speed: which was wanted, at which it goes on, bits a second, and why, for people.
  /// What was to be sent at the other one has been dropped.
  case speedRefused(Int, inForce: Int, String)
}
