/// The check number of gzip and zip (RFC 1952, ch. 8): it tells damage by chance.
struct CRC32 {
  private var state = UInt32.max

  /// Of what was added so far.
  var value: UInt32 { ~state }

  /// Goes on with more bytes.
  mutating func add(_ bytes: some Sequence<UInt8>) {
    state = bytes.reduce(state) { sum, byte in
      Self.table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8
    }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
  }

  /// Of these bytes.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    var sum = CRC32()
    sum.add(bytes)
    return sum.value
  }

  /// Of these bytes, as eight hexadecimal digits.
  static func text(_ bytes: [UInt8]) -> String { hex(of(bytes)) }

  /// A number as eight hexadecimal digits.
  static func hex(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
