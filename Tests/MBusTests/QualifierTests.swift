import Bytes
import Metering
import Testing

@testable import MBus

/// What VIFEs say of a value stands in its description; where they make another quantity of it, its unit is not the
/// one of the VIF. Meanings by EN 13757-3, ch. 6.4.6 and 6.4.7.
@Suite struct QualifierTests {
  private func meaning(_ vif: String) throws -> ValueMeaning {
    let record = "04 \(vif) 01 00 00 00"
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: try Hex.decode(record))
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
      throw ResponseError(.noData, offset: 0, bytes: [])
    }
    #expect(telegram.problem == nil)
    return try #require(telegram.records.first).value.meaning
  }

  /// The same quantity, and which one of it.
  @Test(arguments: [
    ("83 3B", "Energy, forward"), ("83 3C", "Energy, backward"), ("03", "Energy"),
    ("FD C8 FC 01", "Volts, phase L1"), ("FD C8 FC 03", "Volts, phase L3"),
    ("83 FC 88 3C", "Energy, quadrant Q1, backward"), ("93 12", "Volume, average value"),
    ("AB FF 81 01", "Power, manufacturer specific 01 01"), ("93 7E", "Volume, future value"),
    // Nothing that would make another value of it.
    ("93 70", "Volume"), ("93 7B", "Volume"), ("93 7D", "Volume"), ("93 00", "Volume"),
    ("93 08", "Volume"), ("93 FC 11", "Volume"), ("93 18", "Volume"),
  ])
  func whichValue(vif: String, description: String) throws {
    let meaning = try meaning(vif)
    #expect(meaning.description == description)
    #expect(meaning.ownDescription == nil && meaning.type.name == meaning.quantity)
    #expect(meaning.unit != .none)
  }

  @Test(arguments: [
    ("93 22", "Volume, per hour", "m^3/h"), ("AB 36", "Power, multiplied by s", "W·s"),
    ("83 AF 3C", "Energy, per K, backward", "Wh/K"),
    ("93 28", "Volume, increment per input pulse on channel 0", "m^3/pulse"),
    ("93 14", "Volume, relative deviation", "None"),
    ("FB 84 20", "Apparent energy, per second", "VAh/s"),
  ])
  func anotherQuantity(vif: String, description: String, unit: String) throws {
    let meaning = try meaning(vif)
    #expect(meaning.description == description && meaning.unitName == unit)
    #expect(meaning.type == .meterSpecific && meaning.unit == .none)
  }

  /// A date and a duration have a unit of their own, a number of events has none.
  @Test(arguments: [
    ("93 42", "Volume, begin of the first exceed of the lower limit", "UTC"),
    ("A9 50", "Power, duration of the first exceed of the lower limit", "s"),
    ("93 41", "Volume, number of exceeds of the lower limit", "None"),
    ("93 A2 50", "Volume, per hour, duration of the first exceed of the lower limit", "s"),
  ])
  func whatIsSaidOfAQuantity(vif: String, description: String, unit: String) throws {
    let meaning = try meaning(vif)
    #expect(meaning.description == description && meaning.unitName == unit)
  }

  /// Not metric: the unit of the annex, or none that is known.
  @Test(arguments: [
    ("93 3D", "Volume", "US gal"), ("B8 3D", "Volume flow, non-metric unit system", "None"),
    ("E8 3D", "Pressure, non-metric unit system", "None"),
    ("D0 3D", "Mass flow, non-metric unit system", "None"), ("FD C8 3D", "Volts", "V"),
    ("A0 3D", "On time", "s"),
  ])
  func notMetric(vif: String, description: String, unit: String) throws {
    let meaning = try meaning(vif)
    #expect(meaning.description == description && meaning.unitName == unit)
    #expect((meaning.unit == .none) == (unit == "None"))
  }
}
