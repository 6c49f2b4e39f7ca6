/// Which faults of a meter are passed over when its telegrams are taken from the line. Both let noise pass that
/// the link layer would find, so neither is in force without a setting.
public struct FrameTolerance: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// - Parameter rawValue: the bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The checksum may be wrong (MBUS_IGNORECRCFIELD).
  public static let checksum = FrameTolerance(rawValue: 1)
  /// The length bytes may be wrong, and differ; silence ends such a frame (MBUS_IGNORELENGTHFIELD).
  public static let length = FrameTolerance(rawValue: 2)
}
