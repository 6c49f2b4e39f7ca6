import Bytes
import Metering
import Testing

@testable import MBus

/// Every code there is, each in a record that is decoded: it comes out as its row says, or as reserved;
/// none is passed over, and none makes an error that the meter did not send.
@Suite struct VIFCoverageTests {
  /// 2013-05-22 14:36 as a date, and a number as well.
  private static let data: [UInt8] = [0x24, 0x2E, 0xB6, 0x15]
  private static let number = Reading.integer(0x15B6_2E24)

  private func record(_ vif: [UInt8]) throws -> DataRecord {
    let data = [0x04] + vif + Self.data
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: data + [0x2F])
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
      throw ResponseError(.noData, offset: 0, bytes: [])
    }
    #expect(telegram.problem == nil, "\(Hex.encode(vif))")
    #expect(telegram.records.count == 1, "\(Hex.encode(vif))")
    let record = try #require(telegram.records.first)
    #expect(record.vif == vif && record.data == Self.data)
    return record
  }

  private func check(_ record: DataRecord, _ row: VIFRow, _ code: UInt8) {
    let place = "\(row.table) \(Hex.byte(code))"
    guard row.codes != PrimaryVIF.text...PrimaryVIF.text else {
      #expect(record.meaning.description == "A" && record.meaning.unit == .none)
      return
    }
    #expect(record.meaning == row.meaning, "\(place)")
    #expect(record.scale == row.exponent(of: code) && record.factor == row.factor, "\(place)")
    switch row.content {
    case .date: #expect(record.type == .dateTimeF && record.error == nil, "\(place)")
    case .daylightSaving, .bytes: #expect(record.reading == .binary(Self.data), "\(place)")
    default: #expect(record.reading == Self.number, "\(place)")
    }
  }

  @Test(arguments: VIFTable.allCases)
  func everyCode(table: VIFTable) throws {
    var reserved = 0
    for code: UInt8 in 0..<128 {
      let text: [UInt8] = table == .primary && code == PrimaryVIF.text ? [1, 0x41] : []
      let row = VIFRow.row(code, in: table)
      check(try record(table.prefix + [code] + text), row, code)
      reserved += row.isReserved ? 1 : 0
      // With the extension bit set, and something behind it that does not change the value.
      guard table.extended(by: code | 0x80) == nil else { continue }
      let extended = try record(table.prefix + [code | 0x80] + text + [0x3B])
      check(extended, row, code)
      let isManufacturers = table == .primary && code == PrimaryVIF.manufacturer
      #expect(extended.qualifiers == [isManufacturers ? "manufacturer specific 3B" : "forward"])
    }
    let expected: [VIFTable: Int] = [.primary: 3, .fd: 9, .fb: 46, .fdfd: 91, .ef: 128]
    #expect(reserved == expected[table])
  }

  @Test func everyVIFE() throws {
    for code: UInt8 in 0..<128 {
      let row = VIFERow.row(code)
      let found = try record([0x93, code])
      #expect(found.qualifiers == [row.words(of: code)], "\(Hex.byte(code))")
      check(found, row, code, alone: .main(code))
    }
    #expect(
      VIFETable.rows.filter(\.isReserved).flatMap { Array($0.codes) } == [
        0x08, 0x09, 0x0A, 0x10, 0x11, 0x19, 0x1A, 0x1B, 0x44, 0x45, 0x4C, 0x4D, 0x7C,
      ])
  }

  @Test func everyCodeBehindFC() throws {
    for code: UInt8 in 0..<128 {
      let row = VIFERow.rowBehindFC(code)
      let found = try record([0x93, 0xFC, code])
      #expect(found.qualifiers == [row.words], "FC \(Hex.byte(code))")
      check(found, row, code, alone: .behindFC(code))
    }
  }

  private func check(
    _ record: DataRecord, _ row: VIFERow, _ code: UInt8, alone vife: CombinableVIFE
  ) {
    let litre = -3
    let isError = row.effect == .error
    let isProfile = if case .profile = row.effect { true } else { false }
    #expect(record.vifes == (isError ? [] : [vife]))
    #expect((record.error != nil) == (isError || isProfile), "\(vife)")
    switch row.effect {
    case .error:
      #expect(
        record.reading
          == .invalid(
            "the meter reports: \(row.words)", code: InvalidReadingCode(rawValue: code)))
    case .words, .unsigned, .bits:
      #expect(record.reading == Self.number && record.scale == litre, "\(vife)")
    case .profile:
      // A number is no series of values.
      #expect(
        record.reading == .invalid("no profile can be coded as int32", code: .uncodedProfile))
    case .scale: #expect(record.scale == litre + Self.power(code), "\(vife)")
    case .add: #expect(record.addend == [0.001, 0.01, 0.1, 1][Int(code - 0x78)], "\(vife)")
    case .date: #expect(record.type == .dateTimeF && record.meaning.unit == .utc, "\(vife)")
    case .duration(let unit): #expect(record.meaning.unit == unit && record.scale == 0, "\(vife)")
    case .count: #expect(record.meaning.unit == .none && record.scale == 0, "\(vife)")
    case .nonMetric: #expect(record.meaning.unit == .gallon && record.scale == 0, "\(vife)")
    }
  }

  /// 70–77 are 10^-6 to 10^1, 7D is 10^3.
  private static func power(_ code: UInt8) -> Int { code == 0x7D ? 3 : Int(code) - 0x76 }

  /// To a meter 00–0D are actions; the codes behind them mean the same both ways.
  @Test func everyAction() throws {
    for code: UInt8 in 0..<128 {
      var decoder = RecordDecoder([0x01, 0x93, code, 5], offset: 0, isFromMaster: true)
      guard case .record(let record) = try decoder.next() else {
        Issue.record("\(code) is no record")
        return
      }
      let action = ObjectAction(rawValue: code)
      #expect((action != nil) == (code <= 0x0D))
      #expect(record.qualifiers == [action?.words ?? VIFERow.row(code).words(of: code)])
      if action != nil { #expect(record.reading == .integer(5)) }
    }
  }
}
