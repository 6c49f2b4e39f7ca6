import Time

/// A byte on the line: start bit, eight data bits from the least significant, even parity, stop bit
/// (EN 13757-2, ch. 5.2).
enum CharacterFormat {
  /// All bits of a byte.
  static let bits: Int64 = 11
  /// Places of the bits in a byte.
  static let parityBit: Int64 = 9
  static let stopBit: Int64 = 10

  /// All levels of a byte, bit 0 first.
  static func levels(of byte: UInt8) -> UInt16 {
    UInt16(byte) << 1 | (parity(of: byte) ? 1 << UInt16(parityBit) : 0) | 1 << UInt16(stopBit)
  }

  /// The levels of a byte in which the line rests.
  static let rest: UInt16 = 1 << UInt16(bits) - 1

  /// The even parity bit: it makes the number of ones even.
  static func parity(of byte: UInt8) -> Bool { byte.nonzeroBitCount % 2 == 1 }

  /// The time that bytes take on the line.
  static func span(bytes: Int, baud: Int64) -> Span {
    .bits(Int64(bytes) * bits, baud: baud)
  }
}
