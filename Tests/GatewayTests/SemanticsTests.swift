import Metering
import RegisterMap
import Station
import Testing
import Time

@testable import Gateway

/// What each register says, to the bit: MUC500 manual 1.1, tables 33 and 34, row by row, and the rules
/// where the manuals are silent. Telegrams go in, registers come out. Telegrams are ours, with the header of
/// an invented meter; what they mean is worked out by hand from EN 13757-3.
@Suite struct MeterEntrySemanticsTests {
  /// One meter at register 10, its values from 20 on.
  private func bench(_ configuration: Station.Configuration = .init()) -> CoreBench {
    CoreBench([MeterConfiguration()], configuration)
  }

  /// 12345678 Wh × 10^3 as the meter would send it.
  private let energy = " 0C 06 78 56 34 12"

  /// Table 33, registers 0–1: the serial as an integer. 66,600,106 is 0x03F83CAA.
  @Test func serialAsInteger() throws {
    let bench = bench()
    try bench.read([energy])
    #expect(bench.words(10, 2) == [0x03F8, 0x3CAA])
  }

  /// A serial with hex digits is no integer: its raw 32 bits, first digit on top.
  @Test func serialWithHexDigits() throws {
    let bench = bench()
    let report = try CoreBench.report(energy, header: "3E 02 00 A5 A7 32 02 04")
    bench.line.onEvent?(
      .readout(
        Readout(
          line: bench.line.line, meter: bench.line.asked.removeFirst(),
          time: Moment(instant: .zero, wall: WallTime(unixSeconds: 9)), outcome: .success(report))))
    #expect(bench.words(10, 2) == [0xA500, 0x023E])
  }

  /// Registers 2 and 3: LUG is 12, 21, 7: 01100 10101 00111; version 2, medium 4. Registers 6 and 9 are
  /// reserved, 7 is the type.
  @Test func manufacturerVersionAndMedium() throws {
    let bench = bench()
    try bench.read([energy])
    #expect(bench.words(12, 2) == [0x32A7, 0x0204])
    #expect(bench.words(16, 4) == [0, 0x0200, 0, 0])
  }

  /// Registers 4–5 and 8. 1,700,000,000 is 0x6553F100.
  @Test func readoutTimeMovesOnlyOnSuccess() throws {
    let bench = bench()
    try bench.read([nil])
    #expect(bench.words(10, 10) == [0, 0, 0, 0, 0, 0, 0, 0x0200, 3, 0], "never read")
    try bench.read([energy])
    #expect(bench.words(14, 2) == [0x6553, 0xF100])
    #expect(bench.words(18, 1) == [0])
    bench.pass(60)
    try bench.read([nil])
    #expect(bench.words(14, 2) == [0x6553, 0xF100])
    #expect(bench.words(18, 1) == [3], "bit 0: not read; bit 1: values are old")
    #expect(bench.words(10, 4) == [0x03F8, 0x3CAA, 0x32A7, 0x0204], "the identity stays")
    bench.pass(60)
    try bench.read([energy])
    #expect(bench.words(14, 2) == [0x6553, 0xF178])
    #expect(bench.words(18, 1) == [0])
  }

  /// Register 8, bit 1 alone: read, but one value of the list was not in the telegram.
  @Test func aMissingValueIsBit1() throws {
    let bench = bench()
    try bench.read([energy + " 0A 5A 15 09"])
    try bench.read([energy])
    #expect(bench.words(18, 1) == [2])
    try bench.read([energy + " 0A DA 18 15 09"])
    #expect(bench.words(18, 1) == [2], "marked as an error, the reading is still the old one")
    try bench.read([energy + " 0A 5A 15 09"])
    #expect(bench.words(18, 1) == [0])
  }
}

/// A row of table 34: records, and the ten registers of the first value.
struct ValueRow: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let records: String
  let words: [UInt16]

  init(_ description: String, _ records: String, _ words: [UInt16]) {
    testDescription = description
    self.records = records
    self.words = words
  }
}

@Suite struct ValueEntrySemanticsTests {
  static let zeros = [UInt16](repeating: 0, count: 10)
  /// No number: the lowest integer, and NaN.
  static let none: [UInt16] = [0x8000, 0, 0, 0, 0x7FC0, 0]

