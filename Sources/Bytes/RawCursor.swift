/// A read position in bytes that lie in somebody else's memory, for hot paths: nothing is copied or
/// allocated. Valid as long as the memory is; nothing is read before its length is checked.
/// Inlinable, since a generic call into another module would cost more than the read itself.
public struct RawCursor {
  @usableFromInline let bytes: UnsafeRawBufferPointer

  @usableFromInline var position = 0

  /// How many bytes have been read.
  @inlinable public var consumed: Int { position }

  /// - Parameter bytes: memory that stays valid while the cursor is used.
  @inlinable public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// How many bytes are left.
  @inlinable public var remaining: Int { bytes.count - position }

  /// Reads an unsigned integer, most significant byte first; nil, and nothing is taken, when there
  /// are too few bytes.
  @inlinable public mutating func readBigEndian<T: FixedWidthInteger & UnsignedInteger>(_: T.Type)
    -> T?
  {
    let size = MemoryLayout<T>.size
    guard size <= remaining else { return nil }
    defer { position += size }
    return T(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
  }

  /// Cuts off the next `count` bytes; nil, and nothing is taken, when there are too few.
  @inlinable public mutating func cut(_ count: Int) -> RawCursor? {
    guard count >= 0, count <= remaining else { return nil }
    defer { position += count }
    return RawCursor(UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)]))
  }
}
