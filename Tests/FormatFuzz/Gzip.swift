/// Gzip without compression (RFC 1951, ch. 3.2.4; RFC 1952), so that changes reach what is behind the decompressor.
enum Gzip {
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    var rest = bytes[...]
    repeat {
      let part = rest.prefix(65_535)
      rest = rest.dropFirst(part.count)
      let (low, high) = (UInt8(part.count & 0xFF), UInt8(part.count >> 8))
      result += [rest.isEmpty ? 1 : 0, low, high, ~low, ~high] + part
    } while !rest.isEmpty
    let sums = [crc(bytes), UInt32(truncatingIfNeeded: bytes.count)]
    return result + sums.flatMap { sum in (0..<4).map { UInt8(sum >> ($0 * 8) & 0xFF) } }
  }

  /// CRC-32 bit by bit (RFC 1952, ch. 8): not by the table of the program under test.
  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1
      }
    }
  }
}
