/// How long frames on a serial line are, told by their function code: so that those of others can be
/// passed over, and a frame that is not complete is known to be so.
enum RTULength: Hashable, Sendable {
  /// Always so many bytes, from the unit to the checksum.
  case fixed(Int)
  /// `plus` bytes and as many as the byte at an offset says.
  case counted(at: Int, plus: Int)
  /// `plus` bytes and as many as the two bytes at an offset say.
  case counted16(at: Int, plus: Int)
  /// Only the silence behind it tells.
  case untilSilence

  /// Who sends frames of a form.
  enum Side: Hashable, Sendable {
    case request
    case answer
  }

  /// The longest frame, and the shortest: unit, function and checksum (Modbus over serial line V1.02,
  /// ch. 2.3 and 2.5.1).
  static let range = 4...256

  /// The forms of frames (Modbus application protocol V1.1b3, ch. 6). What has no row is known by the
  /// silence behind it only.
  static let table: [(codes: ClosedRange<UInt8>, side: Side, length: RTULength)] = [
    (0x01...0x04, .request, .fixed(8)), (0x01...0x04, .answer, .counted(at: 2, plus: 5)),
    (0x05...0x06, .request, .fixed(8)), (0x05...0x06, .answer, .fixed(8)),
    (0x07...0x07, .request, .fixed(4)), (0x07...0x07, .answer, .fixed(5)),
    (0x0B...0x0B, .request, .fixed(4)), (0x0B...0x0B, .answer, .fixed(8)),
    (0x0C...0x0C, .request, .fixed(4)), (0x0C...0x0C, .answer, .counted(at: 2, plus: 5)),
    (0x0F...0x10, .request, .counted(at: 6, plus: 9)), (0x0F...0x10, .answer, .fixed(8)),
    (0x11...0x11, .request, .fixed(4)), (0x11...0x11, .answer, .counted(at: 2, plus: 5)),
    (0x14...0x15, .request, .counted(at: 2, plus: 5)),
    (0x14...0x15, .answer, .counted(at: 2, plus: 5)),
    (0x16...0x16, .request, .fixed(10)), (0x16...0x16, .answer, .fixed(10)),
    (0x17...0x17, .request, .counted(at: 10, plus: 13)),
    (0x17...0x17, .answer, .counted(at: 2, plus: 5)),
    (0x18...0x18, .request, .fixed(6)), (0x18...0x18, .answer, .counted16(at: 2, plus: 6)),
    // Requests for texts; answers with them are not told apart from requests of other MEI types.
    (0x2B...0x2B, .request, .fixed(7)), (0x2B...0x2B, .answer, .untilSilence),
    (0x80...0xFF, .answer, .fixed(5)),
  ]

  /// The forms that a function code has.
  static func forms(of code: UInt8) -> [(side: Side, length: RTULength)] {
    let rows = table.filter { $0.codes.contains(code) }.map { ($0.side, $0.length) }
    return rows.isEmpty ? [(.request, .untilSilence)] : rows
  }

  /// How many bytes it has; nil while the bytes that tell have not come.
  func count(_ bytes: ArraySlice<UInt8>) -> Int? {
    switch self {
    case .fixed(let count): count
    case .counted(let offset, let plus): bytes.dropFirst(offset).first.map { Int($0) + plus }
    case .counted16(let offset, let plus):
      bytes.count < offset + 2
        ? nil : bytes.dropFirst(offset).prefix(2).reduce(0) { $0 << 8 | Int($1) } + plus
    case .untilSilence: bytes.count
    }
  }
}
