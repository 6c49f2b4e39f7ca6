import CArchive
import Settings

/// The sums at the end of a gzip file (RFC 1952, ch. 2.3.1), which libarchive reads over: CRC-32 and length of the
/// content. A file is one member; more of them, which the format allows, nobody writes who packs a folder.
enum GzipCheck {
  /// How one begins: ID1 and ID2.
  static let mark: [UInt8] = [0x1F, 0x8B]
  private static let trailerLength = 8

  /// Unpacks once more, and compares. What is unpacked is bounded as it is for the files themselves.
  static func check(_ bytes: [UInt8]) throws(ConfigurationFailure) {
    let reader = try ArchiveReader(bytes, isRaw: true)
    var sum = CRC32()
    var length: UInt32 = 0
    _ = try reader.next()
    try reader.chunks { chunk in
      sum.add(chunk)
      length &+= UInt32(truncatingIfNeeded: chunk.count)
    }
    let trailer = bytes.suffix(trailerLength).reversed().reduce(0 as UInt64) {
      $0 << 8 | UInt64($1)
    }
    guard bytes.count > trailerLength, length == UInt32(truncatingIfNeeded: trailer >> 32) else {
      throw ConfigurationFailure(
        "the archive is damaged: its content is not as long as it says at its end")
    }
    guard sum.value == UInt32(truncatingIfNeeded: trailer) else {
      throw ConfigurationFailure(
        "the archive is damaged: its check number (CRC-32) is not that of its content")
    }
  }
}
