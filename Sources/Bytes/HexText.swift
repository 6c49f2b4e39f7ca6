/// Bytes as people paste them: two hexadecimal digits each, with blanks, `:`, `,`, `;` or `-` between them, and `0x`
/// before them, or without.
public enum HexText {
  /// Why a text is no run of bytes. Offsets count characters of the text.
  public enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
    /// A character that is neither a digit nor a separator.
    case notADigit(Character, offset: Int)
    /// A byte with one digit only.
    case oneDigit(Character, offset: Int)

    /// Where, counted in characters of the text.
    public var offset: Int {
      switch self {
      case .notADigit(_, let offset), .oneDigit(_, let offset): offset
      }
    }

    /// What is wrong, for people, who count from 1.
    public var description: String {
      switch self {
      case .notADigit(let character, let offset):
        "'\(character)' at character \(offset + 1) is no hexadecimal digit"
      case .oneDigit(let digit, let offset):
        "the byte at character \(offset + 1) has one digit only: \(digit)"
      }
    }
  }

  /// Reads the bytes.
  public static func decode(_ text: some StringProtocol) throws(Problem) -> [UInt8] {
    var bytes: [UInt8] = []
    var high: (value: UInt8, character: Character, offset: Int)?
    // The x of 0x, behind which a digit follows.
    var mark: (character: Character, offset: Int)?
    for (offset, character) in text.enumerated() {
      switch (high, digit(character)) {
      case (let first?, let digit?):
        bytes.append(first.value << 4 | digit)
        high = nil
      case (nil, let digit?):
        high = (digit, character, offset)
        mark = nil
      case (let first?, nil) where first.value == 0 && "xX".contains(character) && mark == nil:
        high = nil
        mark = (character, offset)
      case (let first?, nil) where isSeparator(character):
        throw .oneDigit(first.character, offset: first.offset)
      case (nil, nil) where isSeparator(character) && mark == nil: break
      default: throw .notADigit(mark?.character ?? character, offset: mark?.offset ?? offset)
      }
    }
    if let high { throw .oneDigit(high.character, offset: high.offset) }
    if let mark { throw .notADigit(mark.character, offset: mark.offset) }
    return bytes
  }

  private static func digit(_ character: Character) -> UInt8? {
    guard character.isASCII else { return nil }
    return character.hexDigitValue.flatMap { UInt8(exactly: $0) }
  }

  private static func isSeparator(_ character: Character) -> Bool {
    character.isWhitespace || ":,;-".contains(character)
  }
}
