import Metering
import RegisterMap
import Station
import Testing
import Time

/// Values of the list that the meter does not send: flagged, not dropped.
@Suite struct ValueNotSentTests {
  private func list() -> [MeterConfiguration] {
    var meter = fresh(1)
    meter.register = 10
    meter.values = [
      ValueConfiguration(dif: [0x0C], vif: [0x06], register: 20),
      ValueConfiguration(meaning: ValueMeaning(.power, .watt), register: 30, userLabel: "boiler"),
    ]
    return [meter]
  }

  private func give(_ bench: inout Bench, isComplete: Bool, _ values: [MeterValue]) {
    let report = MeterReport(
      identity: MeterIdentity(serial: MeterSerial(digits: 1)), values: values,
      isComplete: isComplete)
    bench.give(.readNow(nil))
    bench.give(
      .line(
        .readout(
          Readout(
            line: LineID(.mbus), meter: MeterID(1), time: bench.now, outcome: .success(report)))))
  }

  private let power = MeterValue(
    key: ValueKey(dif: [0x0B], vif: [0x2B]), meaning: ValueMeaning(.power, .watt),
    reading: .integer(40))

  @Test func itKeepsItsPlaceAndRegistersAndSaysSo() {
    var bench = Bench(list())
    bench.give(up)
    bench.answer(1, [energy(1)])
    let value = bench.meter(1).values[1]
    #expect(value.live.isNotSent && value.register == 30)
    #expect(value.quality.state == .neverRead && value.quality.errorCode == 0x87)
    #expect(value.registerEntry == .neverRead)
    #expect(bench.meter(1).valuesNotSent.count == 1)
    #expect(bench.meter(1).registerEntry.flags == .notAllUpToDate)
    #expect(
      bench.events.filter { $0.code == "value-missing" }.map(\.text) == [
        "meter 00000001: the value \"Power\" in W of the list is not in its telegrams; it keeps its "
          + "registers, and flag bit 1 of the meter stays set"
      ])
    #expect(bench.saved == list(), "the file keeps it")
  }

  @Test func itIsToldOnceAndAtOnceWhenItComesBack() {
    var bench = Bench(list())
    bench.give(up)
    give(&bench, isComplete: true, [energy(1), power])
    #expect(bench.meter(1).valuesNotSent.isEmpty)
    var told = 0
    for round in 0..<4 {
      give(&bench, isComplete: true, round == 2 ? [energy(1), power] : [energy(1)])
      told += bench.events.count { $0.code == "value-missing" }
      let quality = bench.meter(1).values[1].quality
      #expect(quality.state == (round == 2 ? .good : .stale))
      #expect(quality.errorCode == (round == 2 ? 0 : 0x87))
    }
    #expect(told == 1)
    #expect(bench.meter(1).values[1].live.lastGood?.reading == .integer(40))
  }

  /// What is in a telegram that did not come is not known, and neither what a silent meter would send.
  @Test func onlyWholeReadoutsTell() {
    var bench = Bench(list())
    bench.give(up)
    give(&bench, isComplete: false, [energy(1)])
    #expect(!bench.events.contains { $0.code == "value-missing" })
    #expect(bench.meter(1).valuesNotSent.isEmpty)
    #expect(bench.meter(1).values[1].quality.errorCode == 0)
    bench.give(.readNow(nil))
    bench.fail(1)
    #expect(bench.meter(1).valuesNotSent.isEmpty)
    give(&bench, isComplete: true, [energy(1)])
    #expect(bench.events.contains { $0.code == "value-missing" })
    bench.give(.readNow(nil))
    bench.fail(1)
    #expect(bench.meter(1).valuesNotSent.count == 1, "known until the meter says otherwise")
  }
}

/// `active` is for reports: MUC500 manual 1.1, ch. 4.4; Anybus gateway manual 2.4, ch. 4.3 and 9.4.
@Suite struct ActiveTests {
  @Test func neitherReadoutNorRegistersDependOnIt() {
    var benches: [Bench] = []
    for isActive in [true, false] {
      var listed = fresh(1)
      listed.isActive = isActive
      listed.values = [ValueConfiguration(dif: [0x0C], vif: [0x06], isActive: isActive)]
      var learns = fresh(2)
      learns.isActive = isActive
      var bench = Bench([listed, learns])
      bench.give(up)
      #expect(bench.asked == MeterID(1))
      bench.answer(1, [energy(267)])
      #expect(bench.asked == MeterID(2))
      bench.answer(2, [energy(5), volume()])
      #expect(bench.saved.map(\.isActive) == [isActive, isActive])
      benches.append(bench)
    }
    let (active, inactive) = (benches[0], benches[1])
    #expect(active.station.registerRows == inactive.station.registerRows)
    #expect(inactive.station.registerRows.map(\.address.register) == [0, 10, 20, 30, 40, 50])
    for id in 1...2 {
      #expect(active.meter(id).registerEntry == inactive.meter(id).registerEntry)
      #expect(
        active.meter(id).values.map(\.registerEntry)
          == inactive.meter(id).values.map(\.registerEntry))
      #expect(active.meter(id).quality == inactive.meter(id).quality)
    }
  }
}

/// Meters added by hand.
@Suite struct AddedByHandTests {
  @Test func aSerialAloneIsEnough() {
    var bench = Bench([fresh(0x6660_0106)])
    bench.give(up)
    bench.answer(1, [energy(1), volume()], serial: 0x6660_0106)
    #expect(bench.isSaving)
    #expect(bench.saved[0].identity == MeterIdentity(serial: MeterSerial(digits: 0x6660_0106)))
    #expect(bench.saved[0].values.map(\.vif) == [[0x06], [0x14]])
    #expect(bench.saved[0].values.map(\.register) == [20, 30])
  }

  @Test func aPrimaryAddressAloneIsEnough() {
    var bench = Bench([MeterConfiguration(primaryAddress: 5, usesPrimaryAddress: true)])
    bench.give(up)
    let identity = MeterIdentity(
      serial: MeterSerial(digits: 0x6660_0106), manufacturer: ManufacturerCode(letters: "LUG"),
      version: 2, medium: .heat)
    let report = MeterReport(identity: identity, primaryAddress: 5, values: [energy(1)])
    bench.give(
      .line(
        .readout(
          Readout(
            line: LineID(.mbus), meter: MeterID(1), time: bench.now, outcome: .success(report)))))
    #expect(bench.saved[0].identity == identity)
    #expect(bench.saved[0].values.map(\.dif) == [[0x0C]])
    #expect(bench.saved[0].usesPrimaryAddress && bench.saved[0].register == 10)
  }

  /// Meters that no driver reads keep what they have.
  @Test func metersOfOtherInterfacesKeepTheirRegisters() {
    var radio = fresh(1)
    radio.interface = .wirelessMBus
    radio.register = 500
    radio.values = [ValueConfiguration(meaning: ValueMeaning(.volume, .cubicMetre), register: 510)]
    var bench = Bench([radio, fresh(2)])
    bench.give(up)
    #expect(bench.asked == MeterID(2))
    bench.answer(2, [energy(1)])
    #expect(bench.asked == nil)
    #expect(bench.meter(1).register == 500 && bench.meter(1).values.map(\.register) == [510])
    #expect(bench.meter(1).registerEntry == .neverRead)
    #expect(bench.saved[0] == radio)
  }
}
