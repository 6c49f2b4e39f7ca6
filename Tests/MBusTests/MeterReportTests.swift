import Bytes
import MBus
import Metering
import Testing
import Time

@Suite struct MeterReportTests {
  private let identity = MeterIdentity(serial: MeterSerial(digits: 0x0000_4711))

  private func report(_ telegrams: String...) throws -> MeterReport {
    let chain = try telegrams.map { hex in
      let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: try Hex.decode(hex))
      guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
        throw ResponseError(.noData, offset: 0, bytes: [])
      }
      return telegram
    }
    return try #require(MeterReport(chain: chain, asked: identity))
  }

  /// 2015-12-31 and 2013-05-22 14:36.
  private let date = "FF 1C"
  private let dateTime = "24 2E B6 15"

  private func times(_ report: MeterReport) -> [String?] {
    report.values.map { $0.meterTime?.iso8601 }
  }

  @Test func timeBelongsToItsStorage() throws {
    let report = try report("01 13 01 41 13 02 42 6C \(date) 04 6D \(dateTime) 81 01 13 03")
    #expect(times(report) == ["2013-05-22T14:36", "2015-12-31", nil, nil, nil])
    #expect(report.values.map { $0.listing == .assignedTime } == [false, false, true, true, false])
  }

  @Test func timeBelongsToItsFunction() throws {
    let report = try report("01 2B 01 11 2B 02 21 2B 03 04 6D \(dateTime) 12 6C \(date)")
    #expect(times(report) == ["2013-05-22T14:36", "2015-12-31", nil, nil, nil])
  }

  @Test func ownTariffAndSubunitBeforeTheTotal() throws {
    let report = try report("01 03 01 81 10 03 02 81 20 03 03 02 6C \(date) 84 10 6D \(dateTime)")
    #expect(times(report).prefix(3) == ["2015-12-31", "2013-05-22T14:36", "2015-12-31"])
    #expect(report.values.map { $0.listing == .assignedTime } == [false, false, false, true, true])
  }

  @Test func dateAndTimeBeforeDateElseTheFirst() throws {
    #expect(
      try times(report("01 13 01 02 6C \(date) 04 6D \(dateTime)")).first == "2013-05-22T14:36")
    #expect(
      try times(report("01 13 01 04 6D \(dateTime) 02 6C \(date)")).first == "2013-05-22T14:36")
    #expect(try times(report("01 13 01 02 6C \(date) 02 6C 21 11")).first == "2015-12-31")
  }

  @Test func invalidDateAssignsNothingButStaysOutOfTheList() throws {
    let report = try report("01 13 01 02 6C 00 00")
    #expect(times(report) == [nil, nil])
    #expect(report.values.map { $0.listing == .assignedTime } == [false, true])
  }

  /// A1 15 E9 17 has the IV bit set: the meter's clock was not right. The date beside it is.
  @Test func anUnusableTimeDoesNotDisplaceAUsableOne() throws {
    let usable = "02 6C \(date)"
    let unusable = "04 6D A1 15 E9 17"
    for points in ["\(usable) \(unusable)", "\(unusable) \(usable)"] {
      let report = try report("01 13 01 \(points)")
      #expect(times(report) == ["2015-12-31", nil, nil])
      #expect(report.values.map { $0.listing == .assignedTime } == [false, true, true])
    }
    let tariff = try report("81 10 03 02 84 10 6D A1 15 E9 17 \(usable)")
    #expect(times(tariff) == ["2015-12-31", nil, nil])
    #expect(tariff.values.map { $0.listing == .assignedTime } == [false, true, true])
    let missing = try report("01 13 01 04 ED 15 \(dateTime) \(usable)")
    #expect(times(missing) == ["2015-12-31", nil, nil])
    #expect(missing.values.map { $0.listing == .assignedTime } == [false, true, true])
  }

  /// Type J, 10:47:26 without a date: text, not a time that others were taken at.
  @Test func aTimeOfDayIsAValue() throws {
    for time in ["03 6D 1A 2F 0A", "03 6D FF FF FF"] {
      let report = try report("01 13 01 \(time) 02 6C \(date)")
      #expect(report.values.map { $0.listing == .assignedTime } == [false, false, true])
      #expect(times(report) == ["2015-12-31", "2015-12-31", nil])
    }
  }

  @Test func datesOfTheirOwnAreValues() throws {
    let report = try report("01 13 01 02 EC 7E \(date) 04 AD 6F \(dateTime)")
    #expect(times(report) == [nil, nil, nil])
    #expect(report.values.map { $0.listing == .assignedTime } == [false, false, false])
  }

  @Test func timePointAloneIsAValue() throws {
    let report = try report("04 6D \(dateTime)")
    #expect(report.values.map { $0.listing == .assignedTime } == [false])
    #expect(
      try self.report("01 13 01 42 6C \(date)").values.map { $0.listing == .assignedTime } == [
        false, false,
      ])
  }

  @Test func occurrencesCountOverTheChain() throws {
    let report = try report("01 13 01 01 13 02 01 14 09 1F", "01 13 03 0F 11 22")
    #expect(report.values.map(\.key.occurrence) == [0, 1, 0, 2])
    #expect(Set(report.values.map(\.key)).count == 4)
    #expect(report.isComplete)
  }

  /// Errors 15 "no data available", 17 "underflow", 18 "data error": behind a VIF, behind VIF FD and
  /// its code, behind a VIFE, before one (97), behind a text VIF, behind its VIFE, behind FC and its
  /// code.
  @Test(
    arguments: [
      ("04 13 2A 00 00 00", "04 93 15 00 00 00 00", [0x13]),
      ("02 FD 48 E6 08", "02 FD C8 17 00 00", [0xFD, 0x48]),
      ("04 93 3B 01 00 00 00", "04 93 BB 18 00 00 00 00", [0x93, 0x3B]),
      ("04 93 3B 01 00 00 00", "04 93 97 3B 00 00 00 00", [0x93, 0x3B]),
      ("04 7C 01 41 01 00 00 00", "04 FC 01 41 15 00 00 00 00", [0x7C, 0x01, 0x41]),
      ("04 FC 01 C1 22 01 00 00 00", "04 FC 01 C1 A2 18 00 00 00 00", [0xFC, 0x01, 0xC1, 0x22]),
      ("04 AB FC 01 01 00 00 00", "04 AB FC 81 15 00 00 00 00", [0xAB, 0xFC, 0x01]),
    ] as [(String, String, [UInt8])])
  func aValueThatIsNotThereKeepsItsKey(valid: String, error: String, vif: [UInt8]) throws {
    let valid = try #require(try report(valid).values.first)
    let missing = try #require(try report(error).values.first)
    #expect(valid.key.vif == vif)
    #expect(missing.key == valid.key)
    #expect(missing.meaning == valid.meaning)
    guard case .invalid = missing.reading else {
      Issue.record("\(missing.reading)")
      return
    }
  }

  /// Two volumes, of which the first is not there for once: the second is still the second.
  @Test func aMissingValueKeepsThePlacesOfTheOthers() throws {
    let all = try report("01 13 01 01 13 02").values.map(\.key)
    #expect(try report("01 93 15 00 01 13 02").values.map(\.key) == all)
  }

  @Test func theErrorStaysInTheRecord() throws {
    let data = try Hex.decode("04 93 15 00 00 00 00")
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: data)
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
      Issue.record("no telegram")
      return
    }
    #expect(telegram.records.first?.vif == [0x93, 0x15])
    #expect(telegram.records.first?.keyVIF == [0x13])
  }

  @Test func chainCutShortAndProblems() throws {
    let report = try report("01 13 01 1F", "01 13 02 04 13 01 1F")
    #expect(report.values.count == 2)
    #expect(
      report.problems == [
        "telegram 2: the telegram ends in the middle of a record, in its data: "
          + "4 bytes needed at offset 12, 2 left"
      ])
    #expect(try !self.report("01 13 01 1F").isComplete)
  }

  /// The medium of the fixed data structure is spread over bits 6 and 7 of the two unit bytes, the
  /// lower half in the first: 10 = 1010 gives 10xxxxxx 10xxxxxx. Numbers of MUC500 manual 1.1, table 27,
  /// by hand.
  @Test(
    arguments: [
      (0, 0, "Other"), (1, 1, "Oil"), (2, 2, "Electricity"), (3, 3, "Gas"), (4, 4, "Heat (outlet)"),
      (5, 5, "Steam"), (6, 6, "Warm water"), (7, 7, "Water"), (8, 8, "Heat cost allocator"),
      // Reserved there; 9 is compressed air elsewhere.
      (9, 15, "Unknown medium"),
      (10, 3, "Gas"), (11, 4, "Heat (outlet)"), (12, 6, "Warm water"), (13, 7, "Water"),
      (14, 8, "Heat cost allocator"), (15, 15, "Unknown medium"),
    ] as [(UInt8, UInt8, String)])
  func mediaOfTheFixedDataStructure(sent: UInt8, medium: UInt8, name: String) throws {
    let units: [UInt8] = [sent << 6 | 0x29, (sent >> 2) << 6 | 0x29]
    let telegram = try fixed(status: 0, units)
    #expect(telegram.header?.identity?.medium?.rawValue == sent, "as sent")
    let report = try #require(MeterReport(chain: [telegram]))
    #expect(report.identity.medium?.rawValue == medium)
    #expect(report.identity.medium?.name == name)
  }

  /// Bit 0: binary; bit 1: stored; bit 2: battery low.
  @Test(arguments: [(0x00, 0x00), (0x01, 0x00), (0x03, 0x00), (0x07, 0x04)] as [(UInt8, UInt8)])
  func howTheCountersAreCodedIsNoError(sent: UInt8, status: UInt8) throws {
    let telegram = try fixed(status: sent, [0x29, 0x29])
    #expect(telegram.header?.status == sent, "as sent")
    #expect(MeterReport(chain: [telegram])?.status == status)
  }

  private func fixed(status: UInt8, _ units: [UInt8]) throws -> Telegram {
    let data = [0x11, 0x47, 0x00, 0x00, 0x01, status] + units + [1, 0, 0, 0, 2, 0, 0, 0]
    let frame = Frame.long(
      control: .rspUD(), address: 1, ci: ControlInformation.fixedData, data: data)
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
      throw ResponseError(.noData, offset: 0, bytes: [])
    }
    return telegram
  }

  @Test func aReservedDIFIsNoValue() throws {
    let report = try report("01 13 01 6F 01 02")
    #expect(report.values.count == 1)
    #expect(report.problems == ["telegram 1: reserved DIF 6F at offset 10"])
  }

  @Test func withoutIdentityThereIsNoReport() {
    #expect(MeterReport(chain: [Telegram(header: nil)]) == nil)
    #expect(MeterReport(chain: []) == nil)
  }
}
