import Bytes
import MBus
import Metering
import Testing
import Time

@Suite struct DataTypeTests {
  /// The only record of a telegram without a header.
  private func record(_ hex: String) throws -> DataRecord {
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: try Hex.decode(hex))
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
      throw ResponseError(.noData, offset: 0, bytes: [])
    }
    #expect(telegram.problem == nil)
    return try #require(telegram.records.first)
  }

  /// Worked by hand from EN 13757-3, annex A.
  @Test(arguments: [
    ("01 2B FE", DataType.int8, Reading.integer(-2)),
    ("01 2B 80", .int8, .invalid("no valid number (80)", code: .noNumber)),
    ("02 2B 00 80", .int16, .invalid("no valid number (8000)", code: .noNumber)),
    ("03 2B FE FF FF", .int24, .integer(-2)),
    ("03 2B FF FF 7F", .int24, .integer(8_388_607)),
    ("04 2B 00 00 00 80", .int32, .invalid("no valid number (80000000)", code: .noNumber)),
    ("06 03 FF FF FF FF FF FF", .int48, .integer(-1)),
    ("07 03 01 00 00 00 00 00 20 00", .int64, .integer(9_007_199_254_740_993)),
    (
      "07 03 00 00 00 00 00 00 00 80", .int64,
      .invalid("no valid number (8000000000000000)", code: .noNumber)
    ),
    ("01 FD 17 80", .int8, .integer(128)),
    ("01 FD 0E 80", .int8, .integer(128)),
    ("01 FD 0E FF", .int8, .invalid("no valid number (FF)", code: .noNumber)),
    ("02 FD 0B FE FF", .int16, .integer(65_534)),
    ("01 FD 08 FF", .int8, .integer(255)),
    ("01 FD 08 80", .int8, .integer(128)),
    ("02 90 FC 11 00 80", .int16, .integer(32_768)),
    ("02 90 FC 12 FF FF", .int16, .integer(65_535)),
    ("07 FD 10 00 00 00 00 00 00 00 80", .int64, .text("9223372036854775808")),
    ("0D FD 10 E2 FF FF", .lvarInteger, .invalid("no valid number (FFFF)", code: .noNumber)),
    ("04 FD 72 01 02 03 84", .daylightSavingK, .binary([1, 2, 3, 0x84])),
    ("0D FD 76 03 41 42 43", .binary, .binary([0x41, 0x42, 0x43])),
    ("0D FD 76 C2 41 42", .binary, .binary([0x41, 0x42])),
    ("0D FD 3B 03 01 02 03", .binary, .binary([1, 2, 3])),
    ("04 78 00 00 00 80", .int32, .integer(2_147_483_648)),
    ("04 78 FF FF FF FF", .int32, .invalid("no valid number (FFFFFFFF)", code: .noNumber)),
    ("07 FD 08 FF FF FF FF FF FF FF FF", .int64, .text("18446744073709551615")),
    ("02 FD 1B 00 80", .int16, .integer(32_768)),
    ("09 13 42", .bcd2, .integer(42)),
    ("0A 5A 15 F9", .bcd4, .integer(-915)),
    ("0B 61 18 00 F0", .bcd6, .integer(-18)),
    ("0B 3B BD EB DD", .bcd6, .invalid("hex digits DDEBBD (error display)", code: .notBCD)),
    ("0E 03 12 90 78 56 34 12", .bcd12, .integer(123_456_789_012)),
    ("05 5B 00 00 A4 41", .real32, .real(20.5)),
    ("05 5B 00 00 C0 7F", .real32, .invalid("not a number (NaN)", code: .notANumber)),
    ("05 5B 00 00 80 7F", .real32, .invalid("infinity", code: .infinite)),
    ("05 5B 00 00 80 FF", .real32, .invalid("minus infinity", code: .infinite)),
    ("0D FD 11 05 6F 6C 6C 65 48", .text, .text("Hello")),
    ("0D FD 11 01 E4", .text, .text("ä")),
    ("0D 13 C3 56 34 12", .lvarBCD, .integer(123_456)),
    ("0D 13 D3 56 34 12", .lvarBCD, .integer(-123_456)),
    ("0D 13 E2 FE FF", .lvarInteger, .integer(-2)),
    ("0D 13 E2 00 80", .lvarInteger, .invalid("no valid number (8000)", code: .noNumber)),
    ("0D 13 E0", .lvarInteger, .invalid("no data", code: .noData)),
    ("0D 13 C0", .lvarBCD, .invalid("no data", code: .noData)),
    ("0D 13 C1 9A", .lvarBCD, .invalid("hex digits 9A (error display)", code: .notBCD)),
    (
      "0D 13 CA 99 99 99 99 99 99 99 99 99 01", .lvarBCD, .integer(1_999_999_999_999_999_999)
    ),
    (
      "0D 13 CA 99 99 99 99 99 99 99 99 99 99", .lvarBCD, .text("99999999999999999999")
    ),
    (
      "0D 13 DC 10 99 99 99 99 99 99 99 99 99 99 00", .lvarBCD, .text("-9999999999999999999910")
    ),
    ("0D 13 F8 00 00 00 00 00 00 F8 BF", .real64, .real(-1.5)),
    ("0D 13 F8 00 00 00 00 00 00 F0 7F", .real64, .invalid("infinity", code: .infinite)),
    ("0D 6D E4 24 2E B6 15", .binary, .binary([0x24, 0x2E, 0xB6, 0x15])),
    ("0D 13 E9 01 02 03 04 05 06 07 08 09", .binary, .binary([1, 2, 3, 4, 5, 6, 7, 8, 9])),
    ("00 13", DataType.none, .invalid("no data", code: .noData)),
    (
      "04 93 15 00 00 00 00", .int32,
      .invalid(
        "the meter reports: no data available (undefined value)",
        code: InvalidReadingCode(rawValue: 0x15))
    ),
  ])
  func numbersAndText(hex: String, type: DataType, reading: Reading) throws {
    let record = try record(hex)
    #expect(record.type == type)
    #expect(record.reading == reading)
  }

  /// Worked by hand from EN 13757-3, annex A; 32371F15 also stands in the OMS specification,
  /// volume 2, annex N.
  @Test(arguments: [
    ("04 6D 32 37 1F 15", DataType.dateTimeF, "2008-05-31T23:50"),
    ("04 6D 24 2E B6 15", .dateTimeF, "2013-05-22T14:36"),
    ("04 6D 24 8E B6 15", .dateTimeF, "2013-05-22T14:36"),
    ("04 6D 00 00 3F CC", .dateTimeF, "1997-12-31T00:00"),
    ("04 6D 24 4E B6 15", .dateTimeF, "2113-05-22T14:36"),
    ("02 6C FF 1C", .dateG, "2015-12-31"),
    ("02 EC 7E 5F 3C", .dateG, "2026-12-31"),
    ("02 6C 1F AC", .dateG, "2080-12-31"),
    ("06 6D 1A 2F 4A 51 27 1D", .dateTimeI, "2018-07-17T10:47:26"),
    ("04 FD 30 1E 0B 31 3C", .dateTimeF, "2025-12-17T11:30"),
    ("04 AD 6F 32 14 7A 18", .dateTimeF, "2011-08-26T20:50"),
  ])
  func dates(hex: String, type: DataType, iso: String) throws {
    let record = try record(hex)
    #expect(record.type == type)
    guard case .time(let time) = record.reading else {
      Issue.record("\(hex): \(record.reading)")
      return
    }
    #expect(time.iso8601 == iso)
  }

  @Test(arguments: [
    ("04 6D A1 15 E9 17", "invalid date 17E915A1"),
    ("02 6C 00 00", "invalid date 0000"),
    ("02 6C FF FF", "invalid date FFFF"),
    ("02 6C 21 10", "invalid date 1021"),
    ("02 6C 21 1D", "invalid date 1D21"),
    ("02 6C 3E 12", "invalid date 123E"),
    ("04 6D 24 38 B6 15", "invalid date 15B63824"),
    ("04 6D 3C 2E B6 15", "invalid date 15B62E3C"),
    ("04 6D 00 00 00 00", "invalid date 00000000"),
    ("04 6D FF FF FF FF", "invalid date FFFFFFFF"),
    ("04 6D 80 00 E1 F1", "invalid date F1E10080"),
    ("04 6D 00 18 E1 F1", "invalid date F1E11800"),
    ("02 6C A1 CC", "invalid date CCA1"),
    ("06 6D 1A AF 4A 51 27 1D", "invalid date 1D27514AAF1A"),
    ("03 6D FF FF FF", "invalid time FFFFFF"),
    ("0C 6D 00 00 00 00", "no date can be coded as bcd8"),
    ("01 6C 01", "no date can be coded as int8"),
    ("0D FD 70 C4 78 56 34 12", "no date can be coded as lvarBCD"),
    ("0D FD 70 D4 78 56 34 12", "no date can be coded as lvarBCD"),
    ("0D 6D F8 00 00 00 00 00 00 69 40", "no date can be coded as real64"),
    ("0D 93 39 C4 78 56 34 12", "no date can be coded as lvarBCD"),
  ])
  func whatIsNoDateIsNotShownAsOne(hex: String, text: String) throws {
    let code = text.hasPrefix("no date") ? InvalidReadingCode.uncodedDate : .invalidDate
    #expect(try record(hex).reading == .invalid(text, code: code))
  }

  /// Every year, month, day, hour or minute: type F has 63 for the minute, 31 for the hour, 0 for the day, 15
  /// for the month, 127 for the year, type I the same; by hand from EN 13757-3, annex A.
  @Test(arguments: [
    ("04 6D 00 00 E1 F1", "recurring date ****-01-01T00:00 (F1E10000)"),
    ("04 6D 3F 2E B6 15", "recurring date 2013-05-22T14:** (15B62E3F)"),
    ("04 6D 24 3F B6 15", "recurring date 2013-05-22T**:36 (15B63F24)"),
    ("02 6C A0 15", "recurring date 2013-05-** (15A0)"),
    ("02 6C B6 1F", "recurring date 2013-**-22 (1FB6)"),
    ("02 6C E0 FF", "recurring date ****-**-** (FFE0)"),
    ("02 6C FD F2", "recurring date ****-02-29 (F2FD)"),
    ("06 6D 1A 2F 1F 51 27 1D", "recurring date 2018-07-17T**:47:26 (1D27511F2F1A)"),
    ("06 6D 3F 2F 0A E0 F0 00", "recurring date ****-**-**T10:47:** (00F0E00A2F3F)"),
    ("03 6D 00 1E 1F", "recurring time **:30:00 (1F1E00)"),
  ])
  func recurringDatesSaySo(hex: String, text: String) throws {
    #expect(try record(hex).reading == .invalid(text, code: .recurringDate))
  }

  /// The mark of summer time is bit 7 of the hour of type F, bit 6 of the second of type I.
  @Test(arguments: [
    ("04 6D 24 AE B6 15", true), ("04 6D 24 2E B6 15", false), ("06 6D 5A 2F 4A 51 27 1D", true),
    ("06 6D 1A 2F 4A 51 27 1D", false), ("02 6C FF 1C", false),
  ])
  func summerTime(hex: String, isSummerTime: Bool) throws {
    guard case .time(let time) = try record(hex).reading else {
      Issue.record("\(hex) is a date")
      return
    }
    #expect(time.isSummerTime == isSummerTime)
    #expect(MemoryLayout<CivilTime>.size == 8)
  }

  /// Every VIFE by which a meter reports the error of a record is that code (EN 13757-3, ch. 6.5); the
  /// last of several counts, and the numbers of our own codes are what people have programmed against.
  @Test func errorsHaveNumbers() throws {
    let reported = VIFETable.rows.filter { $0.effect == .error }.flatMap { Array($0.codes) }
    #expect(
      reported == Array(1...7) + [0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x15, 0x16, 0x17, 0x18, 0x1C])
    for code in reported {
      guard case .invalid(_, let found) = try record("04 93 \(Hex.byte(code)) 00 00 00 00").reading
      else {
        Issue.record("\(code)")
        continue
      }
      #expect(found.rawValue == code)
    }
    guard case .invalid(_, let last) = try record("04 93 98 15 00 00 00 00").reading else {
      throw ResponseError(.noData, offset: 0, bytes: [])
    }
    #expect(last.rawValue == 0x15)
    let own: [InvalidReadingCode] = [
      .notBCD, .noNumber, .notANumber, .infinite, .invalidDate, .uncodedDate, .noData,
    ]
    #expect(own.map(\.rawValue) == Array(0x80...0x86))
    #expect(InvalidReadingCode.recurringDate.rawValue == 0x88)
  }

  @Test func timeOfDay() throws {
    #expect(try record("03 6D 1A 2F 0A").reading == .text("10:47:26"))
    #expect(try record("03 6D 1A 2F 0A").type == .timeJ)
    // Bits 6 and 7 of second and minute, 5 to 7 of the hour are reserved.
    #expect(try record("03 6D DA EF EA").reading == .text("10:47:26"))
  }

  /// ESC [ 2 J clears a terminal; 9B is a control character of its own that begins the same.
  @Test func controlCharactersDoNotReachTheValue() throws {
    let text = try record("0D FD 11 07 9B 7F 41 4A 32 5B 1B")
    #expect(text.reading == .text("\u{1B}[2JA\u{7F}\u{9B}"), "as sent")
    #expect(text.value.reading == .text("␛[2JA␡\u{FFFD}"))
    let lines = try record("0D FD 11 04 E4 0A 0D 00")
    #expect(lines.value.reading == .text("␀␍␊ä"))
    let description = try record("01 7C 03 42 0A 41 05")
    #expect(description.meaning.description == "A␊B")
    #expect(description.value.key.vif == [0x7C, 0x03, 0x42, 0x0A, 0x41])
  }

  @Test func eightBytesOfBitsKeepTheirPattern() throws {
    #expect(try record("07 FD 17 FF FF FF FF FF FF FF FF").reading == .integer(-1))
    #expect(try record("07 FD 17 00 00 00 00 00 00 00 80").reading == .integer(.min))
  }

  /// Storage 1 + 2·15 + 32·15 = 511, tariff 1 + 4·2 = 9, subunit 1 + 2·1 = 3, by hand.
  @Test func dataInformation() throws {
    let record = try record("F4 DF 6F 13 01 00 00 00")
    #expect(record.storage == 511 && record.tariff == 9 && record.subunit == 3)
    #expect(record.function == .error)
    let longest = try longestHead()
    #expect(longest.storage == (1 << 41) - 1)
    #expect(longest.tariff == (1 << 20) - 1 && longest.subunit == (1 << 10) - 1)
  }

  private func longestHead() throws -> DataRecord {
    try record("C1 FF FF FF FF FF FF FF FF FF 7F 13 01")
  }

  @Test func fillersAreNotListed() throws {
    let record = try record("2F 2F 01 13 05 2F")
    #expect(record.offset == 9 && record.reading == .integer(5))
  }
}
