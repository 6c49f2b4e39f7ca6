import Bytes
import Metering

/// Data of variable length: the first byte, LVAR, says type and length (EN 13757-3, ch. 6.3.4).
struct VariableLength: Hashable, Sendable {
  /// What the data is.
  var type: DataType
  /// Bytes that follow LVAR.
  var length: Int
  /// The number has a minus sign.
  var isNegative = false

  /// From LVAR; nil where it is reserved.
  init?(lvar: UInt8) {
    switch lvar {
    case 0x00...0xBF: (type, length) = (.text, Int(lvar))
    case 0xC0...0xCF: (type, length) = (.lvarBCD, Int(lvar - 0xC0))
    case 0xD0...0xDF: (type, length, isNegative) = (.lvarBCD, Int(lvar - 0xD0), true)
    case 0xE0...0xE8: (type, length) = (.lvarInteger, Int(lvar - 0xE0))
    case 0xE9...0xEF: (type, length) = (.binary, Int(lvar - 0xE0))
    case 0xF0...0xF4: (type, length) = (.binary, 4 * Int(lvar - 0xEC))
    case 0xF5: (type, length) = (.binary, 48)
    case 0xF6: (type, length) = (.binary, 64)
    case 0xF8: (type, length) = (.real64, 8)
    default: return nil
    }
  }

  /// LVAR for as many bytes of binary data; nil where there is none.
  static func lvar(binary length: Int) -> UInt8? {
    switch length {
    case 9...15: UInt8(truncatingIfNeeded: 0xE0 + length)
    case 16, 20, 24, 28, 32: UInt8(truncatingIfNeeded: 0xEC + length / 4)
    case 48: 0xF5
    case 64: 0xF6
    default: nil
    }
  }

  /// The longest text, and the longest run of bytes in its place.
  static let maxText = 0xBF
  /// The most bytes of decimal digits.
  static let maxBCD = 0x0F

  /// What the data is where the VIF says that it is not what LVAR says.
  func type(as content: VIFRow.Content) -> DataType {
    switch (type, content) {
    case (_, .bytes), (_, .daylightSaving), (.lvarInteger, .date): .binary
    default: type
    }
  }

  /// Reads the data behind LVAR, least significant byte first.
  func decode(_ bytes: [UInt8], _ content: VIFRow.Content) -> Reading {
    guard type == .text || !bytes.isEmpty else { return DataField.decode(.none, [], content) }
    let type = type(as: content)
    if content == .date, type == .lvarBCD || type == .real64 { return DataField.uncodedDate(type) }
    guard type == .lvarBCD else { return DataField.decode(type, bytes, content) }
    return DataField.bcd(BCD.digits(bytes)[...], isNegative: isNegative, bytes)
  }
}
