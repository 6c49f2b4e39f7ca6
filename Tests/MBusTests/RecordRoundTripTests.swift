import Bytes
import Metering
import Testing
import Time

@testable import MBus

/// What the encoder writes, the decoder reads back as the same; what it could not, the encoder refuses.
@Suite struct RecordRoundTripTests {
  /// Values of each type: the greatest and the least that it can hold, and one that stands for none.
  private static let values: [(DataType, [Reading])] = [
    (.none, [.invalid("no data", code: .noData)]),
    (.int8, [.integer(100), .integer(-127), .integer(254), noNumber]),
    (.int16, [.integer(32_767), .integer(-32_767), .integer(65_534), noNumber]),
    (.int24, [.integer(8_388_607), .integer(-8_388_607), noNumber]),
    (.int32, [.integer(2_147_483_647), .integer(-1), noNumber]),
    (.int48, [.integer(140_737_488_355_327), .integer(-55_512_220), noNumber]),
    (.int64, [.integer(.max), .integer(.min + 1), .text("18446744073709551614"), noNumber]),
    (.bcd2, [.integer(99), .integer(-9)]), (.bcd4, [.integer(9999), .integer(-999)]),
    (.bcd6, [.integer(999_999), .integer(-1)]), (.bcd8, [.integer(99_999_999), .integer(-18)]),
    (.bcd12, [.integer(999_999_999_999), .integer(-99_999_999_999)]),
    (.real32, [.real(-20.5), .real(0), .invalid("", code: .notANumber)]),
    (.real64, [.real(1e300), .real(-0.1), .invalid("", code: .notANumber)]),
    (.text, [.text("Zähler"), .text(""), .text(String(repeating: "x", count: 191))]),
    (.binary, [[9], [16], [48], [64]].map { .binary(.init(repeating: 7, count: $0[0])) }),
    (
      .lvarBCD,
      [
        .integer(-123_456), .integer(999_999_999_999_999_999), .integer(.max),
        .text("99999999999999999999"), .text("-123456789012345678901234567890"),
      ]
    ),
    (.lvarInteger, [.integer(-2), .integer(.max), .text("9223372036854775808"), noNumber]),
    (.dateG, times([2026, 12, 31], [1981, 1, 1]) + [invalidDate]),
    (.dateTimeF, times([2026, 11, 21, 13, 45], [2199, 2, 28, 0, 0]) + [invalidDate]),
    (.dateTimeI, times([2026, 11, 21, 13, 45, 30], [2000, 2, 29, 23, 59, 59]) + [invalidDate]),
    (.timeJ, [.text("23:59:58"), invalidDate]),
    (.daylightSavingK, [.binary([1, 2, 3, 4])]),
  ]

  private static let noNumber = Reading.invalid("", code: .noNumber)
  private static let invalidDate = Reading.invalid("", code: .invalidDate)

  private static func times(_ parts: [Int]...) -> [Reading] {
    parts.compactMap { part in
      guard part.count > 3 else {
        return CivilTime(year: part[0], month: part[1], day: part[2]).map { .time($0) }
      }
      return CivilTime(
        year: part[0], month: part[1], day: part[2], hour: part[3], minute: part[4],
        second: part.count > 5 ? part[5] : nil, isSummerTime: part[3] > 12
      ).map { .time($0) }
    }
  }

  /// The first and the last code of each row.
  private static let vifs: [[UInt8]] = {
    var vifs: [[UInt8]] = []
    for row in VIFTable.allCases.flatMap(VIFRow.rows(of:)) {
      for code in Set([row.codes.lowerBound, row.codes.upperBound]).sorted() {
        let isText = row.table == .primary && code == PrimaryVIF.text
        vifs.append(row.table.prefix + [code] + (isText ? [2, 0x41, 0x42] : []))
      }
    }
    return vifs
  }()

  private static func with(_ vif: [UInt8], _ vife: [UInt8]) -> [UInt8] {
    let isText = vif.first == PrimaryVIF.text
    let place = isText ? 0 : vif.count - 1
    var extended = vif
    extended[place] |= 0x80
    return extended + vife
  }

