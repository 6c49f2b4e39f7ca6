/// Check numbers of the protocols.
public enum Checksum {
  /// The sum of all bytes without carries (EN 13757-2: from the C field to the end of user data).
  public static func sum(_ bytes: some Sequence<UInt8>) -> UInt8 {
    bytes.reduce(0, &+)
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
