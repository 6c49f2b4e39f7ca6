import Metering
import Station
import Testing
import Time

/// What is listed beside values, and what a meter says of itself.
@Suite struct ListingTests {
  private let status = MeterValue(
    key: ValueKey(), meaning: ValueMeaning(.meterStatusByte, .binary), reading: .integer(4),
    listing: .statusByte)
  private func frame(_ number: Int) -> MeterValue {
    MeterValue(
      key: ValueKey(occurrence: number), meaning: ValueMeaning(.dataFrame, .none),
      reading: .binary([0xE5]), listing: .dataFrame)
  }

  private func job(_ bench: Bench) -> ReadJob? {
    for case .perform(.read(let job)) in bench.effects { return job }
    return nil
  }

  @Test func theLineIsToldWhatIsWanted() {
    var meter = fresh(1)
    meter.encryptionKey = [UInt8](0..<16)
    var bench = Bench([meter], .init(listings: [.statusByte, .dataFrame]))
    bench.give(up)
    #expect(job(bench)?.listings == [.statusByte, .dataFrame])
    #expect(job(bench)?.encryptionKey == [UInt8](0..<16))
    #expect(job(bench)?.identity.serial.digits == 1)
  }

  @Test func eachIsOnePlaceOfTheList() {
    var bench = Bench([fresh(1)], .init(listings: [.statusByte, .dataFrame]))
    bench.give(up)
    for _ in 0..<2 {
      bench.answer(1, [energy(1), status, frame(0), frame(1)])
      bench.pass(900)
      bench.give(.wake)
    }
    let meter = bench.meter(1)
    #expect(
      meter.values.map(\.meaning.type) == [.energy, .meterStatusByte, .dataFrame, .dataFrame])
    #expect(meter.values.map(\.live.misses) == [0, 0, 0, 0])
    #expect(meter.values[1].registerEntry.integer == 4)
    #expect(meter.values[2].registerEntry.integer == 0)
    // After a restart with the list of the file they are the same.
    var again = Bench(bench.saved, .init(listings: [.statusByte, .dataFrame]))
    again.give(up)
    again.answer(1, [energy(1), status, frame(0), frame(1)])
    #expect(again.meter(1).values.map(\.live.isNotSent) == [false, false, false, false])
    #expect(again.meter(1).values.map(\.register) == meter.values.map(\.register))
  }

  @Test func whatTheListHasIsAskedForThoughSettingsDoNot() {
    var bench = Bench([fresh(1)], .init(listings: [.statusByte]))
    bench.give(up)
    bench.answer(1, [energy(1), status])
    var again = Bench(bench.saved)
    again.give(up)
    #expect(job(again)?.listings == [.statusByte])
    again.answer(1, [energy(1), status])
    #expect(again.meter(1).values.map(\.registerEntry.integer) == [1, 4])
  }

  /// A value of the maker's own (VIF 7F) is none of the blocks behind the records, and does not ask for them.
  @Test func aValueOfTheMakersOwnAsksForNothing() {
    func asked(_ vif: [UInt8], _ dif: [UInt8]) -> Set<MeterValue.Listing>? {
      let value = MeterValue(
        key: ValueKey(dif: dif, vif: vif), meaning: ValueMeaning(.vendorSpecificData, .none),
        reading: .integer(1))
      var bench = Bench([fresh(1)], .init(listings: [.vendorData]))
      bench.give(up)
      bench.answer(1, [value])
      bench.give(.configure(.init(), bench.saved, keeping: []))
      bench.give(.readNow(nil))
      return job(bench)?.listings
    }
    #expect(asked([0x7F], [0x01]) == [])
    #expect(asked([], [0x0F]) == [.vendorData])
  }

  @Test func textsAreTrimmedOnDemand() {
    let text = MeterValue(
      key: ValueKey(dif: [0x0D], vif: [0xFD, 0x11]), meaning: ValueMeaning(.customer, .none),
      reading: .text("\u{2400} a b \u{2400}"))
    for (trims, expected) in [(false, "\u{2400} a b \u{2400}"), (true, "a b")] {
      var bench = Bench([fresh(1)], .init(trimsTexts: trims))
      bench.give(up)
      bench.answer(1, [text])
      #expect(bench.meter(1).values.first?.live.lastGood?.reading == .text(expected))
    }
  }

  @Test func errorsOfTheMeterAreToldOnce() {
    var bench = Bench([fresh(1)])
    bench.give(up)
    var told: [String] = []
    for status: UInt8 in [0x00, 0x20, 0x04, 0x04, 0x0C, 0x00] {
      let report = MeterReport(
        identity: MeterIdentity(serial: MeterSerial(digits: 1)), status: status,
        values: [energy(1)])
      bench.give(
        .line(
          .readout(
            Readout(
              line: LineID(.mbus), meter: MeterID(1), time: bench.now, outcome: .success(report)))))
      told += bench.events.filter { $0.code == "meter-status" }.map { "\($0.severity) \($0.text)" }
      bench.pass(900)
      bench.give(.wake)
    }
    #expect(
      told == [
        "warning meter 00000001 reports: power low",
        "warning meter 00000001 reports: power low, permanent error",
        "info meter 00000001 reports no error any more",
      ])
  }
}
