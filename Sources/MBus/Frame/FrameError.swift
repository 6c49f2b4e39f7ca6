import Bytes

/// Why bytes are no frame: which rule of EN 13757-2, ch. 5.3 they break, and where.
public struct FrameError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rules of the frame formats.
  public enum Rule: Hashable, Sendable {
    /// A frame begins with E5, 10 or 68.
    case startByte
    /// L stands twice.
    case lengthsDiffer
    /// L counts at least C, A and CI field.
    case lengthTooSmall
    /// A second 68 follows the two L.
    case secondStartByte
    /// The sum of all bytes from the C field on.
    case checksum(expected: UInt8)
    /// A frame ends with 16.
    case stopByte
  }

  /// Which rule is broken.
  public let rule: Rule
  /// Where, counted from the first byte given to the decoder.
  public let offset: Int
  /// The bytes that break it.
  public let bytes: [UInt8]

  /// - Parameters:
  ///   - rule: which rule is broken.
  ///   - offset: where, counted from the first byte given to the decoder.
  ///   - bytes: the bytes that break it.
  public init(_ rule: Rule, offset: Int, bytes: [UInt8]) {
    self.rule = rule
    self.offset = offset
    self.bytes = bytes
  }

  /// What is wrong, where, and what is allowed.
  public var description: String {
    let found = Hex.encode(bytes, separator: " ")
    let what =
      switch rule {
      case .startByte: "\(found) begins no frame (E5, 10 or 68 do)"
      case .lengthsDiffer: "the two length bytes \(found) differ"
      case .lengthTooSmall: "length \(found) is too small for C, A and CI field (at least 03)"
      case .secondStartByte: "\(found) in place of the second start byte 68"
      case .checksum(let expected): "checksum \(found), the bytes add up to \(Hex.byte(expected))"
      case .stopByte: "\(found) in place of the stop byte 16"
      }
    return "\(what), at offset \(offset)"
  }
}
