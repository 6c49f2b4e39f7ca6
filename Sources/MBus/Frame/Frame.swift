import Bytes

/// One frame of the link layer, format class FT 1.2 (EN 13757-2, ch. 5).
public enum Frame: Hashable, Sendable {
  /// The single character E5: "understood".
  case acknowledge
  /// A frame without data.
  case short(control: ControlField, address: UInt8)
  /// A frame that carries nothing but a CI field (L = 3).
  case control(control: ControlField, address: UInt8, ci: UInt8)
  /// A frame with data; without any it is on the line the same as `.control`, and is read as such.
  case long(control: ControlField, address: UInt8, ci: UInt8, data: [UInt8])

  /// The bytes of the protocol that never change.
  public enum Octet {
    /// The whole of `.acknowledge`.
    public static let acknowledge: UInt8 = 0xE5
    /// The start of a short frame.
    public static let shortStart: UInt8 = 0x10
    /// The start of a control or long frame; stands twice.
    public static let longStart: UInt8 = 0x68
    /// The end of every frame but `.acknowledge`.
    public static let stop: UInt8 = 0x16
  }

  /// The lengths that the frame formats give (EN 13757-2, ch. 5.3).
  public enum Length {
    /// Bytes of a short frame.
    public static let short = 5
    /// Bytes of a control or long frame that L does not count: four before, two after.
    public static let envelope = 6
    /// C, A and CI field: the least L, that of a control frame.
    public static let leastL = 3
    /// The most bytes that a long frame carries, as L is one byte.
    public static let maxData = 252
    /// Bytes of the longest frame there is.
    public static let maxFrame = 261
  }

  /// The C field; nil for `.acknowledge`.
  public var controlField: ControlField? {
    switch self {
    case .acknowledge: nil
    case .short(let control, _), .control(let control, _, _), .long(let control, _, _, _): control
    }
  }

  /// The A field; nil for `.acknowledge`.
  public var address: UInt8? {
    switch self {
    case .acknowledge: nil
    case .short(_, let address), .control(_, let address, _), .long(_, let address, _, _): address
    }
  }

  /// The CI field; nil for frames without one.
  public var ci: UInt8? {
    switch self {
    case .acknowledge, .short: nil
    case .control(_, _, let ci), .long(_, _, let ci, _): ci
    }
  }

  /// What follows the CI field; empty for frames without data.
  public var data: [UInt8] {
    switch self {
    case .acknowledge, .short, .control: []
    case .long(_, _, _, let data): data
    }
  }

  /// The bytes on the line.
  /// - Throws: `FrameTooLong` for more than `Length.maxData` bytes of data.
  public var encoded: [UInt8] {
    get throws(FrameTooLong) {
      switch self {
      case .acknowledge: return [Octet.acknowledge]
      case .short(let control, let address):
        let body = [control.rawValue, address]
        return [Octet.shortStart] + body + [Checksum.sum(body), Octet.stop]
      case .control(let control, let address, let ci):
        return try Self.variable([control.rawValue, address, ci])
      case .long(let control, let address, let ci, let data):
        return try Self.variable([control.rawValue, address, ci] + data)
      }
    }
  }

  private static func variable(_ body: [UInt8]) throws(FrameTooLong) -> [UInt8] {
    guard let l = UInt8(exactly: body.count) else {
      throw FrameTooLong(dataLength: body.count - Length.leastL)
    }
    return [Octet.longStart, l, l, Octet.longStart] + body + [Checksum.sum(body), Octet.stop]
  }
}

/// More data than a frame can carry.
public struct FrameTooLong: Error, Equatable, Sendable, CustomStringConvertible {
  /// How many bytes were to be sent.
  public let dataLength: Int

  /// - Parameter dataLength: how many bytes were to be sent.
  public init(dataLength: Int) { self.dataLength = dataLength }

  /// How much was to be sent, and how much is possible.
  public var description: String {
    "\(dataLength) bytes of data in one frame; at most \(Frame.Length.maxData) are possible"
  }
}
