import Bytes
import Metering
import Testing

@testable import MBus

/// Each code in a record that is decoded, against a list that was written by hand.
@Suite struct CodeGoldenTests {
  /// 2013-05-22 14:36 as a date, and a number as well.
  private static let data: [UInt8] = [0x24, 0x2E, 0xB6, 0x15]
  private static let number: Int64 = 0x15B6_2E24
  /// The same with every bit set: minus one, or without a sign no number at all.
  private static let allSet: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]

  private func record(_ vif: [UInt8], _ data: [UInt8] = data) throws -> DataRecord {
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: [0x04] + vif + data)
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
      throw ResponseError(.noData, offset: 0, bytes: [])
    }
    return try #require(telegram.records.count == 1 ? telegram.records.first : nil)
  }

  @Test(
    arguments: [
      ([], CodeGoldens.primary, 127), ([0xFD], CodeGoldens.fd, 128), ([0xFB], CodeGoldens.fb, 128),
    ] as [([UInt8], String, Int)])
  func everyVIF(prefix: [UInt8], text: String, count: Int) throws {
    var codes: [UInt8] = []
    for row in CodeGoldens.rows(text) {
      for code in row.codes {
        codes.append(code)
        let found = try record(prefix + [code])
        let place = "\(Hex.encode(prefix + [code]))"
        guard row.cells.first != "reserved" else {
          #expect(found.meaning.quantity == "Reserved" && found.meaning.unit == .none, "\(place)")
          #expect(found.reading == .integer(Self.number) && found.scale == 0, "\(place)")
          continue
        }
        try check(found, row.cells, steps: Int(code - row.codes.lowerBound), place)
        try checkSign(prefix + [code], row.cells.last ?? "", place)
      }
    }
    #expect(codes.count == count && Set(codes).count == count)
  }

  private func check(
    _ found: DataRecord, _ cells: [String], steps: Int, _ place: String
  ) throws {
    try #require(cells.count == 3, "\(place)")
    let (quantity, unit) = (cells[0], cells[1])
    let scale = String(cells[2].prefix { $0 != " " })
    if let index = UInt8(quantity) {
      #expect(found.meaning.type.rawValue == index, "\(place)")
    } else {
      #expect("\"\(found.meaning.quantity)\"" == quantity, "\(place)")
      #expect(found.meaning.type == .meterSpecific, "\(place)")
    }
    #expect(found.meaning.unitName == (unit == "-" ? "None" : unit), "\(place)")
    if scale == "2^-12" {
      #expect(found.scale == 0 && found.factor == 1.0 / 4096, "\(place)")
    } else {
      let first = try #require(Int(scale.filter { $0 != "+" }), "\(place)")
      #expect(found.scale == first + (scale.hasSuffix("+") ? steps : 0), "\(place)")
      #expect(found.factor == nil, "\(place)")
    }
  }

  /// What the same data is, by the letter at the end of a row.
  private func checkSign(_ vif: [UInt8], _ cell: String, _ place: String) throws {
    let usual = try record(vif).reading
    let set = try record(vif, Self.allSet).reading
    switch cell.last {
    case "D":
      guard case .time(let time) = usual else {
        Issue.record("\(place) is no date: \(usual)")
        return
      }
      #expect(time.iso8601 == "2013-05-22T14:36", "\(place)")
    case "B": #expect(usual == .binary(Self.data), "\(place)")
    case "b": #expect(set == .integer(0xFFFF_FFFF), "\(place)")
    case "u":
      #expect(usual == .integer(Self.number), "\(place)")
      // An access number counts to its end; of all others the highest is none.
      if vif == [0xFD, 0x08] {
        #expect(set == .integer(0xFFFF_FFFF), "\(place)")
      } else {
        #expect(set == .invalid("no valid number (FFFFFFFF)", code: .noNumber), "\(place)")
      }
    default:
      #expect(usual == .integer(Self.number) && set == .integer(-1), "\(place)")
    }
  }

  @Test func everyVIFE() throws {
    var codes: [UInt8] = []
    for row in CodeGoldens.rows(CodeGoldens.vife) {
      try #require(row.cells.count == 2)
      for code in row.codes {
        codes.append(code)
        let found = try record([0x93, code])
        #expect(found.qualifiers == [row.cells[1]], "\(Hex.byte(code))")
        try check(found, effect: row.cells[0], code)
      }
    }
    #expect(codes == Array(0...127))
  }

  private func check(_ found: DataRecord, effect: String, _ code: UInt8) throws {
    let place = "VIFE \(Hex.byte(code))"
    let words = effect.split(separator: " ", maxSplits: 1).map(String.init)
    let argument = words.last ?? ""
    let isNumber = found.reading == .integer(Self.number)
    switch words.first {
    case "error":
      guard case .invalid(_, let sent) = found.reading else {
        Issue.record("\(place) is no error")
        return
      }
      #expect(sent.rawValue == code)
    case "profile": #expect(found.error == "no profile can be coded as int32", "\(place)")
    case "date":
      guard case .time(let time) = found.reading else {
        Issue.record("\(place) is no date")
        return
      }
      #expect(time.iso8601 == "2013-05-22T14:36" && found.meaning.unitName == "UTC", "\(place)")
    case "count":
      #expect(isNumber && found.meaning.unitName == "None" && found.scale == 0, "\(place)")
    case "in":
      #expect(isNumber && found.meaning.unitName == argument && found.scale == 0, "\(place)")
    case "x":
      #expect(isNumber && found.meaning.unitName == "m^3", "\(place)")
      #expect(found.scale == -3 + (try #require(Int(argument))), "\(place)")
    case "+":
      #expect(isNumber && found.scale == -3 && found.addend == Double(argument), "\(place)")
    case "unit":
      // Gallons are counted as they are; all others are thousandths of the unit.
      let isGallons = argument == "US gal 0"
      let unit = isGallons ? "US gal" : argument == "-" ? "None" : argument
      #expect(isNumber && found.meaning.unitName == unit, "\(place)")
      #expect(found.scale == (isGallons ? 0 : -3), "\(place)")
    case "u":
      #expect(isNumber && found.meaning.unitName == "m^3", "\(place)")
      #expect(try record([0x93, code], Self.allSet).error != nil, "\(place)")
    default:
      #expect(isNumber && found.meaning.unitName == "m^3" && found.scale == -3, "\(place)")
      #expect(found.addend == nil && found.factor == nil, "\(place)")
    }
  }
}
