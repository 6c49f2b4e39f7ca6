import Bytes

/// A rule of the frame formats (EN 13757-2, ch. 5.3) that bytes break which are otherwise seen to be a frame.
public struct FrameFlaw: Hashable, Sendable, CustomStringConvertible {
  /// The rules.
  public enum Rule: Hashable, Sendable {
    /// L stands twice, and counts the bytes from the C field to the checksum. `needed` is nil where a frame
    /// cannot have as many.
    case lengths(first: UInt8, second: UInt8, needed: UInt8?)
    /// A second 68 follows the two L.
    case secondStart(UInt8)
    /// The sum of all bytes from the C field on.
    case checksum(sent: UInt8, expected: UInt8)
    /// A frame ends with 16.
    case stop(UInt8)
    /// Bytes are missing at the end.
    case cutShort(available: Int, total: Int)
  }

  /// Which rule is broken.
  public let rule: Rule
  /// Where, counted from the start of the frame; where bytes are missing, that of the first.
  public let offset: Int

  /// - Parameters:
  ///   - rule: which rule is broken.
  ///   - offset: where, counted from the start of the frame.
  public init(_ rule: Rule, offset: Int) {
    self.rule = rule
    self.offset = offset
  }

  /// What is there, and what must be.
  public var description: String {
    switch rule {
    case .lengths(let first, let second, let needed):
      "length fields wrong: are \(Hex.byte(first)) and \(Hex.byte(second))"
        + (needed.map { ", must both be \(Hex.byte($0))" } ?? "")
    case .secondStart(let byte): "second start byte wrong: is \(Hex.byte(byte)), must be 68"
    case .checksum(let sent, let expected):
      "checksum wrong: is \(Hex.byte(sent)), must be \(Hex.byte(expected))"
    case .stop(let byte): "stop byte wrong: is \(Hex.byte(byte)), must be 16"
    case .cutShort(let available, let total):
      "the frame is cut short: \(available) of \(total) bytes"
    }
  }
}
