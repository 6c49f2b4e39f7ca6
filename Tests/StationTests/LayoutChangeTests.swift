import Metering
import RegisterMap
import Station
import Testing
import Time

/// Layouts that change while the gateway runs, and lists that were made in another one.
@Suite struct LayoutChangeTests {
  private func running(_ layout: RegisterLayout, meters: UInt32 = 2) -> Bench {
    var bench = Bench(
      (1...meters).map { fresh($0) }, .init(readoutCycle: .seconds(60), layout: layout))
    bench.give(up)
    bench.readAll { [energy(Int64($0)), volume()] }
    return bench
  }

  private func change(_ bench: inout Bench, to layout: RegisterLayout) {
    var configuration = bench.station.configuration
    configuration.layout = layout
    bench.give(.configure(configuration, bench.saved, keeping: []))
  }

  private func registers(_ bench: Bench) -> [[Int?]] {
    bench.station.meters.map { [$0.register] + $0.values.map(\.register) }
  }

  @Test func registersStayAndThePeopleAreTold() {
    var bench = running(.standard)
    let saved = bench.saved
    change(&bench, to: RegisterLayout(isFloatOnly: true))
    #expect(bench.events.isEmpty, "all of them are possible")
    #expect(registers(bench) == [[10, 20, 30], [40, 50, 60]])
    #expect(bench.saved == saved && !bench.isSaving)
    bench.command(.allocate(.all, anew: true))
    #expect(registers(bench) == [[2, 4, 6], [8, 10, 12]])
    #expect(bench.isSaving)
    change(&bench, to: .standard)
    // 2–11 reaches into the device's entry; 4, 6 and 8 as well. 10–19 and 12–21 overlap.
    #expect(
      bench.events.map(\.text) == [
        """
        the register layout is standard now, and registers stay as they are: 5 of 6 entries have no valid \
        address in it (00000001; 00000001, value 1 ("Energy" in Wh); 00000001, value 2 ("Volume" in m^3); \
        and 2 more); "metergate allocate --all --anew" gives new ones
        """
      ], "not one a refusal")
    #expect(bench.events.map(\.code) == ["layout-changed"])
    #expect(bench.saved.map(\.register) == [2, 8], "the file keeps them")
    bench.give(.readNow(nil))
    bench.readAll { [energy(Int64($0)), volume()] }
    #expect(
      registers(bench) == [[nil, nil, nil], [nil, 10, nil]], "nor does a readout give others")
    bench.command(.allocate(.all, anew: true))
    #expect(registers(bench) == [[10, 20, 30], [40, 50, 60]])
  }

  @Test func orderAloneIsNoOtherLayout() {
    var bench = running(.standard)
    let order = RegisterOrder(swapsWords: true, swapsBytes: false, scope: .floats)
    change(&bench, to: RegisterLayout(order: order))
    #expect(bench.events.isEmpty)
    var empty = Bench([])
    change(&empty, to: RegisterLayout(isMultiSlave: true))
    #expect(empty.events.isEmpty)
  }

  /// What the file does not say yet is not given anew, either.
  @Test func registersThatAreNotSavedYet() {
    var bench = running(.standard, meters: 1)
    var configuration = bench.station.configuration
    configuration.layout = RegisterLayout(isFloatOnly: true)
    bench.give(.configure(configuration, [fresh(1)], keeping: []))
    #expect(registers(bench) == [[10, 20, 30]])
    bench.give(.readNow(nil))
    bench.readAll { [energy(Int64($0)), volume()] }
    #expect(registers(bench) == [[10, 20, 30]])
  }

  /// Hundreds of complaints, one for each entry, would hide the one that matters.
  @Test func aListOfAnotherLayoutAtTheStart() {
    var bench = running(.standard, meters: 30)
    bench.command(.assign(.meter(MeterID(30)), register: 1000))
    let started = Bench(bench.saved, .init(layout: RegisterLayout(isMultiSlave: true)))
    #expect(started.events.map(\.code) == ["registers-refused"])
    #expect(
      started.events.map(\.text) == [
        """
        the register layout is multi slave: 66 of 90 entries have no valid address in it (00000009; \
        00000009, value 1 ("Energy" in Wh); 00000009, value 2 ("Volume" in m^3); and 63 more); the list was \
        probably made for another layout, since a meter has register 250, while unit ids end at 247 with multi \
        slave; "metergate allocate --all --anew" gives new ones
        """
      ])
    #expect(started.saved == bench.saved)
  }

  /// A list with many mistakes of its own.
  @Test func manyCollisions() {
    func list(_ count: UInt32) -> [MeterConfiguration] {
      (0...count).map { number in
        var meter = fresh(number + 1)
        meter.register = 50
        return meter
      }
    }
    let few = Bench(list(3))
    #expect(
      few.events.filter { $0.severity > .info }.map(\.code) == [
        "register-refused", "register-refused", "register-refused",
      ])
    let many = Bench(list(500))
    #expect(
      many.events.filter { $0.severity > .info }.map(\.text) == [
        """
        the register layout is standard: 500 of 501 entries have no valid address in it (00000002; 00000003; \
        00000004; and 497 more); "metergate check" names them all, and why
        """
      ])
    #expect(many.events.first?.severity == .error)
  }
}
