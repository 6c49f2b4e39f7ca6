import Bytes
import MBus
import Testing

@Suite struct TelegramMapTests {
  /// Whatever the bytes are: each of them once, in order, unchanged.
  private func check(_ bytes: [UInt8], _ name: String, _ options: DecodingOptions = .standard) {
    let map: TelegramMap
    do {
      map = TelegramMap(bytes, try TelegramDecoder.decode(bytes, options), options)
    } catch {
      map = TelegramMap(unread: bytes, why: "\(error)")
    }
    var offset = 0
    for span in map.spans {
      #expect(span.offset == offset && !span.meaning.isEmpty, "\(name)")
      // Only what is missing has none.
      #expect(!span.bytes.isEmpty || span.isWrong && span.meaning.contains("missing"), "\(name)")
      offset += span.bytes.count
    }
    #expect(map.spans.flatMap(\.bytes) == bytes, "\(name)")
  }

  /// Frames of our own: all headers, fillers, text VIFs, DIFEs, variable length, errors, commands.
  private static let own = [
    "E5", "10 5B 01 5C 16", "10 40 FD 3D 16",
    // Long header, no header, short header.
    "72 06 01 60 66 A7 32 02 04 08 0C 00 00 0C 06 67 02 00 00 2F 2F 04 6D 24 2E B6 15 1F 11 22",
    "78 8C 51 04 96 47 06 00 FD FD 00",
    "7A 08 00 00 00 0D FC 03 41 42 43 74 05 6F 6C 6C 65 48 2F",
    "78 04 FC 74 03 41 42 43 01 00 00 00", "78 04 FD FD 02 01 00 00 00 04 EF 01 01 00 00 00",
    "78 01 FF 11 05 2F 2F", "78 2F 2F 2F", "78", "78 04 93 15 01 00 00 00 0C",
    "78 0C 06 67 02", "78 6F 01 02", "78 0D 78 C3 12 34 56",
    "76 66 60 01 06 32 A7 02 04 08 00 00 00 0C 06 00 00 02 67",
    "73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00",
    "73 78 56", "77 12 34 56 78 0A 00 E9", "73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01", "70 08",
    "70", "71 01 02", "A0 01 02 03",
    // Encrypted by its header, and not in plain.
    "72 06 01 60 66 A7 32 02 04 08 00 10 05 DF E2 A7 82 14 6D 15 13 58 1C D2 F8 3F 39 04 0C",
  ]

