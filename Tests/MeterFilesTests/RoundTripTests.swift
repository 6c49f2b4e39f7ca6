import Metering
import Testing

@testable import MeterFiles

@Suite struct RoundTripTests {
  private let meters: [MeterConfiguration] = [
    MeterConfiguration(
      identity: MeterIdentity(
        serial: MeterSerial(digits: 0x0500_023E), manufacturer: ManufacturerCode(letters: "SLV"),
        version: 0, medium: Medium(rawValue: 99)),
      primaryAddress: 250, usesPrimaryAddress: true, readoutCycle: 4_294_967_295,
      maxValueCount: 65535, encryptionKey: Array(0...15), isActive: false, register: 10,
      stalePolicy: .exception, staleAfter: 255, timeZone: "Etc/UTC",
      userLabel: "a < b & \"c\" ü €\u{1}",
      values: [
        ValueConfiguration(
          dif: [0x8C, 0x11], vif: [0xFB, 0x0D], meaning: ValueMeaning(.energy, .wattHour),
          storage: .max, tariff: .max, function: .error, scale: -99, userScale: .powerOfTen(99),
          isActive: false, register: 20,
          userLabel: "x", confdata: [1, 0, 1, 8, 0, 255], rawData: [0x8C, 0x11, 0xFB, 0x0D, 0],
          bacnetObject: 0),
        ValueConfiguration(
          meaning: ValueMeaning(
            .meterSpecific, .none, ownDescription: "Energy (Forward flow only)", ownUnit: "pulses")),
        ValueConfiguration(
          meaning: ValueMeaning(.reserved8, .dimensionless), userScale: .factor(-1.0 / 3)),
        ValueConfiguration(),
      ]),
    MeterConfiguration(
      interface: .wirelessMBus, identity: MeterIdentity(serial: MeterSerial(digits: 1))),
  ]

  @Test func whatIsWrittenReadsTheSame() {
    let result = DeviceHandleFile.parse(DeviceHandleFile.render(meters), name: "f")
    var expected = meters
    expected[0].userLabel = "a < b & \"c\" ü €"  // XML has no U+0001
    #expect(result.meters == expected)
  }

  @Test func everyTypeUnitAndMediumHasAName() throws {
    for type in MeasurementType.allCases {
      for unit in [MeterUnit.none, .wattHour] {
        let value = ValueConfiguration(meaning: ValueMeaning(type, unit))
        let meter = MeterConfiguration(
          identity: MeterIdentity(serial: MeterSerial(digits: 1)), values: [value])
        #expect(
          DeviceHandleFile.parse(DeviceHandleFile.render([meter]), name: "f").meters == [meter])
      }
    }
    // Three rows of table 29 are called Bin, two Res: their names lead to the first of them.
    let shared: [MeterUnit: MeterUnit] = [
      .bin32: .binary, .bin33: .binary, .reserved24: .reserved23,
    ]
    for unit in MeterUnit.allCases {
      let meter = MeterConfiguration(
        identity: MeterIdentity(serial: MeterSerial(digits: 1)),
        values: [ValueConfiguration(meaning: ValueMeaning(.energy, unit))])
      let read = DeviceHandleFile.parse(DeviceHandleFile.render([meter]), name: "f").meters
      #expect(read?.first?.values.first?.meaning.unit == shared[unit] ?? unit)
    }
    for raw in UInt8.min..<UInt8.max {
      let meter = MeterConfiguration(
        identity: MeterIdentity(
          serial: MeterSerial(digits: 1), version: raw, medium: Medium(rawValue: raw)))
      #expect(DeviceHandleFile.parse(DeviceHandleFile.render([meter]), name: "f").meters == [meter])
    }
  }

  @Test func onlyDifferencesAreWritten() {
    let meter = MeterConfiguration(
      identity: MeterIdentity(serial: MeterSerial(digits: 0x3010_1198)),
      values: [ValueConfiguration(scale: 3), ValueConfiguration()])
    #expect(
      String(decoding: DeviceHandleFile.render([meter]), as: UTF8.self) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <root>
          <version>0x06</version>
          <meter>
            <interface>M-Bus</interface>
            <serial>0x30101198</serial>
            <value>
              <scale>1e3</scale>
            </value>
            <value/>
          </meter>
        </root>

        """)
  }

  /// `userscale`: powers of ten are told apart from other factors.
  @Test(arguments: [
    ("1e-1", UserScale.powerOfTen(-1)), ("0.001", .powerOfTen(-3)), ("1000", .powerOfTen(3)),
    ("1E+2", .powerOfTen(2)), ("1e99", .powerOfTen(99)), ("1e-99", .powerOfTen(-99)), ("1", .one),
    ("0.25", .factor(0.25)), ("2.5e3", .factor(2500)), ("-1", .factor(-1)),
    ("-1e3", .factor(-1000)),
    ("9.9e98", .factor(9.9e98)), ("0.99999999999999999999", .one), ("0", nil), ("-0", nil),
    ("1e100", nil), ("9.9e-100", nil), ("1e-400", nil), ("nan", nil), ("inf", nil), ("0x10", nil),
    ("1,5", nil), ("1 000", nil), ("e3", nil), ("-", nil), (".", nil), ("1e", nil), ("1e5e5", nil),
  ])
  func userScales(text: String, scale: UserScale?) {
    #expect(ElementText.userScale(text) == scale)
    if let scale { #expect(ElementText.userScale(ElementText.text(scale)) == scale) }
  }

  /// Bytes of any kind, and good files cut short or with wrong bytes in them.
  @Test func garbageNeverTraps() {
    let good = DeviceHandleFile.render(meters)
    var state: UInt32 = 1
    func random(_ limit: Int) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 8) % limit
    }
    for length in 0..<good.count {
      let result = DeviceHandleFile.parse(Array(good.prefix(length)), name: "f")
      // Only the line end may be missing.
      #expect((result.meters == nil) == (length < good.count - 1))
      #expect(
        (result.meters == nil) == !result.diagnostics.filter { $0.severity == .error }.isEmpty)
    }
    for _ in 0..<1000 {
      var bytes = good
      for _ in 0...random(6) { bytes[random(bytes.count)] = UInt8(random(256)) }
      let result = DeviceHandleFile.parse(bytes, name: "f")
      #expect(result.meters != nil || !result.diagnostics.isEmpty)
    }
    for _ in 0..<300 {
      let bytes = (0..<random(200)).map { _ in UInt8(random(256)) }
      #expect(DeviceHandleFile.parse(bytes, name: "f").meters == nil)
    }
  }
}
