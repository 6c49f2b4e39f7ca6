import Bytes
import DecoderSupport
import MBus
import Metering
import Testing
import Time

/// The example meter of the MUC500 manual 1.1, figure 50 and table 35: built by hand from its values,
/// with a time point of type F, which has no seconds. pyMeterBus 0.8.5 reads the same values from it.
enum ExampleMeter {
  static let hex = """
    68 2C 2C 68 08 0A 72
    06 01 60 66 A7 32 02 04 08 00 00 00
    09 74 04
    09 70 04
    0C 06 67 02 00 00
    0C 14 76 28 37 00
    0B 2D 00 00 00
    04 6D 24 2E B6 15
    6C 16
    """

  static let identity = MeterIdentity(
    serial: MeterSerial(digits: 0x6660_0106), manufacturer: ManufacturerCode(letters: "LUG"),
    version: 2, medium: .heat)

  static let encoder = ResponseEncoder(
    header: ResponseHeader(identity: identity, access: 8),
    records: [
      RecordEncoder(.bcd2, vif: [0x74], value: .integer(4)),
      RecordEncoder(.bcd2, vif: [0x70], value: .integer(4)),
      RecordEncoder(.bcd8, vif: [0x06], value: .integer(267)),
      RecordEncoder(.bcd8, vif: [0x14], value: .integer(372_876)),
      RecordEncoder(.bcd6, vif: [0x2D], value: .integer(0)),
      CivilTime(year: 2013, month: 5, day: 22, hour: 14, minute: 36).map {
        RecordEncoder(.dateTimeF, vif: [0x6D], value: .time($0))
      },
    ].compactMap { $0 })
}

