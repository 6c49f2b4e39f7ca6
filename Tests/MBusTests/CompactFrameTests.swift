import Bytes
import MBus
import Metering
import Testing

/// Compact frames. Signature and CRC of the example of EN 13757-3:2018, annex G.5 are facts of the standard; the
/// others are computed with the polynomial by hand (Python).
@Suite struct CompactFrameTests {
  private func response(
    _ ci: UInt8, _ hex: String, _ formats: FormatCache = FormatCache()
  ) throws -> Response {
    try ResponseDecoder.decode(
      .long(control: .rspUD(), address: 1, ci: ci, data: try Hex.decode(hex)), formats: formats)
  }

  private func telegram(
    _ ci: UInt8, _ hex: String, _ formats: FormatCache = FormatCache()
  ) throws -> Telegram {
    guard case .data(let telegram) = try response(ci, hex, formats) else { throw NoTelegram() }
    return telegram
  }

  private struct NoTelegram: Error {}

  /// 123.4 Wh, 567.8 m³, 901.2 W.
  private static let full = "0202D204 02152E16 022A3423"
  private static let short = "313B 42A6 D204 2E16 3423"
  private static let header = "01000000"

  private func learned() throws -> FormatCache {
    var formats = FormatCache()
    formats.learn(from: try response(0x78, Self.full))
    return formats
  }

  @Test func checksum() throws {
    #expect(Checksum.mbus(try Hex.decode("02020215022A")) == 0x3B31)
    #expect(Checksum.mbus(try Hex.decode("0202D20402152E16022A3423")) == 0xA642)
    #expect(Checksum.mbus([]) == 0xFFFF)
  }

  @Test func aCompactFrameIsReadAsTheFullOne() throws {
    let formats = try learned()
    let full = try telegram(0x78, Self.full)
    for (ci, head, place) in [
      (UInt8(0x79), "", 11), (0x7B, Self.header, 15),
      (0x73, "78563412 2D2C 01 02" + Self.header, 23),
    ] {
      let compact = try telegram(ci, head + Self.short, formats)
      #expect(compact.problem == nil)
      #expect(compact.records.map(\.value) == full.records.map(\.value))
      #expect(compact.records.map(\.offset) == [place, place + 2, place + 4])
      #expect(compact.header?.access == (ci == 0x79 ? nil : 1))
    }
  }

  @Test func aFormatFrameIsAsGoodAsAFullOne() throws {
    var formats = FormatCache()
    guard case .format(let format) = try response(0x69, "08 313B 0202 0215 022A") else {
      throw NoTelegram()
    }
    #expect(format.signature == 0x3B31)
    #expect(format.frameData.map { Hex.encode($0) } == "08313B02020215022A")
    formats.learn(format)
    #expect(try telegram(0x79, Self.short, formats).records.map(\.scaled) == [123.4, 567.8, 901.2])
    guard case .format(let other) = try response(0x6A, Self.header + "08313B02020215022A") else {
      throw NoTelegram()
    }
    #expect(other == format)
  }

  @Test func lengthsOfVariableDataAreData() throws {
    let full = "0DFD1103434241 0C1378563412"
    var formats = FormatCache()
    let whole = try telegram(0x78, full)
    let format = try #require(RecordFormat(of: whole))
    #expect(Hex.encode(format.bytes) == "0DFD110C13")
    formats.learn(format)
    let crc = Checksum.mbus(try Hex.decode(full))
    let compact =
      Hex.encode(format.signature.littleEndianBytes + crc.littleEndianBytes)
      + "03434241 78563412"
    #expect(
      try telegram(0x79, compact, formats).records.map(\.reading) == whole.records.map(\.reading))
  }

  @Test func whatDoesNotFitSaysWhy() throws {
    let formats = try learned()
    let cases = [
      (
        "323B 42A6 D204 2E16 3423",
        "a compact frame of format 3B32, and the meter has sent no full telegram of that format yet"
      ),
      (
        "313B 42A6 D204 2E16 3424",
        "the compact frame does not fit format 3B31, or its CRC is wrong"
      ),
      ("313B 42A6 D204 2E16", "the compact frame does not fit format 3B31, or its CRC is wrong"),
      (
        "313B 42A6 D204 2E16 3423 00",
        "the compact frame does not fit format 3B31, or its CRC is wrong"
      ),
      ("313B42", "the compact frame ends before its signature and CRC: 31 3B 42"),
    ]
    for (hex, text) in cases {
      let telegram = try telegram(0x79, hex, formats)
      #expect(telegram.records.isEmpty && !telegram.isReadable)
      #expect(telegram.problem?.description == text)
    }
    for bad in [
      "08 323B 0202 0215 022A", "09 313B 0202 0215 022A", "02 FFFF", "", "05 0000 0F1302",
    ] {
      let telegram = try telegram(0x69, bad)
      #expect(telegram.problem?.description == "the format frame has a wrong length or signature")
    }
  }

  @Test func onlyWholeTelegramsAreLearned() throws {
    for hex in ["0202D204 0215", "0202D204 0F", "0202D204 1F", "2F2F", "0F0102"] {
      var formats = FormatCache()
      formats.learn(from: try response(0x78, hex))
      #expect(formats.isEmpty, "\(hex)")
    }
  }

  @Test func theCacheForgetsTheOldest() throws {
    var formats = FormatCache()
    var signatures: [UInt16] = []
    for code in 0..<UInt8(FormatCache.limit + 2) {
      guard
        case .data(let telegram) = try ResponseDecoder.decode(
          .long(control: .rspUD(), address: 1, ci: 0x78, data: [0x01, 0x10 + code, 0]))
      else { throw NoTelegram() }
      let format = try #require(RecordFormat(of: telegram))
      signatures.append(format.signature)
      formats.learn(format)
    }
    #expect(
      signatures.map { formats.format($0) != nil } == [false, false]
        + [Bool](repeating: true, count: 8))
  }

  /// CI 73 with 16 bytes is the fixed data structure, whatever follows from its bytes.
  @Test func fixedDataStructureStays() throws {
    let fixed = try telegram(0x73, "61214365 10 00 05 69 31650000 69000000", try learned())
    #expect(fixed.header?.isFixed == true && fixed.records.count == 2)
    let turned = try telegram(0x77, "65432161 10 00 05 69 00006531 00000069")
    #expect(turned.records.map(\.reading) == fixed.records.map(\.reading))
    #expect(turned.header?.identity == fixed.header?.identity)
  }
}

