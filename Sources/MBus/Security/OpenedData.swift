/// The encrypted part of a telegram in plain, and what it stands in place of.
public struct OpenedData: Hashable, Sendable {
  /// The place of its first byte in the telegram.
  public var offset: Int
  /// As many bytes as were encrypted.
  public var bytes: [UInt8]

  /// - Parameters:
  ///   - offset: the place of its first byte in the telegram.
  ///   - bytes: as many as were encrypted.
  public init(offset: Int, bytes: [UInt8]) {
    self.offset = offset
    self.bytes = bytes
  }
}