@Suite struct TelegramTests {
  @Test func exampleMeterOfTheManual() throws {
    let telegram = try #require(telegram(try Hex.decode(ExampleMeter.hex)))
    #expect(telegram.header?.identity == ExampleMeter.identity)
    #expect(telegram.header?.access == 8 && telegram.header?.status == 0)
    #expect(telegram.problem == nil && !telegram.moreRecordsFollow)
    #expect(telegram.records.map(\.offset) == [19, 22, 25, 31, 37, 42])
    #expect(
      telegram.records.map(\.meaning.description) == [
        "Actuality duration", "Averaging duration", "Energy", "Volume", "Power", "Timestamp",
      ])
    #expect(telegram.records.map(\.meaning.unitName) == ["s", "s", "Wh", "m^3", "W", "UTC"])
    #expect(telegram.records.map(\.scale) == [0, 0, 3, -2, 2, 0])
    #expect(telegram.records.prefix(5).map(\.scaled) == [4, 4, 267_000, 3728.76, 0])
    #expect(
      telegram.records.map(\.type) == [.bcd2, .bcd2, .bcd8, .bcd8, .bcd6, .dateTimeF])
  }

  @Test func exampleMeterAsReport() throws {
    let telegram = try #require(telegram(try Hex.decode(ExampleMeter.hex)))
    let report = try #require(MeterReport(chain: [telegram], primaryAddress: 10))
    #expect(report.identity == ExampleMeter.identity)
    #expect(report.isComplete && report.problems.isEmpty && report.primaryAddress == 10)
    #expect(report.values.count == 6)
    let time = CivilTime(year: 2013, month: 5, day: 22, hour: 14, minute: 36)
    #expect(report.values.prefix(5).allSatisfy { $0.meterTime == time && $0.listing == .measured })
    #expect(report.values.last?.listing == .assignedTime)
    #expect(report.values[2].key == ValueKey(dif: [0x0C], vif: [0x06]))
    #expect(report.values[2].reading == .integer(267))
    #expect(report.values[2].data == [0x67, 0x02, 0x00, 0x00])
  }

  @Test func simulatorEncodesTheSame() throws {
    let frame = try ExampleMeter.encoder.frame(address: 10)
    #expect(try frame.encoded == (try Hex.decode(ExampleMeter.hex)))
  }

  @Test func verified() throws {
    let verifier = DecoderVerifier<Telegram>(noticesFlippedBits: true) { bytes in
      switch FrameDecoder.decode(bytes) {
      case .frame(let frame, let length):
        guard case .data(let telegram)? = try? ResponseDecoder.decode(frame) else {
          return .invalid
        }
        return .value(telegram, length: length)
      case .needMore: return .needMore
      case .invalid: return .invalid
      }
    }
    var second = ExampleMeter.encoder
    second.manufacturerData = [1, 2, 3]
    second.moreRecordsFollow = true
    let bytes = try second.frame(address: 10).encoded
    let first = try Hex.decode(ExampleMeter.hex)
    verifier.verify([
      (first, try #require(telegram(first))), (bytes, try #require(telegram(bytes))),
    ])
  }

  /// Every cut and every flipped bit of the application layer alone, where no check sum helps.
  @Test func nothingTraps() throws {
    let data = try ExampleMeter.encoder.frame(address: 10).data
    for ci in UInt8.min...UInt8.max {
      for bytes in data.singleBitFlips + data.indices.map({ Array(data.prefix($0)) }) {
        let frame = Frame.long(control: .rspUD(), address: 1, ci: ci, data: bytes)
        guard case .data(let telegram)? = try? ResponseDecoder.decode(frame) else { continue }
        for record in telegram.records {
          #expect(record.offset >= 7 && record.offset < 7 + bytes.count)
        }
      }
    }
  }

  @Test func everyByteAsRecord() {
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        let data = [first, second, 0xFF, 0xFF, 0x80, 0x00] + [UInt8](repeating: 0x80, count: 40)
        let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: data)
        guard case .data(let telegram)? = try? ResponseDecoder.decode(frame) else {
          Issue.record("records without a header are always a telegram")
          return
        }
        #expect(telegram.problem != nil || !telegram.records.isEmpty || first == 0x2F)
      }
    }
  }

  @Test(arguments: [
    (
      "0C 13 01 02",
      "the telegram ends in the middle of a record, in its data: 4 bytes needed at offset 9, 2 left"
    ),
    (
      "0C",
      "the telegram ends in the middle of a record, in its VIF and VIFEs: 1 byte needed at offset 8, 0 left"
    ),
    (
      "8C",
      "the telegram ends in the middle of a record, in its DIF and DIFEs: 1 byte needed at offset 8, 0 left"
    ),
    (
      "0C 7C 05 41",
      "the telegram ends in the middle of a record, in its VIF and VIFEs: 5 bytes needed at offset 10, 1 left"
    ),
    ("6F 00", "reserved DIF 6F at offset 7"),
    ("7F", "DIF 7F at offset 7 asks for data and has no place in an answer"),
    ("0D 13 FA 00", "reserved length FA of variable data at offset 9"),
    (
      "84 80 80 80 80 80 80 80 80 80 80 00 13 00",
      "more than 10 DIFEs at offset 7: 84 80 80 80 80 80 80 80 80 80 80"
    ),
    (
      "04 93 80 80 80 80 80 80 80 80 80 80 00",
      "more than 10 VIFEs at offset 8: 93 80 80 80 80 80 80 80 80 80 80"
    ),
  ])
  func problemsNameTheirPlace(hex: String, text: String) throws {
    let good = try Hex.decode("01 13 05")
    for prefix in [[], good] {
      let frame = Frame.long(
        control: .rspUD(), address: 1, ci: 0x78, data: prefix + (try Hex.decode(hex)))
      guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
        Issue.record("no telegram")
        return
      }
      let kept = telegram.records.filter { $0.type != .reserved }
      #expect(kept.count == prefix.count / 3, "what stands before is kept")
      if prefix.isEmpty { #expect(telegram.problem?.description == text) }
    }
  }

  @Test func framesThatAreNoAnswer() throws {
    let cases: [(Frame, String)] = [
      (.acknowledge, "the frame carries no data"),
      (.reqUD2(address: 1, fcb: true), "the frame carries no data"),
      (SlaveSelect.any.frame(), "C field 53 at offset 4: the frame comes from a master"),
      (
        .long(control: .rspUD(), address: 1, ci: 0x8D, data: [1]),
        "CI 8D at offset 6 is not known (69, 6A, 6B, 6E, 6F, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 7A, 7B, 8A, 8B and 90 are)"
      ),
      (
        .long(control: .rspUD(), address: 1, ci: 0x73, data: [1, 2, 3, 4, 5, 6, 7]),
        "the fixed data structure is cut short: 7 of 16 bytes, at offset 14"
      ),
    ]
    for (frame, text) in cases {
      let error = #expect(throws: ResponseError.self) { try ResponseDecoder.decode(frame) }
      #expect(error?.description == text)
    }
  }

  /// Two counters, units kWh and litre, current, BCD; then a binary one with a historic second
  /// counter (EN 13757-3:2013, annex on the fixed data structure).
  @Test func fixedDataStructure() throws {
    let bytes = try Hex.decode("61 21 43 65 10 00 05 69 31 65 00 00 69 00 00 00")
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x73, data: bytes)
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
      Issue.record("no telegram")
      return
    }
    #expect(telegram.header?.identity?.serial.description == "65432161")
    #expect(telegram.header?.identity?.manufacturer == nil)
    #expect(telegram.header?.identity?.medium == .heat)
    #expect(telegram.records.map(\.scaled) == [6_531_000, 0.069])
    #expect(telegram.records.map(\.meaning.unit) == [.wattHour, .cubicMetre])

    let binary = try Hex.decode("21 43 65 87 0A 03 E9 7E 00 01 00 00 FF 00 00 00")
    guard
      case .data(let water) = try ResponseDecoder.decode(
        .long(control: .rspUD(), address: 1, ci: 0x73, data: binary))
    else {
      Issue.record("no telegram")
      return
    }
    #expect(water.header?.identity?.medium == .water)
    #expect(water.records.map(\.reading) == [.integer(256), .integer(255)])
    #expect(water.records.map(\.storage) == [1, 1])
    #expect(water.records.map(\.meaning.unit) == [.cubicMetre, .cubicMetre])
    #expect(water.records.map(\.qualifiers) == [[], ["historic value"]])
  }

  /// CI 76: header and data with the most significant byte first, text of a text VIF as ever.
  @Test func mostSignificantByteFirst() throws {
    let bytes = try Hex.decode(
      "15 53 11 22 32 A7 52 04 0A 10 00 00 02 6C 23 12 0C 13 00 05 43 21 04 7C 01 41 00 00 3A 12")
    guard
      case .data(let telegram) = try ResponseDecoder.decode(
        .long(control: .rspUD(), address: 1, ci: 0x76, data: bytes))
    else {
      Issue.record("no telegram")
      return
    }
    #expect(telegram.header?.identity?.serial.description == "15531122")
    #expect(telegram.header?.identity?.manufacturer == ManufacturerCode(letters: "LUG"))
    #expect(telegram.header?.access == 10 && telegram.header?.status == 0x10)
    #expect(
      telegram.records.map(\.reading) == [
        CivilTime(year: 2016, month: 3, day: 18).map(Reading.time), .integer(54_321),
        .integer(14_866),
      ])
    #expect(telegram.records.map(\.data.first) == [0x23, 0x00, 0x00])
  }
}
