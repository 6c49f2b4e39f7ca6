import Metering
import Station
import Testing
import Time

@Suite struct ReadoutRasterTests {
  /// 2026-03-29 01:00 UTC, clocks go from 02:00 to 03:00 (date -u -d).
  private static let spring: Int64 = 1_774_746_000
  /// 2026-10-25 01:00 UTC, clocks go from 03:00 to 02:00.
  private static let autumn: Int64 = 1_792_890_000

  /// One interval with the first five turns from two intervals before each change on, as distances to it.
  struct Row: CustomTestStringConvertible {
    let unit: Int64
    let count: Int64
    let spring, autumn: [Int64]
    var testDescription: String { "\(count) × \(unit) s" }
  }

  private static func minutes(_ count: Int64, _ spring: [Int64], _ autumn: [Int64]) -> Row {
    Row(unit: 60, count: count, spring: spring, autumn: autumn)
  }

  private static func steady(_ unit: Int64, _ count: Int64) -> Row {
    let turns = (-2...2).map { $0 * count }
    return Row(unit: unit, count: count, spring: turns, autumn: turns)
  }

  /// All intervals that the manuals of EMU, SYSMESS and IZAR offer. Those that do not simply go on are by a program of
  /// its own in Python, with the zone database of the system.
  private static let rows =
    [10, 30].map { steady(1, $0) }
    + [1, 2, 3, 4, 5, 10, 15, 20, 30, 60].map { steady(60, $0) }
    + [
      minutes(45, [-75, -30, 15, 45, 90], [-90, -45, 0, 15, 60]),
      minutes(90, [-120, -30, 60, 90, 180], [-180, -90, 0, 60, 150]),
      minutes(120, [-240, -120, 0, 60, 180], [-180, -60, 120, 240, 360]),
      minutes(150, [-300, -150, 0, 90, 240], [-210, -60, 90, 150, 300]),
      minutes(180, [-300, -120, 0, 180, 360], [-360, -180, 60, 240, 420]),
      minutes(360, [-480, -120, 180, 540, 900], [-540, -180, 240, 600, 960]),
      minutes(720, [-840, -120, 540, 1260, 1980], [-900, -180, 600, 1320, 2040]),
      minutes(1080, [-1920, -840, 180, 1260, 2340], [-1980, -900, 240, 1320, 2400]),
      minutes(1440, [-1560, -120, 1260, 2700, 4140], [-1620, -180, 1320, 2760, 4200]),
      minutes(2880, [-4440, -1560, 1260, 4140, 7020], [-4500, -1620, 1320, 4200, 7080]),
      minutes(10_080, [-18840, -8760, 1260, 11340, 21420], [-18900, -8820, 1320, 11400, 21480]),
      minutes(
        40_320, [-59160, -18840, 21420, 61740, 102060], [-79380, -39060, 1320, 41640, 81960]),
    ]

  private func turns(
    _ raster: ReadoutRaster, _ count: Int, after time: Int64, _ zone: TimeZoneRules
  ) -> [Int64] {
    var turns: [Int64] = []
    while turns.count < count, let next = raster.next(after: turns.last ?? time, zone: zone) {
      turns.append(next)
    }
    return turns
  }

  @Test(arguments: rows) func intervalsOverTheChangesOfTheClock(row: Row) throws {
    let raster = ReadoutRaster.seconds(row.count * row.unit)
    for (change, expected) in [(Self.spring, row.spring), (Self.autumn, row.autumn)] {
      let start = change - 2 * row.count * row.unit - 1
      let found = turns(raster, 5, after: start, try berlin())
      #expect(found.map { ($0 - change) / row.unit } == expected)
      #expect(found.allSatisfy { ($0 - change).isMultiple(of: row.unit) })
    }
  }

