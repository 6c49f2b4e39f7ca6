import Bytes
import MBus
import Metering
import Testing
import Time

@Suite struct ResponseEncoderTests {
  private static let date = CivilTime(year: 2026, month: 12, day: 31)
  private static let minute = CivilTime(year: 2026, month: 11, day: 21, hour: 13, minute: 45)
  private static let second = CivilTime(
    year: 2026, month: 11, day: 21, hour: 13, minute: 45, second: 30)

  private static let values: [(DataType, [UInt8], Reading)] = [
    (.int8, [0x2B], .integer(-2)), (.int16, [0x2B], .integer(-32_767)),
    (.int24, [0x2B], .integer(8_388_607)), (.int32, [0x13], .integer(-1)),
    (.int48, [0x03], .integer(-55_512_220)), (.int64, [0x03], .integer(1 << 53 + 1)),
    (.bcd2, [0x13], .integer(99)), (.bcd4, [0x5A], .integer(-915)),
    (.bcd6, [0x61], .integer(-18)), (.bcd8, [0x06], .integer(99_999_999)),
    (.bcd12, [0x03], .integer(123_456_789_012)), (.real32, [0x5B], .real(-20.5)),
    (.text, [0xFD, 0x11], .text("Zähler")), (.lvarBCD, [0x13], .integer(-123_456)),
    (.lvarInteger, [0x13], .integer(-2)),
    (.binary, [0xFD, 0x67], .binary([UInt8](repeating: 7, count: 16))),
  ]

