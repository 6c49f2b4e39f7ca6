import Time

/// A byte that the master's receiver made of the levels on the line.
public struct ReceivedByte: Hashable, Sendable {
  /// The end of its stop bit.
  public let time: MonotonicInstant
  /// Its eight data bits.
  public let value: UInt8
  /// The parity bit does not fit the data bits.
  public let parityError: Bool
  /// The stop bit was low.
  public let framingError: Bool

  /// All parts of a received byte.
  public init(
    time: MonotonicInstant, value: UInt8, parityError: Bool = false, framingError: Bool = false
  ) {
    self.time = time
    self.value = value
    self.parityError = parityError
    self.framingError = framingError
  }
}
