/// A read position in bytes that lie in somebody else's memory, for hot paths: nothing is copied or
/// allocated. Valid as long as the memory is; nothing is read before its length is checked.
public struct RawCursor {
  private let bytes: UnsafeRawBufferPointer

  /// How many bytes have been read.
  public private(set) var consumed = 0

  /// - Parameter bytes: memory that stays valid while the cursor is used.
  public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// How many bytes are left.
  public var remaining: Int { bytes.count - consumed }

  /// Reads an unsigned integer, most significant byte first; nil, and nothing is taken, when there
  /// are too few bytes.
  public mutating func readBigEndian<T: FixedWidthInteger & UnsignedInteger>(_: T.Type) -> T? {
    let size = MemoryLayout<T>.size
    guard size <= remaining else { return nil }
    defer { consumed += size }
    return T(bigEndian: bytes.loadUnaligned(fromByteOffset: consumed, as: T.self))
  }

  /// Cuts off the next `count` bytes; nil, and nothing is taken, when there are too few.
  public mutating func cut(_ count: Int) -> RawCursor? {
    guard count >= 0, count <= remaining else { return nil }
    defer { consumed += count }
    return RawCursor(UnsafeRawBufferPointer(rebasing: bytes[consumed..<(consumed + count)]))
  }
}
