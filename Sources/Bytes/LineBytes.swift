/// Bytes as a line delivered them, with a mark on those that came damaged.
///
/// A serial port tells which bytes had a wrong parity or stop bit; a converter in the network does not, so
/// there nothing is marked.
public struct LineBytes: Hashable, Sendable, ExpressibleByArrayLiteral {
  /// The bytes in order, the damaged ones as they were received.
  public var values: [UInt8]
  /// Offsets in `values` of bytes with a wrong parity or stop bit, ascending.
  public var damaged: [Int]

  /// - Parameters:
  ///   - values: the bytes in order.
  ///   - damaged: offsets of those that came damaged, ascending.
  public init(_ values: [UInt8], damaged: [Int] = []) {
    self.values = values
    self.damaged = damaged
  }

  /// Bytes that came well.
  public init(arrayLiteral elements: UInt8...) { self.init(elements) }
}
