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

  /// Random readings of all types and lengths. Whole numbers of up to 63 bits: the greater ones do not fit everywhere.
  @Test func randomReadings() throws {
    var random = SystemRandomNumberGenerator()
    var count = 0
    let types = DataType.allCases.filter { $0.isValue && $0 != .none }
    for round in 0..<40_000 {
      let type = types[round % types.count]
      let limit = Int64(1) << Int64.random(in: 0...62, using: &random)
      let number = Int64.random(in: -limit...limit, using: &random)
      let length = Int.random(in: 0...191, using: &random)
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let readings: [Reading] = [
        Self.fitsDigits(number, type) ? .integer(number) : .integer(0),
        .real(Double(Float(bitPattern: UInt32.random(in: 0...0xFF7F_FFFF, using: &random)))),
        .real(Double(bitPattern: UInt64.random(in: 0...0x7FEF_FFFF_FFFF_FFFF, using: &random))),
        .text(String(bytes.map { Character(Unicode.Scalar($0)) })), .binary(bytes),
        CivilTime(unixSeconds: Int64.random(in: 0...6_000_000_000, using: &random))
          .map { .time($0) } ?? .integer(0),
      ]
      for reading in readings where !Self.isCoarser(type, reading) {
        let vif: [UInt8] =
          switch reading {
          case .time: [0x6D]
          case .binary: [0xFD, 0x76]
          default: [0x13]
          }
        if try roundTrip(RecordEncoder(type, vif: vif, value: reading)) { count += 1 }
      }
    }
    #expect(count > 15_000)
  }

  /// More digits than a counter has are lost on top, as it rolls over.
  private static func fitsDigits(_ number: Int64, _ type: DataType) -> Bool {
    let digits: [DataType: Int] = [.bcd2: 2, .bcd4: 4, .bcd6: 6, .bcd8: 8, .bcd12: 12]
    guard let count = digits[type] else { return true }
    return String(number).count <= count
  }

  /// What a type rounds is not the same when it comes back.
  private static func isCoarser(_ type: DataType, _ reading: Reading) -> Bool {
    switch (type, reading) {
    case (.real32, .real(let number)): Double(Float(number)) != number && Float(number).isFinite
    case (.real32, .integer), (.real64, .integer): true
    case (.dateG, .time), (.dateTimeF, .time): true
    case (.timeJ, .text): true
    default: false
    }
  }

  @Test func whatCouldNotBeReadIsRefused() {
    let refused: [(DataType, [UInt8], Reading)] = [
      (.real32, [0x5B], .real(1e300)), (.real32, [0x5B], .real(-1e39)),
      (.real64, [0x5B], .real(.infinity)), (.real64, [0x5B], .real(.nan)),
      (.lvarBCD, [0x6D], .integer(12_345_678)), (.real64, [0xFD, 0x70], .real(200)),
      (.int32, [0x93, 0x1F], .integer(1)), (.lvarBCD, [0x93, 0x13], .integer(1)),
      (.lvarBCD, [0xFD, 0x76], .integer(1)), (.int32, [0x93], .integer(1)),
      (.int32, [], .integer(1)),
    ]
    for (type, vif, value) in refused {
      #expect(throws: RecordEncodingError.self, "\(type) \(Hex.encode(vif))") {
        try RecordEncoder(type, vif: vif, value: value).encoded
      }
    }
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
