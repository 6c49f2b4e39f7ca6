import Bytes
import Metering
import Testing

@testable import MBus

@Suite struct QuirkTests {
  private func report(_ quirk: MeterQuirk, _ frame: String? = nil) throws -> MeterReport {
    let telegram = try #require(telegram(try Hex.decode(frame ?? quirk.frame)))
    #expect(telegram.problem == nil)
    return try #require(MeterReport(chain: [telegram]))
  }

  /// The frame of a quirk is of a meter that has it, and of no quirk else.
  @Test(arguments: MeterQuirk.all)
  func framesShowTheirQuirk(quirk: MeterQuirk) throws {
    #expect(MeterQuirk.of(try report(quirk).identity) == [quirk])
    #expect(!quirk.why.isEmpty && !quirk.meters.isEmpty)
  }

  @Test func theyAreAllThere() {
    #expect(MeterQuirk.all.count == 4 && Set(MeterQuirk.all.map(\.name)).count == 4)
  }

  /// Another version, medium or maker, or one that does not say what it is.
  @Test func othersHaveNone() throws {
    let quirk = try #require(MeterQuirk.hydrometerPlaceholder)
    let identity = try report(quirk).identity
    var others = [identity, identity, identity, identity]
    others[0].version = 33
    others[1].medium = .water
    others[2].manufacturer = ManufacturerCode(letters: "HYE")
    others[3].version = nil
    for other in others { #expect(MeterQuirk.of(other).isEmpty) }
  }

  /// The first record, 18 without a sign, is a value as ever.
  @Test func placeholder() throws {
    let values = try report(try #require(MeterQuirk.hydrometerPlaceholder)).values
    #expect(
      values.map(\.reading) == [
        .integer(18), .invalid("no value (placeholder DDEBBD of the meter)", code: .noData),
        .invalid("no value (placeholder DDDDEBBD of the meter)", code: .noData),
      ])
  }

  /// No value has a time; the time points stay those of their values.
  @Test func unsetClock() throws {
    let quirk = try #require(MeterQuirk.padPulsClock)
    let values = try report(quirk).values
    #expect(values.map(\.meterTime) == [nil, nil, nil, nil])
    #expect(
      values[1].reading
        == .invalid(
          "the meter's clock is not set (2000-12-31T10:41)", code: .invalidDate))
    #expect(values.map { $0.listing == .assignedTime } == [false, true, true, false])
    // The same meter with its clock set, to 2015-07-09 21:33 and 2014-12-31.
    let set = quirk.frame.replacing("290A1F0C", with: "2115E917").replacing("1F0C", with: "DF1C")
    let sum = try Hex.decode(set).dropFirst(4).dropLast(2).reduce(UInt8(0)) { $0 &+ $1 }
    let frame = set.dropLast(4) + Hex.byte(sum) + "16"
    #expect(
      try report(quirk, String(frame)).values.map { $0.meterTime?.iso8601 } == [
        "2015-07-09T21:33", nil, nil, "2014-12-31",
      ])
  }
}
