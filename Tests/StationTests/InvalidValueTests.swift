import Metering
import RegisterMap
import Station
import Testing
import Time

/// Values that the meter marks as wrong: told of when it begins and when it ends, and named in the status.
@Suite struct InvalidValueTests {
  private let error = Reading.invalid(
    "the meter reports: data error", code: InvalidReadingCode(rawValue: 0x18))

  private func bench() -> Bench {
    var bench = Bench([fresh(0x6666_6666)])
    bench.give(up)
    return bench
  }

  /// The texts of what is told of the next readout about values.
  private func read(_ bench: inout Bench, _ reading: Reading) -> [String] {
    bench.give(.readNow(nil))
    bench.answer(1, [energy(1), volume(reading)], serial: 0x6666_6666)
    return bench.events.filter { $0.code.hasPrefix("value-") && $0.code != "value-listed" }
      .map(\.text)
  }

  @Test func beginAndEndAreToldOnce() {
    var bench = bench()
    let begin =
      "meter 66666666: value 2, \"Volume\" in m^3, is not valid: the meter reports: data error"
    let end = "meter 66666666: value 2, \"Volume\" in m^3, is valid again"
    #expect(read(&bench, error) == [begin], "with the first readout")
    for _ in 0..<3 { #expect(read(&bench, error).isEmpty) }
    #expect(read(&bench, .integer(5)).isEmpty, "it may come and go")
    #expect(read(&bench, .integer(5)) == [end])
    #expect(read(&bench, .integer(5)).isEmpty)
    #expect(read(&bench, error) == [begin])
  }

  @Test func whatComesAndGoesIsToldOnce() {
    var bench = bench()
    #expect(read(&bench, error).count == 1)
    for _ in 0..<5 {
      #expect(read(&bench, .integer(5)).isEmpty)
      #expect(read(&bench, error).isEmpty)
    }
  }

  @Test func theStatusNamesThem() {
    var bench = bench()
    _ = read(&bench, .integer(5))
    #expect(bench.station.invalidValues.isEmpty)
    _ = read(&bench, error)
    #expect(
      bench.station.invalidValues.map(\.description) == [
        "66666666/2 \"Volume\" in m^3: the meter reports: data error"
      ])
    _ = read(&bench, .integer(6))
    #expect(bench.station.invalidValues.isEmpty)
  }

  @Test func scaleAndUnitAreThoseOfTheRecordAndItsUser() {
    var meter = fresh(1)
    meter.values = [ValueConfiguration(dif: [0x0C], vif: [0x14], userScale: .powerOfTen(3))]
    var bench = Bench([meter])
    bench.give(up)
    bench.answer(1, [volume(error)])
    let entry = bench.meter(1).values[0].registerEntry
    #expect(entry.integer == .min && entry.float.isNaN)
    #expect(entry.scale == 1 && entry.unit == MeterUnit.cubicMetre.rawValue)
    #expect(bench.meter(1).registerEntry.flags == .notAllUpToDate)
    #expect(bench.meter(1).values[0].live.lastGood == nil)
  }

  @Test func whatMetersHaveNoneOfIsNoError() {
    for code in [InvalidReadingCode.noData, .invalidDate, .recurringDate] {
      var bench = bench()
      #expect(read(&bench, .invalid("none", code: code)).isEmpty)
      #expect(bench.meter(1).registerEntry.flags == [])
      #expect(bench.station.invalidValues.isEmpty)
      _ = read(&bench, .integer(5))
      #expect(read(&bench, .invalid("none", code: code)).count == 1, "there was one")
      #expect(bench.meter(1).registerEntry.flags == .notAllUpToDate)
    }
  }
}
