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
        "M-Bus line 0 is held low: probably a short circuit of the bus, or a level converter without power; or it was "
          + "disturbed and no meter is connected. No meter can answer until that is mended"
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
    // Who works on the bus mends it, and unplugs the adapter: the line comes back lent.
    bench.give(up)
    bench.give(low)
    bench.give(.line(.state(LineID(.mbus), .lent(.service))))
    bench.give(down)
    #expect(!bench.station.isLineHeldLow)
    bench.give(.line(.state(LineID(.mbus), .lent(.service))))
    bench.give(up)
    #expect(!bench.station.isLineHeldLow)
    bench.give(low)
    #expect(bench.events.map(\.code) == ["line-held-low"])
  }

  /// While nobody is due, meters whose speed the line refuses are left alone.
  @Test func anIdleLineDoesNotAskForARefusedSpeedAgainAndAgain() {
    var configuration = Station.Configuration(readoutCycle: .seconds(600))
    configuration.isContinuous = true
    var bench = Bench([fresh(1), fresh(2)], configuration)
    bench.give(up)
    bench.fail(1, .speedRefused("why"))
    bench.fail(2, .speedRefused("why"))
    #expect(bench.asked == nil)
    #expect(bench.effects.contains { if case .wake = $0 { true } else { false } })
    bench.pass(600)
    bench.give(.wake)
    #expect(bench.asked == MeterID(1), "at its turn")
  }

  @Test func whyACommandHasNoAnswer() {
    #expect(
      SendReply.Ending.lineDown("it is lent").whyThereIsNoAnswer == "it is lent; nothing is sent")
    #expect(
      SendReply.Ending.lineLost("the device is gone").whyThereIsNoAnswer
        == "the line was lost before the answer came, so that it may have been carried out: the device is gone"
    )
    #expect(SendReply.Ending.silence.whyThereIsNoAnswer == nil)
  }

  @Test func whatBecameOfACommand() {
    let texts: [(SendReply.Check, String)] = [
      (.confirmed("its clock shows 2026"), "done; read back: its clock shows 2026"),
      (.sentToAll, "sent; nobody acknowledges a frame to all meters"),
      (.acknowledged, "acknowledged"),
      (.unseen, "acknowledged; whether the meter did it cannot be read back"),
      (.notShown("why"), "acknowledged; it cannot be checked: why"),
      (.otherwise("what"), "acknowledged, but not done; read back: what"),
      (.refused("why"), "why"),
    ]
    for (check, text) in texts { #expect(check.text == text) }
  }

  /// A command is under way, maybe behind its acknowledgement, when the line is lost or another one follows.
  @Test func aCommandUnderWayMayHaveBeenCarriedOut() {
    let job = StationInput.send(SendJob([0x10, 0x40, 0x05, 0x45, 0x16]))
    for (end, why) in [
      (down, "the connection was closed"),
      (StationInput.lineRemoved, "the settings have another line by now"),
    ] {
      var bench = Bench([])
      bench.give(up)
      bench.give(job)
      bench.give(end)
      #expect(bench.effects.contains(.sent(SendReply(.lineLost(why)))))
    }
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
