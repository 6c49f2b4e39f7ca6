/// Check numbers of the protocols.
public enum Checksum {
  /// The sum of all bytes without carries (EN 13757-2: from the C field to the end of user data).
  public static func sum(_ bytes: some Sequence<UInt8>) -> UInt8 {
    bytes.reduce(0, &+)
  }

  /// The CRC-16 of Modbus RTU: polynomial A001, lowest bit first, begun with FFFF. It is sent least
  /// significant byte first, so that the CRC over a frame with its CRC is 0 (Modbus over serial line
  /// V1.02, ch. 6.2.2).
  public static func modbus(_ bytes: some Sequence<UInt8>) -> UInt16 {
    bytes.reduce(0xFFFF) { sum, byte in
      (0..<8).reduce(sum ^ UInt16(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ 0xA001 : rest >> 1
      }
    }
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// The bytes, least significant first.
  public var littleEndianBytes: [UInt8] {
    (0..<(Self.bitWidth / 8)).map { UInt8(truncatingIfNeeded: self >> (Self($0) * 8)) }
  }

  /// The bytes, most significant first.
  public var bigEndianBytes: [UInt8] { littleEndianBytes.reversed() }
}