  /// Floats by `struct.pack('>f', x)` of Python, times by `date -u +%s -d`.
  static let rows: [ValueRow] = [
    // 12345678 × 10^3 Wh: float 1.2345678e10 is 0x5037F706.
    ValueRow(
      "integer unscaled, float scaled, exponent, type and unit", "0C 06 78 56 34 12",
      [0, 0, 0x00BC, 0x614E, 0x5037, 0xF706, 3, 0x0005, 0, 0]),
    // -915 × 10^-1 °C: -91.5 is 0xC2B70000.
    ValueRow(
      "negative BCD", "0A 5A 15 F9",
      [0xFFFF, 0xFFFF, 0xFFFF, 0xFC6D, 0xC2B7, 0, 0xFFFF, 0x0013, 0, 0]),
    // 20.5 °C sent as a float, VIF 5B: 0x41A40000.
    ValueRow(
      "a float has no integer", "05 5B 00 00 A4 41",
      [0, 0, 0, 0, 0x41A4, 0, 0, 0x0013, 0, 0]),
    // 2^63 - 1 Wh.
    ValueRow(
      "the largest integer", "07 03 FF FF FF FF FF FF FF 7F",
      [0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF, 0x5F00, 0, 0, 0x0005, 0, 0]),
    // -2^63 + 1 Wh; the lowest of all means that there is none.
    ValueRow(
      "the lowest integer", "07 03 01 00 00 00 00 00 00 80",
      [0x8000, 0, 0, 1, 0xDF00, 0, 0, 0x0005, 0, 0]),
    // The meter's time belongs to the value: 2013-05-22 14:36 is 1369233360, 0x519CD7D0.
    ValueRow(
      "the meter's own time", "01 13 2A 04 6D 24 2E B6 15",
      [0, 0, 0, 42, 0x3D2C, 0x0831, 0xFFFD, 0x0007, 0x519C, 0xD7D0]),
    // 01 13 2A alone: 42 × 10^-3 m³, 0.042 is 0x3D2C0831.
    ValueRow(
      "no time of the meter", "01 13 2A",
      [0, 0, 0, 42, 0x3D2C, 0x0831, 0xFFFD, 0x0007, 0, 0]),
    ValueRow("text", "0D FD 11 05 6F 6C 6C 65 48", zeros),
    // 2015-12-31 as a due date to come: 1451520000 is 0x56847000; the nearest float is 0x4EAD08E0.
    ValueRow(
      "a date as value", "42 EC 7E FF 1C",
      [0, 0, 0x5684, 0x7000, 0x4EAD, 0x08E0, 0, 0x0019, 0, 0]),
    // 9.999999e37 × 10^4 kg/h: beyond 3.4e38 it is infinite.
    ValueRow(
      "beyond the range of a float", "05 57 99 76 96 7E",
      [0, 0, 0, 0, 0x7F80, 0, 4, 0x0012, 0, 0]),
    ValueRow(
      "NaN from the meter, never read", "05 5B 00 00 C0 7F", none + [0, 0x0013, 0, 0]),
    ValueRow(
      "infinity from the meter, never read", "05 5B 00 00 80 7F", none + [0, 0x0013, 0, 0]),
    ValueRow(
      "a record error, never read", "04 93 15 2A 00 00 00", none + [0xFFFD, 0x0007, 0, 0]),
    ValueRow(
      "the lowest number, which means none", "04 13 00 00 00 80", none + [0xFFFD, 0x0007, 0, 0]),
  ]

  @Test(arguments: rows) func tenRegisters(row: ValueRow) throws {
    let bench = CoreBench([MeterConfiguration()], .init())
    try bench.read([row.records])
    #expect(bench.words(20, 10) == row.words)
  }

  /// Exponents come from VIF and VIFEs, one each: beyond 16 bits they can only be made.
  @Test func theExponentEndsAtItsSixteenBits() {
    for (scale, register) in [(40_000, Int16.max), (-40_000, .min), (.max, .max), (.min, .min)] {
      let value = MeterValue(
        key: ValueKey(), meaning: ValueMeaning(.energy, .wattHour), reading: .integer(7),
        scale: scale)
      #expect(ValueEntry(value).scale == register)
      #expect(ValueEntry(value).integer == 7)
      #expect(ValueEntry(value).float == (scale > 0 ? .infinity : 0))
      #expect(ValueEntry(value.scaled(by: .powerOfTen(99))).scale == register)
      #expect(ValueEntry(value.scaled(by: .powerOfTen(-99))).scale == register)
    }
  }

  /// The factor of the user: 1e-1, 2.5, -1 on 12345678 × 10^3 Wh. Floats: 1234567800, 30864195000,
  /// -12345678000.
  @Test(arguments: [
    (UserScale.powerOfTen(-1), [0x4E93, 0x2C05, 2] as [UInt16]),
    (.factor(2.5), [0x50E5, 0xF4C8, 3]),
    (.factor(-1), [0xD037, 0xF706, 3]), (.one, [0x5037, 0xF706, 3]),
  ])
  func aUserScaleEntersFloatAndExponent(scale: UserScale, words: [UInt16]) throws {
    let meter = MeterConfiguration(
      register: 10,
      values: [
        ValueConfiguration(dif: [0x0C], vif: [0x06], scale: 3, userScale: scale, register: 20)
      ])
    let bench = CoreBench([meter])
    #expect(bench.words(20, 10) == Self.zeros, "never read")
    try bench.read(["0C 06 78 56 34 12"])
    #expect(bench.words(20, 10) == [0, 0, 0x00BC, 0x614E] + words + [5, 0, 0])
    #expect(bench.core.station.registerRows.last?.scale == Int(words[2]))
  }

  @Test func aUserScaleLeavesDatesAndTextsAlone() throws {
    let meter = MeterConfiguration(
      register: 10,
      values: [
        ValueConfiguration(
          dif: [0x42], vif: [0xEC, 0x7E], userScale: .powerOfTen(3), register: 20),
        ValueConfiguration(dif: [0x0D], vif: [0xFD, 0x11], userScale: .factor(7), register: 30),
      ])
    let bench = CoreBench([meter])
    try bench.read(["42 EC 7E FF 1C 0D FD 11 05 6F 6C 6C 65 48"])
    #expect(bench.words(20, 10) == [0, 0, 0x5684, 0x7000, 0x4EAD, 0x08E0, 0, 0x0019, 0, 0])
    #expect(bench.words(30, 10) == Self.zeros)
  }
}
