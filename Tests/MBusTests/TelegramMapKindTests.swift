import Bytes
import MBus
import Testing

/// What the bytes of telegrams other than plain answers say. Frames of our own, with invented serials.
@Suite struct TelegramMapKindTests {
  /// The spans of all frames in a text, without those of the link layer: `bytes meaning`.
  private func lines(_ hex: String, _ options: DecodingOptions = .standard) throws -> [String] {
    let bytes = try Hex.decode(hex)
    var formats = FormatCache()
    var lines: [String] = []
    for piece in FramePiece.pieces(of: bytes) {
      guard case .frame(let frame, let flaws) = piece.content else { continue }
      let telegram = TelegramDecoder.decode(frame, options, formats: formats)
      if let response = telegram.response { formats.learn(from: response) }
      let map = TelegramMap(piece.bytes, telegram, options, flaws: flaws)
      #expect(map.spans.flatMap(\.bytes) == piece.bytes)
      let shown = map.spans.filter { $0.part != .frame }
      lines += shown.map {
        $0.bytes.isEmpty ? "\($0.offset) \($0.meaning)" : "\(Hex.encode($0.bytes)) \($0.meaning)"
      }
    }
    return lines
  }

  /// A frame around the data behind the C and A field.
  private func frame(_ text: String, control: UInt8 = 0x08) throws -> String {
    let bytes = try Hex.decode(text)
    let (ci, control) = (try #require(bytes.first), ControlField(rawValue: control))
    let frame: Frame =
      bytes.count == 1
      ? .control(control: control, address: 1, ci: ci)
      : .long(control: control, address: 1, ci: ci, data: Array(bytes.dropFirst()))
    return Hex.encode(try frame.encoded)
  }

  /// Three records by EN 13757-3:2018, annex G: 0x162E, 0x2334 and 0x10 in the units of their VIFs.
  @Test func formatAndCompactFrames() throws {
    let format = "680C0C68080169087D1D0215022A04136E16"
    let compact = "680F0F680801797D1D30B42E16342310000000AB16"
    #expect(
      try lines(format + compact) == [
        "08 length 8: signature and what follows it", "7D1D format signature 1D7D",
        "02 DIF: 16 bit integer, instantaneous", "15 VIF: Volume, 10^-1 m^3",
        "02 DIF: 16 bit integer, instantaneous", "2A VIF: Power, 10^-1 W",
        "04 DIF: 32 bit integer, instantaneous", "13 VIF: Volume, 10^-3 m^3",
        "7D1D format signature 1D7D", "30B4 CRC B430 of the full telegram",
        "2E16 567.8 m^3; record 02 15: Volume", "3423 901.2 W; record 02 2A: Power",
        "10000000 0.016 m^3; record 04 13: Volume",
      ])
    #expect(
      try lines(compact).last?.hasPrefix(
        "2E16342310000000 not read: a compact frame of format 1D7D")
        == true)
    let long = try frame("73 78563412 2D2C 01 07 05 00 0000 7D1D 30B4 2E16 3423 10000000")
    let bytes = try Hex.decode(long)
    let spans = TelegramMap(bytes, try TelegramDecoder.decode(bytes)).spans
    #expect(spans.contains { $0.meaning == "CI field: compact data, long header" })
    #expect(spans.contains { $0.meaning == "serial 12345678" })
    #expect(spans.contains { $0.meaning == "format signature 1D7D" })
    #expect(
      try lines(format + long).suffix(1) == ["10000000 0.016 m^3; record 04 13: Volume"])
  }

  @Test func commands() throws {
    #expect(
      try lines("680404685303517F2616") == ["7F DIF: all data (global readout request)"])
    #expect(
      try lines("6811116853FD5278563412FFFFFFFF0C78332211009C16") == [
        "78563412 serial 12345678", "FFFF any manufacturer", "FF any version", "FF any medium",
        "0C DIF: 8 digit BCD, instantaneous", "78 VIF: Fabrication", "33221100 00112233",
      ])
    #expect(
      try lines("680B0B6853FD52FFFFFF1FFFFFFFFFBA16").first
        == "FFFFFF1F serial 1FFFFFFF, F for any digit")
    let bytes = try Hex.decode("6811116853FD5278563412FFFFFFFF0C78332211009C16")
    #expect(
      try TelegramDecoder.decode(bytes).command?.description.hasSuffix("; Fabrication = 00112233")
        == true)
    #expect(
      try lines(frame("51 04 13 39 30", control: 0x53)) == [
        "04 DIF: 32 bit integer, instantaneous", "13 VIF: Volume, 10^-3 m^3",
        "3930 not read: the telegram ends in the middle of a record, in its data: "
          + "4 bytes needed at offset 9, 2 left",
        "11 missing: the last 2 bytes of the record's data",
      ])
  }

  /// Every CI field that a message lists as known has a name.
  @Test func namesOfCIFields() throws {
    let bytes = try Hex.decode(try frame("A0 01"))
    let error = try #require(try TelegramDecoder.decode(bytes).error).description
    let list = try #require(error.split(separator: "(").last?.split(separator: " are").first)
    let known = list.replacing(" and ", with: ", ").split(separator: ", ")
    #expect(known.count == 20)
    for ci in known {
      let bytes = try Hex.decode(try frame("\(ci) 01"))
      let map = TelegramMap(bytes, try TelegramDecoder.decode(bytes))
      #expect(map.spans.contains { $0.meaning.hasPrefix("CI field: ") })
      #expect(!map.spans.contains { $0.meaning.contains("not known") }, "\(ci)")
    }
    #expect(
      try lines(frame("8A 05 00 0000")) == [
        "05 access number 5", "00 status: no error",
        "0000 configuration field 0000: not encrypted",
      ])
    #expect(
      try lines(frame("8B 78563412 2D2C 01 07 05 00 0000 0C13")).suffix(2) == [
        "0000 configuration field 0000: not encrypted",
        "0C13 not expected: behind this CI field there is no data",
      ])
  }

  @Test func errorsAndAlarmsBehindHeaders() throws {
    #expect(
      try lines(frame("6E 05 00 0000 08")) == [
        "05 access number 5", "00 status: no error",
        "0000 configuration field 0000: not encrypted",
        "08 the application is busy with another readout (code 08)",
      ])
    #expect(
      try lines(frame("75 78563412 2D2C 01 07 05 00 0000 03")) == [
        "78563412 serial 12345678", "2D2C manufacturer KAM", "01 version 1", "07 medium Water",
        "05 access number 5", "00 status: no error",
        "0000 configuration field 0000: not encrypted", "03 alarm bits 0, 1 (03)",
      ])
    #expect(try lines(frame("74 05 00 0000 03")).last == "03 alarm bits 0, 1 (03)")
    #expect(try lines(frame("71 03")) == ["03 alarm bits 0, 1 (03)"])
  }

  @Test func halfTelegrams() throws {
    #expect(
      try lines("6815156808017221436587430401040100") == [
        "21436587 serial 87654321", "4304 manufacturer ABC", "01 version 1",
        "04 medium Heat (outlet)", "01 access number 1", "00 status: no error",
        "17 the frame is cut short: 17 of 27 bytes; missing: configuration field, more data, "
          + "checksum, stop",
      ])
    #expect(
      try lines("681515680801722143") == [
        "2143 serial, cut short: 2 of 4 bytes",
        "9 the frame is cut short: 9 of 27 bytes; missing: the rest of the serial, manufacturer, "
          + "version, medium, access number, status, configuration field, more data, checksum, stop",
      ])
    let head = ["8C DIF: 8 digit BCD, instantaneous"]
    #expect(
      try lines(frame("78 8C")) == [
        "8C DIF: 8 digit BCD, instantaneous",
        "8 missing: the rest of the record: DIFE, VIF, data",
      ])
    #expect(
      try lines(frame("78 8C 10 93")) == head + [
        "10 DIFE: storage bits 0, tariff bits 1, subunit bit 0", "93 VIF: Volume, 10^-3 m^3",
        "10 missing: the rest of the record: VIF or VIFE, data",
      ])
    #expect(
      try lines(frame("78 04 6D")) == [
        "04 DIF: 32 bit, date and time (type F), instantaneous", "6D VIF: Timestamp, UTC",
        "9 missing: 4 bytes of the record's data",
      ])
    #expect(
      try lines(frame("78 0D 78 FF 12")).prefix(2) == [
        "0D DIF: variable length, instantaneous", "78 VIF: Fabrication",
      ])
  }

  @Test(arguments: [
    ("0C 78 33 22 11 00", "33221100 00112233"),
    ("0C 79 33 22 11 00", "33221100 00112233"),
    ("42 6C 5F 3C", "42 DIF: 16 bit, date (type G), instantaneous, storage bit 1"),
    (
      "06 6D 5E 2D 0D 55 3B 00",
      "06 DIF: 48 bit, date and time with seconds (type I), instantaneous"
    ),
    ("6F", "6F DIF: reserved"),
    ("01 93 78 05", "78 VIFE: +10^-3 m^3"),
    ("02 BB EF 07 5F 3C", "EF VIFE: date of the end of the last occurrence"),
    ("02 BB 6F 5F 3C", "6F VIFE: date of the end of the last occurrence"),
    ("02 BB E9 6F 5F 3C", "6F VIFE: date of the end of the last leakage"),
    ("02 BB 39 5F 3C", "39 VIFE: start date of the value"),
    ("01 FF 11 05", "11 VIFE: manufacturer specific"),
    ("0D 93 1F 04 32 FE 0A 00", "FE spacing: 1 month"),
  ])
  func words(record: String, expected: String) throws {
    let lines = try lines(frame("72 78563412 2D2C 01 04 01 00 0000 \(record)"))
    #expect(lines.contains(expected), "\(lines)")
  }

  @Test(arguments: [("0000", "none (0000)"), ("FFFF", "any (FFFF)"), ("2D2C", "KAM")])
  func manufacturers(code: String, words: String) throws {
    let lines = try lines(frame("72 78563412 \(code) 01 04 01 00 0000"))
    #expect(lines.contains("\(code) manufacturer \(words)"))
  }
}