  /// Hourly values backwards from 10.000 m^3 at 2026-10-25 06:00: 1 and 2 litres less, and a byte too many.
  @Test func profile() throws {
    let bytes = try Self.frame(
      "78 04 13 10 27 00 00 04 6D 00 06 59 3A 0D 93 13 07 62 01 01 00 02 00 09")
    check(bytes, "profile")
    let map = TelegramMap(bytes, try TelegramDecoder.decode(bytes))
    #expect(
      map.spans.dropFirst(15).dropLast(2).map { "\(Hex.encode($0.bytes)): \($0.meaning)" } == [
        "07: LVAR: binary, 7 bytes",
        "62: profile: steps up as int16, from the base value back", "01: spacing: 1 h",
        "0100: element 1: storage 1, 9.999 m^3, 2026-10-25T05:00",
        "0200: element 2: storage 2, 9.997 m^3, 2026-10-25T04:00", "09: less than an element",
      ])
    let alone = try Self.frame("78 0D 93 1F 04 72 FE 0A 00")
    check(alone, "without a base value")
    #expect(
      TelegramMap(alone, try TelegramDecoder.decode(alone)).spans.dropLast(2).last?.meaning
        == "element 1: no value without a base value")
    let bigEndian = try Self.frame(
      "76 66 60 01 06 32 A7 02 04 08 00 00 00 0D 93 1F 04 00 0A 00 32")
    check(bigEndian, "most significant byte first")
  }

  private static func frame(_ text: String, control: UInt8 = 0x08) throws -> [UInt8] {
    let bytes = try Hex.decode(text)
    guard let first = bytes.first, ![0xE5, 0x10].contains(first) else { return bytes }
    let control = ControlField(rawValue: control)
    return bytes.count == 1
      ? try Frame.control(control: control, address: 1, ci: first).encoded
      : try Frame.long(
        control: control, address: 1, ci: first, data: Array(bytes.dropFirst())
      ).encoded
  }

  @Test(arguments: own) func ownFrames(text: String) throws {
    let bytes = try Self.frame(text)
    for placement in [DecodingOptions.TextVIFPlacement.behindVIF, .behindVIFEs] {
      check(bytes, text, DecodingOptions(textVIF: placement))
    }
    check(bytes + [0x01], "\(text), and one more")
    check(Array(bytes.dropLast()), "\(text), cut short")
  }

  @Test(arguments: [
    "50", "50 10", "51 01 7A 05", "51 08 7E", "52 78 56 34 12 FF FF FF FF",
    "52 78 56 34 12 A7 32 02 04 0C 78 11 22 33 44", "54", "5C", "BB", "51 0C 79", "99 01",
  ]) func commands(text: String) throws { check(try Self.frame(text, control: 0x53), text) }

  @Test func everyFrameOfTheCorpus() throws {
    for entry in try Corpus.entries() { check(try entry.bytes, entry.name) }
  }

  /// The example of the manuals' description modes in a frame of our own: 8C 11 04 is
  /// storage 2, tariff 1, in units of 10 Wh.
  @Test func whatTheBytesSay() throws {
    let bytes = try Self.frame(
      "72 06 01 60 66 A7 32 02 04 08 0C 00 00 8C 11 04 96 47 06 00 2F 0D FD 11 02 42 41 0F 99")
    let map = TelegramMap(bytes, try TelegramDecoder.decode(bytes))
    #expect(
      map.spans.map { "\($0.offset) \(Hex.encode($0.bytes)) \($0.meaning)" } == [
        "0 68 start", "1 1F1F length 31, twice", "3 68 start",
        "4 08 C field: RSP_UD, data of the meter",
        "5 01 address 1", "6 72 CI field: data, long header", "7 06016066 serial 66600106",
        "11 A732 manufacturer LUG", "13 02 version 2", "14 04 medium Heat (outlet)",
        "15 08 access number 8", "16 0C status: power low, permanent error",
        "17 0000 configuration field 0000: not encrypted",
        "19 8C DIF: 8 digit BCD, instantaneous",
        "20 11 DIFE: storage bits 1, tariff bits 1, subunit bit 0; storage 2, tariff 1, subunit 0",
        "21 04 VIF: Energy, 10^1 Wh", "22 96470600 647960 Wh", "26 2F filler",
        "27 0D DIF: variable length, instantaneous",
        "28 FD VIF: a code of another table follows", "29 11 VIF: Customer",
        "30 02 LVAR: text, 2 bytes", "31 4241 \"AB\"",
        "33 0F DIF: vendor specific data to the end", "34 99 vendor specific data",
        "35 \(Hex.byte(bytes[bytes.count - 2])) checksum", "36 16 stop",
      ])
  }

  @Test func whatCannotBeRead() throws {
    let bytes = try Self.frame("78 0C 06 67 02 00 00 6F 01 02")
    let map = TelegramMap(bytes, try TelegramDecoder.decode(bytes))
    let unread = map.spans.filter { $0.part == .unread }
    #expect(unread.last?.bytes.suffix(2) == [0x01, 0x02])
    #expect(unread.last?.meaning.contains("reserved DIF 6F") == true)
  }

  /// To a meter the same codes say something else, and a code of a further table has its meaning there.
  @Test(arguments: [
    ("51 02 93 07 34 12", UInt8(0x53), ["CI field: data send", "VIFE: clear"]),
    ("78 02 93 07 34 12", 0x08, ["CI field: data, no header", "VIFE: data size not implemented"]),
    ("BB", 0x53, ["CI field: switch to 2400 baud"]),
    ("78 02 FD FD 02 01 00", 0x08, ["VIF: Remaining battery life time, mon"]),
  ])
  func meanings(text: String, control: UInt8, expected: [String]) throws {
    let bytes = try Self.frame(text, control: control)
    let map = TelegramMap(bytes, try TelegramDecoder.decode(bytes))
    let meanings = map.spans.map(\.meaning)
    for one in expected { #expect(meanings.contains(one), "\(one): \(meanings)") }
  }
}
