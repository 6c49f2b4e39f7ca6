/// Bytes as text of two hexadecimal digits each.
public enum Hex {
  /// Two upper-case digits a byte.
  /// - Parameter separator: what stands between two bytes.
  public static func encode(_ bytes: some Sequence<UInt8>, separator: String = "") -> String {
    bytes.map(byte).joined(separator: separator)
  }

  /// Two upper-case digits.
  public static func byte(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }

  /// Reads pairs of digits, upper or lower case; spaces, tabs and line ends between them are
  /// passed over.
  public static func decode(_ text: some StringProtocol) throws(HexError) -> [UInt8] {
    var bytes: [UInt8] = []
    var high: UInt8?
    var offset = 0
    for character in text.utf8 {
      defer { offset += 1 }
      if high == nil, [0x20, 0x09, 0x0A, 0x0D].contains(character) { continue }
      guard let digit = digit(character) else {
        throw HexError.notADigit(character: character, offset: offset)
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    if high != nil { throw HexError.oddDigits(offset: offset) }
    return bytes
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x41...0x46: character - 0x37
    case 0x61...0x66: character - 0x57
    default: nil
    }
  }
}

/// Why a text is no run of hexadecimal bytes. Offsets count bytes of the text.
public enum HexError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A character that is no hexadecimal digit.
  case notADigit(character: UInt8, offset: Int)
  /// The last byte has one digit only.
  case oddDigits(offset: Int)

  /// Where it went wrong, counted in bytes of the text.
  public var offset: Int {
    switch self {
    case .notADigit(_, let offset), .oddDigits(let offset): offset
    }
  }

  /// What is wrong, for people.
  public var description: String {
    switch self {
    case .notADigit(let character, let offset):
      "'\(Character(Unicode.Scalar(character)))' at offset \(offset) is no hexadecimal digit"
    case .oddDigits(let offset):
      "the hexadecimal text ends in the middle of a byte at offset \(offset)"
    }
  }
}
