import MeterFiles
import Metering
import Testing
import Time

@testable import metergate

/// What `metergate send set-time` writes, and what it says of it.
@Suite struct ClockOrderTests {
  private func time(_ second: Int?) throws -> CivilTime {
    try #require(
      CivilTime(year: 2026, month: 11, day: 22, hour: 8, minute: 0, second: second))
  }

  @Test func secondsAreNotDroppedInSilence() throws {
    let dropped = ClockOrder(try time(33), withSeconds: false)
    #expect(dropped.command == .setClock(try time(nil), withSeconds: false))
    #expect(
      dropped.note
        == "the clock gets 2026-11-22T08:00: seconds are not in type F; --seconds writes type I, which has them"
    )
    let kept = ClockOrder(try time(33), withSeconds: true)
    #expect(kept.command == .setClock(try time(33), withSeconds: true))
    #expect(kept.note == nil)
    for second in [nil, 0] {
      #expect(ClockOrder(try time(second), withSeconds: false).note == nil)
    }
  }

  /// 1795334433 is 2026-11-22 08:00:33 UTC: one hour later in Berlin in winter.
  @Test func now() throws {
    let zone = try #require(ZoneFile.rules("Europe/Berlin"))
    let exact = try #require(
      ClockOrder(now: 1_795_334_433, zone, called: "Europe/Berlin", withSeconds: true))
    #expect(exact.note == "the clock gets 2026-11-22T09:00:33 (time zone Europe/Berlin)")
    let nearest = try #require(
      ClockOrder(now: 1_795_334_433, .utc, called: "Universal", withSeconds: false))
    #expect(
      nearest.command
        == .setClock(
          try #require(CivilTime(year: 2026, month: 11, day: 22, hour: 8, minute: 1)),
          withSeconds: false))
    #expect(
      nearest.note
        == "the clock gets 2026-11-22T08:01 (time zone Universal), the nearest minute: seconds are not in type F; "
        + "--seconds writes type I, which has them")
    #expect(ClockOrder(now: .max, .utc, called: "Universal", withSeconds: false) == nil)
  }
}
