import Metering
import Testing

@Suite struct IdentityTests {
  /// MUC500 manual 1.1, table 35: LUG is 0x32A7, serial 66600106 is 0x03F83CAA as an integer.
  @Test func manufacturerAndSerial() {
    #expect(ManufacturerCode(letters: "LUG")?.rawValue == 0x32A7)
    #expect(ManufacturerCode(letters: "abc")?.rawValue == 0x0443, "table 36")
    #expect(ManufacturerCode(rawValue: 0x32A7).description == "LUG")
    #expect(ManufacturerCode(letters: "LUGO") == nil)
    #expect(ManufacturerCode(letters: "L1G") == nil)
    #expect(MeterSerial(digits: 0x6660_0106).registerValue == 0x03F8_3CAA)
    #expect(MeterSerial(digits: 0x106).description == "00000106")
  }

  @Test func serialWithHexDigitsKeepsItsBits() {
    let serial = MeterSerial(digits: 0x0500_023E)
    #expect(serial.decimal == nil)
    #expect(serial.registerValue == 0x0500_023E)
  }
}

@Suite struct TableTests {
  /// Spot checks at both ends and around gaps of MUC500 manual 1.1, tables 27–29.
  @Test func indices() {
    #expect(Medium(rawValue: 4).name == "Heat (outlet)")
    #expect(Medium(rawValue: 55).name == "Radio converter (meter side)")
    #expect(Medium(rawValue: 16).name == "Reserved")
    #expect(MeasurementType.allCases.count == 96)
    #expect(MeasurementType(rawValue: 9)?.name == "Energy")
    #expect(MeasurementType.meterSpecific.rawValue == 31)
    #expect(MeasurementType.timePoint.rawValue == 58)
    #expect(MeasurementType.frequency.rawValue == 87)
    #expect(MeasurementType(rawValue: 95)?.name == "Data frame")
    #expect(MeterUnit.allCases.count == 48)
    #expect(MeterUnit.wattHour.rawValue == 5)
    #expect(MeterUnit.utc.rawValue == 25)
    #expect(MeterUnit.kilovar.rawValue == 35)
    #expect(MeterUnit(rawValue: 47)?.name == "Degree F")
  }

  @Test func namesFindTheirRows() {
    for type in MeasurementType.allCases {
      #expect(MeasurementType(name: type.name)?.name == type.name)
    }
    for unit in MeterUnit.allCases {
      #expect(MeterUnit(name: unit.name)?.name == unit.name)
    }
    for (index, name) in Medium.names {
      #expect(Medium(name: " \(name.uppercased())\t")?.rawValue == index)
    }
    #expect(MeterUnit(name: "m³/h") == .cubicMetrePerHour)
    #expect(Medium(name: "Reserved") == nil)
  }
}

@Suite struct ScaleTests {
  /// MUC500 manual 1.1, table 36: 12345678 at 10^-4 is 1234.5678, as a float32 0x449A522B.
  @Test func powersOfTen() {
    let value = MeterValue(
      key: ValueKey(), meaning: ValueMeaning(.energy, .wattHour), reading: .integer(12_345_678),
      scale: -4)
    #expect(value.scaled == 1234.5678)
    #expect(value.scaled.map { Float($0).bitPattern } == 0x449A_522B)
    #expect(DecimalScale.apply(3, to: 267) == 267_000)
    #expect(DecimalScale.apply(-400, to: 1) == 0)
    #expect(DecimalScale.apply(.min, to: 1) == 0)
  }

  @Test func whatIsNoNumberHasNoScaledValue() {
    for reading in [Reading.text("a"), .binary([1]), .invalid("why")] {
      let value = MeterValue(
        key: ValueKey(), meaning: ValueMeaning(.none, .none), reading: reading)
      #expect(value.scaled == nil)
    }
  }
}
