import Bytes
import Metering
import Testing

@testable import MBus

@Suite struct VIFTableTests {
  @Test(arguments: VIFTable.allCases)
  func tablesHaveNoGapsAndNoOverlaps(table: VIFTable) {
    let codes = VIFRow.rows(of: table).flatMap { Array($0.codes) }
    #expect(codes == Array(0...127), "in order, each code once")
    for row in VIFRow.rows(of: table) {
      #expect(row.table == table)
      #expect(!row.source.isEmpty)
      #expect(
        row.meaning.type != .meterSpecific || row.codes == PrimaryVIF.text...PrimaryVIF.text
          || row.meaning.ownDescription != nil)
    }
  }

  @Test func vifeTablesHaveNoGapsAndNoOverlaps() {
    #expect(VIFETable.rows.flatMap { Array($0.codes) } == Array(0...127))
    #expect(VIFETable.rowsBehindFC.flatMap { Array($0.codes) } == Array(0...127))
    let rows = VIFETable.rows + VIFETable.rowsBehindFC
    #expect(rows.allSatisfy { !$0.words.isEmpty && !$0.source.isEmpty })
  }

  @Test func fixedUnitsHaveNoGapsAndNoOverlaps() {
    #expect(FixedUnit.rows.flatMap { Array($0.codes) } == Array(0...63))
  }

  @Test func fixedUnitsHaveTheirScale() throws {
    // One telegram for each of the 64 units: the first counter is 1, so that its scale shows.
    var scaled: [Double?] = []
    for unit: UInt8 in 0..<64 {
      let data: [UInt8] = [1, 0, 0, 0, 0, 0, unit, unit, 1, 0, 0, 0, 1, 0, 0, 0]
      let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x73, data: data)
      guard case .data(let telegram) = try ResponseDecoder.decode(frame) else { continue }
      scaled.append(telegram.records.first?.scaled)
    }
    #expect(scaled.count == 64)
    #expect(scaled[0x05] == 1000 && scaled[0x0A] == 1e8 && scaled[0x0B] == 1000)
    #expect(
      scaled[0x14] == 1 && scaled[0x29] == 0.001 && scaled[0x2C] == 1 && scaled[0x38] == 0.001)
  }

  /// Unit, exponent and index of the description of single codes (EN 13757-3; MUC500 manual 1.1,
  /// tables 28 and 29), by hand.
  @Test(arguments: [
    (VIFTable.primary, 0x00, MeasurementType.energy, MeterUnit.wattHour, -3),
    (.primary, 0x07, .energy, .wattHour, 4),
    (.primary, 0x0F, .energy, .joule, 7),
    (.primary, 0x13, .volume, .cubicMetre, -3),
    (.primary, 0x22, .onTime, .hour, 0),
    (.primary, 0x27, .operatingTime, .day, 0),
    (.primary, 0x2E, .power, .watt, 3),
    (.primary, 0x3E, .volumeFlow, .cubicMetrePerHour, 0),
    (.primary, 0x47, .volumeFlowExt, .cubicMetrePerMinute, 0),
    (.primary, 0x5B, .flowTemperature, .degreeCelsius, 0),
    (.primary, 0x61, .temperatureDifference, .kelvin, -2),
    (.primary, 0x6D, .timestamp, .utc, 0),
    (.primary, 0x71, .averagingDuration, .minute, 0),
    (.fb, 0x00, .energy, .wattHour, 5),
    (.fb, 0x02, .reactiveEnergy, .kilovarHour, 0),
    (.fb, 0x08, .energy, .joule, 8),
    (.fb, 0x0D, .energy, .calorie, 6),
    (.fb, 0x14, .reactivePower, .kilovar, -3),
    (.fb, 0x1A, .relativeHumidity, .percent, -1),
    (.fb, 0x2E, .frequency, .hertz, -1),
    (.fd, 0x28, .storageInterval, .month, 0),
    (.fd, 0x29, .storageInterval, .year, 0),
    (.fd, 0x31, .durationOfTariff, .minute, 0),
    (.fd, 0x48, .volts, .volt, -1),
    (.fd, 0x59, .ampere, .ampere, -3),
    (.fd, 0x6C, .operatingTimeBattery, .hour, 0),
    (.fd, 0x71, .rssi, .dBm, 0),
    (.fd, 0x74, .remainingBatteryLifeTime, .day, 0),
  ])
  func rows(
    table: VIFTable, code: UInt8, type: MeasurementType, unit: MeterUnit, exponent: Int
  ) {
    let row = VIFRow.row(code | 0x80, in: table)
    #expect(row.meaning.type == type && row.meaning.unit == unit)
    #expect(row.exponent(of: code) == exponent)
  }

  @Test(arguments: [
    ("04 93 74 0A 00 00 00", -5, ["×10^-2"]),
    ("04 83 7D 0A 00 00 00", 3, ["×10^3"]),
    ("04 93 F4 7D 0A 00 00 00", -2, ["×10^-2", "×10^3"]),
    ("04 AB FC 01 0A 00 00 00", 0, ["phase L1"]),
    ("04 AB FC 81 FC 0C 0A 00 00 00", 0, ["phase L1", "difference of import and export"]),
    ("04 FF 74 0A 00 00 00", 0, ["manufacturer specific 74"]),
    (
      "04 AB FF 74 0A 00 00 00", 0, ["manufacturer specific", "manufacturer specific 74"]
    ),
    ("04 FD C8 BB 75 0A 00 00 00", -2, ["forward", "×10^-1"]),
    ("04 86 3C 0A 00 00 00", 3, ["backward"]),
  ])
  func vifes(hex: String, scale: Int, qualifiers: [String]) throws {
    let record = try #require(try records(hex).first)
    #expect(record.reading == .integer(10))
    #expect(record.scale == scale)
    #expect(record.qualifiers == qualifiers)
  }

  @Test func vifesThatChangeWhatTheNumberIs() throws {
    let duration = try #require(try records("04 BE 52 0A 00 00 00").first)
    #expect(duration.meaning == ValueMeaning(.volumeFlow, .hour) && duration.scale == 0)
    let count = try #require(try records("04 BB 49 03 00 00 00").first)
    #expect(count.meaning == ValueMeaning(.volumeFlow, .none) && count.scale == 0)
    #expect(count.qualifiers == ["number of exceeds of the upper limit"])
    let apparent = try #require(try records("04 FB 34 0A 00 00 00").first)
    #expect(apparent.meaning.unitName == "VA")
  }

  @Test func textVIF() throws {
    let record = try #require(try records("04 FC 03 41 42 43 73 0A 00 00 00").first)
    #expect(record.meaning.description == "CBA" && record.meaning.type == .meterSpecific)
    #expect(Hex.encode(record.vif) == "FC0341424373" && record.scale == -3)
  }

  /// The text behind the VIFEs: `kAV`, and 10^-3.
  @Test func textBehindTheVIFEs() throws {
    let record = try #require(
      try records("04 FC F3 3B 03 56 41 6B 0A 00 00 00", textVIF: .behindVIFEs).first)
    #expect(record.meaning.description == "kAV" && record.scale == -3)
    #expect(record.reading == .integer(10) && record.qualifiers == ["×10^-3", "forward"])
    #expect(Hex.encode(record.keyVIF) == "FCF33B0356416B")
    let alone = try #require(try records("01 7C 00 05", textVIF: .behindVIFEs).first)
    #expect(alone.meaning.description == "" && alone.reading == .integer(5))
    let error = try #require(
      try records("01 FC 15 01 41 05", textVIF: .behindVIFEs).first)
    #expect(Hex.encode(error.keyVIF) == "7C0141")
  }

  /// 10 + 0.01; 5.0 × 10^-1 + 0.1 + 1; behind a maker's VIFE nothing is added.
  @Test(arguments: [
    ("04 DB 79 0A 00 00 00", 10.01, ["+10^-2"]),
    ("04 DA FA 7B 32 00 00 00", 6.1, ["+10^-1", "+10^0"]),
    ("04 DB FF 79 0A 00 00 00", 10, ["manufacturer specific", "manufacturer specific 79"]),
    ("04 FF F9 3B 0A 00 00 00", 10, ["manufacturer specific 79", "manufacturer specific 3B"]),
  ])
  func additiveCorrections(hex: String, scaled: Double, qualifiers: [String]) throws {
    let record = try #require(try records(hex).first)
    #expect(abs((record.scaled ?? 0) - scaled) < 1e-12 && record.reading != .integer(0))
    #expect(record.qualifiers == qualifiers && record.value.scaled == record.scaled)
  }

  /// 6144 / 4096 is 1.5.
  @Test func ratingFactors() throws {
    let record = try #require(try records("02 FB 68 00 18").first)
    #expect(record.factor == 0.000_244_140_625 && record.scaled == 1.5 && record.scale == 0)
    #expect(record.value.factor == record.factor)
    #expect(try records("02 FB E8 49 02 00").first?.factor == nil, "a count has none")
  }

  /// EN 13757-3, annex C: the exponent of the volume rises by three, that of the energy stays.
  @Test(arguments: [
    ("04 86 3D 0A 00 00 00", MeterUnit.kiloBTU, 3), ("04 93 3D 0A 00 00 00", .gallon, 0),
    ("04 93 F4 3D 0A 00 00 00", .gallon, -2), ("04 AB 3D 0A 00 00 00", .milliBTUPerSecond, 0),
    ("04 C7 3D 0A 00 00 00", .gallonPerMinute, 3), ("04 DB 3D 0A 00 00 00", .degreeFahrenheit, 0),
    ("04 FB F5 3D 0A 00 00 00", .degreeFahrenheit, -2),
    ("04 BE 3D 0A 00 00 00", .none, 0), ("04 93 C9 3D 0A 00 00 00", .none, 0),
  ])
  func nonMetricUnits(hex: String, unit: MeterUnit, scale: Int) throws {
    let record = try #require(try records(hex).first)
    #expect(record.meaning.unit == unit && record.scale == scale)
    #expect(record.qualifiers.last == "non-metric unit system")
  }

  @Test func combinableCodesAreKept() throws {
    let record = try #require(try records("04 AB FC 81 BC 95 FF 05 0A 00 00 00").first)
    #expect(
      record.vifes == [.behindFC(0x01), .main(0x3C), .main(0x7F), .manufacturer(0x05)],
      "without the error 15")
    #expect(record.error?.hasPrefix("the meter reports: no data") == true)
  }

  private func records(
    _ hex: String, textVIF: DecodingOptions.TextVIFPlacement = .behindVIF
  ) throws -> [DataRecord] {
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: try Hex.decode(hex))
    let options = DecodingOptions(textVIF: textVIF)
    guard case .data(let telegram) = try ResponseDecoder.decode(frame, options) else { return [] }
    #expect(telegram.problem == nil)
    return telegram.records
  }
}