@Suite struct AnswerKindTests {
  private func response(_ ci: UInt8, _ data: [UInt8]) throws -> Response {
    try ResponseDecoder.decode(.long(control: .rspUD(), address: 1, ci: ci, data: data))
  }

  private static let long: [UInt8] = [0x78, 0x56, 0x34, 0x12, 0x2D, 0x2C, 1, 2, 9, 4, 0, 0]

  @Test func applicationErrors() throws {
    for (ci, head) in [
      (UInt8(0x6E), Self.long.suffix(4)), (0x6F, Self.long[...]), (0x70, Self.long.prefix(0)),
    ] {
      guard case .applicationError(let error) = try response(ci, head + [0x08]) else {
        Issue.record("CI \(ci)")
        return
      }
      #expect(error.description == "the application is busy with another readout (code 08)")
      #expect(error.header?.access == (ci == 0x70 ? nil : 9))
    }
  }

  @Test(
    arguments: [
      (0x00, "unspecified error (code 00)"), (0x01, "the CI field is not implemented (code 01)"),
      (0x02, "the data is too long for its buffer (code 02)"), (0x03, "too many records (code 03)"),
      (0x04, "premature end of a record (code 04)"), (0x05, "more than 10 DIFEs (code 05)"),
      (0x06, "more than 10 VIFEs (code 06)"), (0x07, "reserved (code 07)"),
      (0x09, "too many readouts (code 09)"), (0x10, "error with a code of its own (code 10)"),
    ] as [(UInt8, String)])
  func wordsOfApplicationErrors(code: UInt8, text: String) {
    #expect(ApplicationError(code: code).description == text)
  }

  @Test func alarms() throws {
    for (ci, head) in [
      (UInt8(0x71), Self.long.prefix(0)), (0x74, Self.long.suffix(4)), (0x75, Self.long[...]),
    ] {
      guard case .alarm(let alarm) = try response(ci, head + [0x82]) else {
        Issue.record("CI \(ci)")
        return
      }
      #expect(alarm.description == "alarm bits 1, 7 (82)")
      #expect(alarm.header?.status == (ci == 0x71 ? nil : 4))
    }
    #expect(Alarm(bits: [0]).description == "no alarm (00)")
    #expect(Alarm(bits: [0, 1]).description == "alarm bit 8 (00 01)")
    #expect(Alarm(bits: []).description == "an alarm that is not named")
  }

  @Test func headersAlone() throws {
    for (ci, head) in [(UInt8(0x8A), Self.long.suffix(4)), (0x8B, Self.long[...])] {
      guard case .data(let telegram) = try response(ci, Array(head)) else {
        Issue.record("CI \(ci)")
        return
      }
      #expect(telegram.header?.access == 9 && telegram.records.isEmpty && telegram.problem == nil)
    }
  }

  /// The header alone is that of the whole telegram.
  @Test func headerOfAFrame() throws {
    for ci in UInt8.min...UInt8.max {
      let frame = Frame.long(
        control: .rspUD(), address: 1, ci: ci, data: Self.long + [0x0C, 0x13, 1, 0, 0, 0])
      guard case .data(let telegram)? = try? ResponseDecoder.decode(frame) else { continue }
      #expect(ResponseDecoder.header(of: frame) == telegram.header, "CI \(ci)")
    }
    // The fuzzer's: behind the authentication layer, too.
    let layered = Frame.long(
      control: .rspUD(), address: 1, ci: 0x90,
      data: [2, 0, 0, 0x77] + Self.long + [0x0C, 0x13, 1, 0])
    guard case .data(let fixed)? = try? ResponseDecoder.decode(layered) else {
      Issue.record("the fixed data structure behind the authentication layer is not read")
      return
    }
    #expect(ResponseDecoder.header(of: layered) == fixed.header)
    #expect(ResponseDecoder.header(of: .acknowledge) == nil)
    #expect(ResponseDecoder.header(of: SlaveSelect.any.frame()) == nil)
  }
}
