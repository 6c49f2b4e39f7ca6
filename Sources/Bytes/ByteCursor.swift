/// A read position in a run of bytes from outside. Nothing is read before its length is checked.
public struct ByteCursor: Sendable {
  private let bytes: ArraySlice<UInt8>

  /// The position of the first byte in the telegram that it was cut from, so that errors can name
  /// a place in the whole.
  public let base: Int

  /// How many bytes have been read.
  public private(set) var consumed = 0

  /// - Parameter base: the offset of `bytes` in the telegram that it was cut from.
  public init(_ bytes: some Sequence<UInt8>, base: Int = 0) {
    self.bytes = ArraySlice(bytes)
    self.base = base
  }

  /// The offset, in the whole telegram, of the byte that is read next.
  public var offset: Int { base + consumed }

  /// How many bytes are left.
  public var remaining: Int { bytes.count - consumed }

  /// True at the end.
  public var isAtEnd: Bool { remaining == 0 }

  /// The byte that is read next, or nil at the end.
  public var peek: UInt8? {
    remaining > 0 ? bytes[bytes.startIndex + consumed] : nil
  }

  /// Reads one byte.
  public mutating func readByte() throws(OutOfBytes) -> UInt8 {
    guard let byte = peek else {
      throw OutOfBytes(offset: offset, needed: 1, available: 0)
    }
    consumed += 1
    return byte
  }

  /// Reads `count` bytes.
  public mutating func read(_ count: Int) throws(OutOfBytes) -> [UInt8] {
    guard count >= 0, count <= remaining else {
      throw OutOfBytes(offset: offset, needed: max(count, 0), available: remaining)
    }
    let start = bytes.startIndex + consumed
    consumed += count
    return Array(bytes[start..<(start + count)])
  }

  /// Reads all that is left.
  public mutating func readRest() -> [UInt8] {
    let rest = Array(bytes.dropFirst(consumed))
    consumed = bytes.count
    return rest
  }

  /// Reads an unsigned integer, least significant byte first.
  public mutating func readLittleEndian<T: FixedWidthInteger & UnsignedInteger>(
    _: T.Type
  ) throws(OutOfBytes) -> T {
    try read(T.bitWidth / 8).reversed().reduce(0) { $0 << 8 | T($1) }
  }

  /// Reads an unsigned integer, most significant byte first.
  public mutating func readBigEndian<T: FixedWidthInteger & UnsignedInteger>(
    _: T.Type
  ) throws(OutOfBytes) -> T {
    try read(T.bitWidth / 8).reduce(0) { $0 << 8 | T($1) }
  }
}

/// Fewer bytes than what is to be read.
public struct OutOfBytes: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where, counted from the start of the telegram.
  public let offset: Int
  /// How many bytes were asked for.
  public let needed: Int
  /// How many bytes were there.
  public let available: Int

  /// - Parameters:
  ///   - offset: where, counted from the start of the telegram.
  ///   - needed: how many bytes were asked for.
  ///   - available: how many bytes were there.
  public init(offset: Int, needed: Int, available: Int) {
    self.offset = offset
    self.needed = needed
    self.available = available
  }

  /// What was missing, and where.
  public var description: String {
    "\(needed == 1 ? "1 byte" : "\(needed) bytes") needed at offset \(offset), \(available) left"
  }
}
