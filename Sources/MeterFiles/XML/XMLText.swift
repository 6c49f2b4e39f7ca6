/// Text as XML carries it.
enum XMLText {
  /// Without the white space of XML at the ends.
  static func trimmed(_ text: [UInt8]) -> ArraySlice<UInt8> {
    guard let first = text.firstIndex(where: { !isSpace($0) }),
      let last = text.lastIndex(where: { !isSpace($0) })
    else { return [] }
    return text[first...last]
  }

  /// The white space of XML 1.0 (production S).
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// Without the characters that XML 1.0 cannot carry in any form.
  static func sendable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter(isSendable)))
  }

  /// What remains of a text that is written into an element and read again.
  static func carried(_ text: String) -> String {
    String(decoding: trimmed(Array(sendable(text).utf8)), as: UTF8.self)
  }

  /// A text to stand between tags.
  /// - Parameter asUTF8: false writes everything beyond ASCII as character references, which are right
  ///   in every encoding.
  static func escaped(_ text: String, asUTF8: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars where isSendable(scalar) {
      switch scalar {
      case "&": bytes += Array("&amp;".utf8)
      case "<": bytes += Array("&lt;".utf8)
      case ">": bytes += Array("&gt;".utf8)
      // A bare one would be read as a line feed.
      case "\r": bytes += Array("&#13;".utf8)
      case _ where asUTF8 || scalar.isASCII: bytes += Array(String(scalar).utf8)
      default: bytes += Array("&#\(scalar.value);".utf8)
      }
    }
    return bytes
  }

  static func isSendable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: true
    default: false
    }
  }
}
