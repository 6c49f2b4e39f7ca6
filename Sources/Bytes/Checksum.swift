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

  /// The CRC-16 of EN 13757: polynomial 3D65, highest bit first, begun with 0, inverted at the end
  /// (EN 13757-4, ch. 12.5.4; EN 13757-3:2018, annex G, for signatures of compact frames).
  public static func mbus(_ bytes: some Sequence<UInt8>) -> UInt16 {
    ~bytes.reduce(0) { sum, byte in
      (0..<8).reduce(sum ^ UInt16(byte) << 8) { rest, _ in
        rest & 0x8000 != 0 ? rest << 1 ^ 0x3D65 : rest << 1
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
