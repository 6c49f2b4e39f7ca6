import Metering
import Station
import Testing
import Time

/// What a line says of itself beside being there.
@Suite struct LineTroubleTests {
  private func texts(_ bench: Bench) -> [String] { bench.events.map(\.text) }

  @Test func aLineThatIsHeldLowIsToldOnceAndWhenItIsSoundAgain() {
    var bench = Bench([])
    bench.give(up)
    let low = StationInput.line(.heldLow(LineID(.mbus), true))
    bench.give(low)
    #expect(bench.station.isLineHeldLow)
    #expect(bench.events.map(\.code) == ["line-held-low"])
    #expect(bench.events.map(\.severity) == [.error])
    #expect(
      texts(bench) == [
        "M-Bus line 0 is held low: a short circuit of the bus, or a level converter without power; no meter can "
          + "answer until that is mended"
      ])
    bench.give(low)
    #expect(bench.events.isEmpty)
    bench.give(.line(.heldLow(LineID(.mbus), false)))
    #expect(!bench.station.isLineHeldLow)
    #expect(bench.events.map(\.code) == ["line-sound"])
    #expect(texts(bench) == ["M-Bus line 0 is no longer held low"])
    bench.give(low)
    bench.give(.line(.state(LineID(.mbus), .lent(.service))))
    #expect(bench.station.isLineHeldLow, "whoever works on the bus sees it, too")
    bench.give(up)
    #expect(bench.station.isLineHeldLow)
    bench.give(down)
    #expect(!bench.station.isLineHeldLow, "nobody knows")
  }

  /// Both meters want the speed; the line says why they cannot have it, once until it is there anew.
  @Test func aSpeedThatTheLineDoesNotTakeIsToldOnce() {
    let why =
      "/dev/ttyS1: cannot be set to 300 baud: the port cannot do 300 baud; the nearest that it offers is 9600"
    var bench = Bench([fresh(1), fresh(2)])
    bench.give(up)
    bench.fail(1, .speedRefused(why))
    #expect(bench.events.map(\.code) == ["speed-refused"])
    #expect(texts(bench) == ["M-Bus line 0, \(why); meters with this speed are not read"])
    #expect(bench.events.first?.severity == .error)
    #expect(bench.meter(1).misses == 1)
    bench.fail(2, .speedRefused(why))
    #expect(bench.events.isEmpty)
    bench.give(down)
    bench.give(up)
    bench.fail(1, .speedRefused(why))
    #expect(bench.events.map(\.code) == ["speed-refused"])
  }
}