  /// Local times by hand; with Z behind them UTC, where the local one does not say which.
  @Test(arguments: [
    (
      CalendarCycle.daily, "2026-01-01 02:30", "2026-03-27 12:00",
      ["2026-03-28T02:30", "2026-03-29T01:00Z", "2026-03-30T02:30"]
    ),
    (
      .daily, "2026-01-01 02:30", "2026-10-24 12:00",
      ["2026-10-25T00:30Z", "2026-10-26T02:30", "2026-10-27T02:30"]
    ),
    (
      .weekly, "2022-01-01 06:00", "2026-11-22 01:00",
      ["2026-11-28T06:00", "2026-12-05T06:00", "2026-12-12T06:00"]
    ),
    (
      .monthly, "2026-01-31 00:00", "2026-01-31 00:00",
      ["2026-02-28T00:00", "2026-03-31T00:00", "2026-04-30T00:00"]
    ),
    (
      .halfMonthly, "2026-01-01", "2026-02-14 00:00",
      ["2026-02-15T00:00", "2026-03-01T00:00", "2026-03-15T00:00"]
    ),
    (
      .halfMonthly, "2026-01-31 07:15", "2026-02-14 07:14",
      ["2026-02-14T07:15", "2026-02-28T07:15", "2026-03-14T07:15"]
    ),
    (
      .quarterly, "2026-05-31 08:00", "2026-05-31 08:00",
      ["2026-08-31T08:00", "2026-11-30T08:00", "2027-02-28T08:00"]
    ),
    (
      .yearly, "2024-02-29 00:00", "2026-02-28 00:00",
      ["2027-02-28T00:00", "2028-02-29T00:00", "2029-02-28T00:00"]
    ),
  ])
  func theCalendar(cycle: CalendarCycle, start: String, after: String, expected: [String]) throws {
    let zone = try berlin()
    let raster = ReadoutRaster(.calendar(cycle), start: try civil(start))
    let found = turns(raster, 3, after: zone.unixSeconds(of: try civil(after)), zone)
    let told = try zip(found, expected).map { time, text in
      let utc = try #require(CivilTime(unixSeconds: time))
      let local = try #require(zone.civil(at: time))
      return (text.hasSuffix("Z") ? utc.iso8601.dropLast(3) + "Z" : local.iso8601.dropLast(3))
    }
    #expect(told.map { String($0) } == expected && found.count == 3)
  }

  @Test(arguments: [
    (CalendarCycle.weekly, "2026-11-23T00:00"), (.monthly, "2026-12-01T00:00"),
    (.quarterly, "2027-01-01T00:00"), (.yearly, "2027-01-01T00:00"), (.daily, "2026-11-23T00:00"),
    (.halfMonthly, "2026-12-01T00:00"),
  ])
  func withoutAStart(cycle: CalendarCycle, expected: String) throws {
    let now = try civil("2026-11-22 01:00").unixSecondsAsUTC
    let next = ReadoutRaster(.calendar(cycle)).next(after: now, zone: .utc)
    #expect(next.flatMap(CivilTime.init(unixSeconds:))?.iso8601 == expected + ":00")
  }

  @Test func theLastCycleIsNone() {
    #expect(ReadoutRaster(.calendar(.never)).next(after: 0, zone: .utc) == nil)
    #expect(ReadoutRaster.seconds(.max).next(after: .max - 5, zone: .utc) == nil)
    #expect(ReadoutRaster(.seconds(60), delay: .max).next(after: .min, zone: .utc) == nil)
    #expect(ReadoutRaster.seconds(0).next(after: 5, zone: .utc) == 6, "one second at least")
  }

  @Test func theDelayAndTheStart() throws {
    let now = try civil("2026-11-22 01:00").unixSecondsAsUTC
    var raster = ReadoutRaster(.seconds(900), delay: 20)
    #expect(raster.next(after: now, zone: .utc) == now + 20)
    #expect(raster.next(after: now + 20, zone: .utc) == now + 920)
    raster.start = try civil("2026-01-01 00:05")
    #expect(raster.next(after: now, zone: .utc) == now + 320)
  }

  /// Lord Howe Island sets its clocks by half an hour: full hours before and after.
  @Test func halfAnHour() throws {
    let zone = try zone("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0")
    // 2026-10-03 15:30 UTC, from 02:00 to 02:30.
    let change = try civil("2026-10-03 15:30").unixSecondsAsUTC
    let found = turns(.seconds(3600), 4, after: change - 3601, zone)
    #expect(found.map { ($0 - change) / 60 } == [-60, 0, 30, 90])
    let daily = turns(.seconds(86_400), 2, after: change, zone)
    #expect(daily.compactMap { zone.civil(at: $0)?.hour } == [0, 0])
  }

  @Test func aTurnIsAlwaysLater() throws {
    let zone = try berlin()
    for seconds in [Int64(1), 7, 5400, 7200, 10_800, 86_400] {
      for step in 0..<200 {
        let time = Self.autumn - 7200 + Int64(step) * 73
        let next = ReadoutRaster.seconds(seconds).next(after: time, zone: zone) ?? 0
        #expect(next > time && next <= time + seconds + 3600)
      }
    }
  }
}
