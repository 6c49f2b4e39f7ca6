import Time

/// A byte on the line: start bit, eight data bits from the least significant, even parity, stop bit
/// (EN 13757-2, ch. 5.2).
enum CharacterFormat {
  /// All bits of a byte.
  static let bits: Int64 = 11
  /// Places of the bits in a byte.
  static let parityBit: Int64 = 9
  static let stopBit: Int64 = 10

  /// The level of one of the bits 0–10: true is a 1, the line at rest.
  static func level(of byte: UInt8, bit: Int64) -> Bool {
    switch bit {
    case 0: false
    case 1...8: byte >> UInt8(bit - 1) & 1 == 1
    case parityBit: parity(of: byte)
    default: true
    }
  }

  /// The even parity bit: it makes the number of ones even.
  static func parity(of byte: UInt8) -> Bool { byte.nonzeroBitCount % 2 == 1 }

  /// The time that bytes take on the line.
  static func span(bytes: Int, baud: Int64) -> Span {
    .bits(Int64(bytes) * bits, baud: baud)
  }
}