  /// VIFEs, and those that may stand behind each VIF.
  private static let vifes: [[UInt8]] = {
    var vifes: [[UInt8]] = [[0xF4, 0x3B], [0xFF, 0x05]]
    for code: UInt8 in 0..<128 { vifes += [[code], [0xFC, code]] }
    return vifes
  }()
  private static let usualVIFEs: [[UInt8]] = [[0x3B], [0x74], [0x39], [0x1F], [0xFC, 0x11]]

  @Test func allTypesAndVIFs() throws {
    var vifs = Self.vifs
    for vif in Self.vifs {
      // With the extension bit these are the ways to other tables.
      if vif == [0x6F] || vif == [0x7B] || vif == [0x7D] || vif == [0xFD, 0x7D] { continue }
      vifs += Self.usualVIFEs.map { Self.with(vif, $0) }
    }
    #expect(try roundTrips(vifs) > 40_000)
  }

  @Test func allTypesAndVIFEs() throws {
    let bases: [[UInt8]] = [
      [0x13], [0x6D], [0xFD, 0x17], [0xFB, 0x68], [0xFD, 0x76], [0x7C, 1, 0x41],
    ]
    var vifs: [[UInt8]] = []
    for base in bases { vifs += Self.vifes.map { Self.with(base, $0) } }
    #expect(try roundTrips(vifs) > 40_000)
  }

  /// - Returns: how many records went there and back.
  private func roundTrips(_ vifs: [[UInt8]]) throws -> Int {
    var count = 0
    for vif in vifs {
      var refused: [RecordEncoder] = []
      for (type, readings) in Self.values {
        for reading in readings {
          let record = RecordEncoder(type, vif: vif, value: reading)
          if try roundTrip(record) { count += 1 } else { refused.append(record) }
        }
      }
      var cursor = ByteCursor(vif)
      let block = try ValueInformation.read(&cursor)
      if block.content == .number, block.recordError == nil, block.profile == nil {
        // Dates in five types, bits of summer time, and numbers above the greatest with a sign.
        if refused.count != Self.refusedAsNumbers { Issue.record("\(Hex.encode(vif)): \(refused)") }
      }
    }
    return count
  }

  /// Of dates 3 + 3 + 3 + 2, summer time, 254, 65534, and two of 64 bits without a sign.
  private static let refusedAsNumbers = 16

  /// False when the encoder refuses the record.
  private func roundTrip(_ record: RecordEncoder) throws -> Bool {
    guard let encoded = try? record.encoded else { return false }
    var decoder = RecordDecoder(encoded, offset: 0)
    guard case .record(let read) = try decoder.next(), case .end = try decoder.next() else {
      Issue.record("\(Hex.encode(encoded)) is no record")
      return true
    }
    let isSame: Bool =
      switch (read.reading, record.value) {
      case (.invalid(_, let found), .invalid(_, let wanted)): found == wanted
      default: read.reading == record.value || record.type == .none
      }
    if !(isSame && read.type == record.type && read.vif == record.vif) {
      Issue.record("\(Hex.encode(encoded)) is \(read.type) \(read.reading), not \(record)")
    }
    return true
  }

  /// Function, storage, tariff and subunit in all sizes.
  @Test func allPlaces() throws {
    for function in ValueKey.Function.allCases {
      for bits in 0...41 {
        let storage = UInt64(1) << bits - 1
        let tariff = UInt32(1) << min(bits, 20) - 1
        let subunit = UInt32(1) << min(bits, 10) - 1
        let record = RecordEncoder(
          .int8, function: function, storage: storage, tariff: tariff, subunit: subunit,
          vif: [0x13], value: .integer(5))
        var decoder = RecordDecoder(try record.encoded, offset: 0)
        guard case .record(let read) = try decoder.next() else {
          Issue.record("\(bits) bits are no record")
          return
        }
        #expect(read.function == function && read.storage == storage)
        #expect(read.tariff == tariff && read.subunit == subunit)
      }
    }
  }
}