  @Test func roundTrip() throws {
    let dates: [(DataType, [UInt8], Reading)] = [
      (.dateG, [0x6C], .time(try #require(Self.date))),
      (.dateTimeF, [0x6D], .time(try #require(Self.minute))),
      (.dateTimeI, [0x6D], .time(try #require(Self.second))),
    ]
    for (type, vif, value) in Self.values + dates {
      for function in ValueKey.Function.allCases {
        let record = RecordEncoder(
          type, function: function, storage: 510, tariff: 9, subunit: 3, vif: vif, value: value)
        let read = try #require(try decode([record]).first)
        #expect(read.type == type && read.vif == vif && read.reading == value)
        #expect(read.function == function && read.storage == 510)
        #expect(read.tariff == 9 && read.subunit == 3)
      }
    }
  }

  /// Golden bytes by hand: the shortest DIFs, and type F with the hundred-year bits set.
  @Test func goldenRecords() throws {
    let cases: [(RecordEncoder, String)] = [
      (RecordEncoder(.int32, vif: [0x13], value: .integer(54_321)), "041331D40000"),
      (RecordEncoder(.bcd4, storage: 1, vif: [0x5A], value: .integer(-15)), "4A5A15F0"),
      (
        RecordEncoder(.int8, function: .maximum, tariff: 1, vif: [0x2B], value: .integer(1)),
        "91102B01"
      ),
      (RecordEncoder(.int8, subunit: 2, vif: [0x2B], value: .integer(1)), "8180402B01"),
      (
        RecordEncoder(.dateTimeF, vif: [0x6D], value: .time(try #require(Self.minute))),
        "046D2D2D553B"
      ),
      (RecordEncoder(.dateG, vif: [0x6C], value: .time(try #require(Self.date))), "026C5F3C"),
      (RecordEncoder(.real32, vif: [0x5B], value: .real(20.5)), "055B0000A441"),
      (RecordEncoder(.real64, vif: [0x13], value: .real(-1.5)), "0D13F8000000000000F8BF"),
      (RecordEncoder(.int8, vif: [0xFD, 0x0E], value: .integer(254)), "01FD0EFE"),
      (RecordEncoder(.int16, vif: [0x13], value: .invalid("", code: .noNumber)), "02130080"),
      (
        RecordEncoder(.int16, vif: [0xFD, 0x0E], value: .invalid("", code: .noNumber)),
        "02FD0EFFFF"
      ),
      (RecordEncoder(.timeJ, vif: [0x6D], value: .text("10:47:26")), "036D1A2F0A"),
      (RecordEncoder(.binary, vif: [0xFD, 0x76], value: .binary([0x41, 0x42])), "0DFD76024142"),
      (
        RecordEncoder(.lvarBCD, vif: [0x13], value: .large("-123456789012345678901")),
        "0D13DB0189674523018967452301"
      ),
      (
        RecordEncoder(
          .int16, vif: [0x93, 0x15], value: .invalid("", code: InvalidReadingCode(rawValue: 0x15))),
        "0293150000"
      ),
    ]
    for (record, hex) in cases { #expect(Hex.encode(try record.encoded) == hex) }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let refused = [
      RecordEncoder(.int8, vif: [0x13], value: .integer(200)),
      RecordEncoder(.int16, vif: [0x13], value: .text("x")),
      RecordEncoder(.text, vif: [0x13], value: .text("€")),
      RecordEncoder(.binary, vif: [0x13], value: .binary([1])),
      RecordEncoder(.int8, vif: [0x13], value: .integer(-128)),
      RecordEncoder(.int8, vif: [0xFD, 0x0E], value: .integer(255)),
      RecordEncoder(.int8, vif: [0xFD, 0x0E], value: .integer(-1)),
      RecordEncoder(.bcd8, vif: [0x6D], value: .integer(1)),
      RecordEncoder(.int16, vif: [0x93, 0x15], value: .integer(1)),
      RecordEncoder(.int8, storage: 1 << 41, vif: [0x13], value: .integer(1)),
      RecordEncoder(.int8, tariff: 1 << 20, vif: [0x13], value: .integer(1)),
      RecordEncoder(.dateTimeI, vif: [0x6D], value: .time(try #require(CivilTime(unixSeconds: 0)))),
    ]
    for record in refused {
      #expect(throws: RecordEncodingError(type: record.type, value: record.value)) {
        try record.encoded
      }
    }
  }

  @Test func moreRecordsFollow() throws {
    let header = ResponseHeader(identity: MeterIdentity(serial: MeterSerial(digits: 1)))
    let encoder = ResponseEncoder(
      header: header, records: [RecordEncoder(.int8, vif: [0x13], value: .integer(5))],
      manufacturerData: [0xAA], moreRecordsFollow: true)
    let frame = try encoder.frame(address: 1)
    #expect(Hex.encode(frame.data.dropFirst(12)) == "0113051FAA")
    let read = try #require(telegram(try frame.encoded))
    #expect(read.moreRecordsFollow && read.records.last?.type == .manufacturer)
    #expect(read.records.last?.data == [0xAA])
  }

  private func decode(_ records: [RecordEncoder]) throws -> [DataRecord] {
    let header = ResponseHeader(identity: MeterIdentity(serial: MeterSerial(digits: 0x4711)))
    let frame = try ResponseEncoder(header: header, records: records).frame(address: 5)
    return telegram(try frame.encoded)?.records ?? []
  }
}

@Suite struct HeaderVariantTests {
  private static let identity = MeterIdentity(
    serial: MeterSerial(digits: 0x1020_3040), manufacturer: ManufacturerCode(letters: "XQH"),
    version: 2, medium: .heat)
  private static let records = [
    RecordEncoder(.bcd8, vif: [0x06], value: .integer(267)),
    RecordEncoder(.int32, storage: 3, vif: [0x13], value: .integer(-54_321)),
    RecordEncoder(.text, vif: [0xFD, 0x11], value: .text("abc")),
    RecordEncoder(.real32, vif: [0x5B], value: .real(20.5)),
    RecordEncoder(.bcd4, vif: [0xFC, 2, 0x56, 0x41, 0x74], value: .integer(7)),
  ]

  @Test(arguments: ResponseEncoder.Layout.allCases)
  func everyLayoutIsReadAsWritten(layout: ResponseEncoder.Layout) throws {
    let header = ResponseHeader(identity: Self.identity, access: 7, status: 0x14)
    let encoder = ResponseEncoder(
      header: header, records: Self.records, manufacturerData: [1, 2], layout: layout)
    let frame = try encoder.frame(address: 5)
    let read = try #require(telegram(try frame.encoded))
    #expect(read.problem == nil)
    #expect(read.records.dropLast().map(\.reading) == Self.records.map(\.value))
    #expect(read.records.dropLast().map(\.storage) == [0, 3, 0, 0, 0])
    switch layout {
    case .noHeader: #expect(read.header == nil)
    case .shortHeader:
      #expect(read.header == ResponseHeader(identity: nil, access: 7, status: 0x14))
    case .longHeader, .longHeaderBigEndian: #expect(read.header == header)
    }
  }

  /// By hand: CI 76 has everything but texts of a VIF turned around.
  @Test func mostSignificantByteFirst() throws {
    let encoder = ResponseEncoder(
      header: ResponseHeader(identity: Self.identity, access: 7, status: 0x14),
      records: Self.records, layout: .longHeaderBigEndian)
    let frame = try encoder.frame(address: 5)
    #expect(frame.ci == 0x76)
    #expect(
      Hex.encode(frame.data)
        == "102030406228020407140000" + "0C0600000267" + "C40113FFFF2BCF" + "0DFD1103616263"
        + "055B41A40000" + "0AFC025641740007")
  }

  /// Those that both data structures have keep their numbers; compressed air (9) and cooling (10) are "other".
  @Test(
    arguments: [
      (0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8), (9, 0), (10, 0),
      (15, 15),
      (21, 0),
    ] as [(UInt8, UInt8)])
  func mediaOfTheFixedDataStructure(medium: UInt8, code: UInt8) throws {
    let frame = FixedResponseEncoder(
      identity: MeterIdentity(serial: MeterSerial(digits: 1), medium: Medium(rawValue: medium)),
      first: .init(unit: 0x29, number: 0), second: .init(unit: 0x29, number: 0)
    ).frame(address: 1)
    #expect(
      Array(frame.data.dropFirst(6).prefix(2)) == [code << 6 | 0x29, (code >> 2) << 6 | 0x29])
  }

  @Test func fixedDataStructure() throws {
    for isBigEndian in [false, true] {
      for status: UInt8 in [0x00, 0x01, 0x16] {
        let encoder = FixedResponseEncoder(
          identity: MeterIdentity(serial: MeterSerial(digits: 0x1234_5678), medium: .gas),
          access: 3, status: status, first: .init(unit: 0x05, number: 6531),
          second: .init(unit: 0x3E, number: 12_345_678), isBigEndian: isBigEndian)
        let frame = encoder.frame(address: 2)
        #expect(frame.ci == (isBigEndian ? 0x77 : 0x73) && frame.data.count == 16)
        let read = try #require(telegram(try frame.encoded))
        #expect(read.header?.meterIdentity == encoder.identity)
        #expect(read.header?.access == 3 && read.header?.status == status)
        #expect(read.records.map(\.reading) == [.integer(6531), .integer(12_345_678)])
        #expect(read.records.map(\.scaled) == [6_531_000, 12_345_678_000])
      }
    }
  }
}
