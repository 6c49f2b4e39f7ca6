import Foundation
import Testing
import Time

@Suite struct TimeZoneRulesTests {
  /// A file with 64-bit times: UTC+1, and summer time in 2026 as in central Europe, then by the rule.
  private static func file(
    _ transitions: [(Int64, UInt8)] = [(1_774_746_000, 1), (1_792_890_000, 0)],
    footer: String = "CET-1CEST,M3.5.0,M10.5.0/3"
  ) -> [UInt8] {
    func bytes(_ number: Int64, _ count: Int) -> [UInt8] {
      (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    func header(_ transitions: Int, _ types: Int, _ characters: Int) -> [UInt8] {
      Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        + [0, 0, 0, transitions, types, characters].flatMap { bytes(Int64($0), 4) }
    }
    let types = bytes(3600, 4) + [0, 0] + bytes(7200, 4) + [1, 4]
    let names = Array("CET\0CEST\0".utf8)
    return header(0, 1, 4) + bytes(3600, 4) + [0, 0] + names.prefix(4)
      + header(transitions.count, 2, names.count)
      + transitions.flatMap { bytes($0.0, 8) } + transitions.map(\.1) + types + names
      + [0x0A] + Array(footer.utf8) + [0x0A]
  }

  private func time(_ text: String, isSummer: Bool = false) throws -> CivilTime {
    let numbers = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
    return try #require(
      numbers.count == 3
        ? CivilTime(year: numbers[0], month: numbers[1], day: numbers[2])
        : CivilTime(
          year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3],
          minute: numbers[4], isSummerTime: isSummer))
  }

  private func utc(_ rules: TimeZoneRules, _ text: String, isSummer: Bool = false) throws -> String
  {
    try #require(
      CivilTime(unixSeconds: rules.unixSeconds(of: time(text, isSummer: isSummer)))
    ).iso8601
  }

  /// 2026-03-29 01:00 UTC is 1774746000, 2026-10-25 01:00 UTC is 1792890000 (date -u -d).
  @Test(arguments: [2026, 2027, 2044])
  func timesOfAYear(year: Int) throws {
    let rules = try #require(TimeZoneRules(tzif: Self.file()))
    #expect(try utc(rules, "\(year)-01-15T12:00") == "\(year)-01-15T11:00:00")
    #expect(try utc(rules, "\(year)-07-15T12:00") == "\(year)-07-15T10:00:00")
    #expect(try utc(rules, "\(year)-07-15") == "\(year)-07-14T22:00:00", "a date is its 00:00")
  }

  /// 2026 by the table, 2027 (31 October) by the rule at the end.
  @Test(arguments: ["2026-10-25", "2027-10-31"]) func theHourThatOccursTwice(day: String) throws {
    let rules = try #require(TimeZoneRules(tzif: Self.file()))
    #expect(try utc(rules, "\(day)T02:30", isSummer: true) == "\(day)T00:30:00")
    #expect(try utc(rules, "\(day)T02:30") == "\(day)T01:30:00")
    #expect(try utc(rules, "\(day)T02:00", isSummer: true) == "\(day)T00:00:00")
    #expect(try utc(rules, "\(day)T03:00", isSummer: true) == "\(day)T02:00:00", "occurs once")
  }

  /// Meters that never set the flag, or set it all year, are right all the same: elsewhere the zone decides.
  @Test(arguments: [
    ("2026-01-15T12:00", "2026-01-15T11:00:00"), ("2026-07-01T12:00", "2026-07-01T10:00:00"),
  ])
  func theFlagElsewhere(shown: String, expected: String) throws {
    let rules = try #require(TimeZoneRules(tzif: Self.file()))
    #expect(try utc(rules, shown, isSummer: true) == expected)
    #expect(try utc(rules, shown) == expected)
    #expect(try utc(.utc, shown, isSummer: true) == shown + ":00")
  }

  @Test(arguments: ["2026-03-29", "2027-03-28"]) func theHourThatIsSkipped(day: String) throws {
    let rules = try #require(TimeZoneRules(tzif: Self.file()))
    #expect(try utc(rules, "\(day)T01:59") == "\(day)T00:59:00")
    #expect(try utc(rules, "\(day)T02:30") == "\(day)T01:30:00", "as if it had not been set")
    #expect(try utc(rules, "\(day)T03:00") == "\(day)T01:00:00")
  }

  /// Offsets of rules, computed by hand: half hours, names in brackets, summer over the end of the year, days
  /// that are counted, times beyond the day.
  @Test(arguments: [
    ("<+0330>-3:30", "2040-07-01T12:00", "2040-07-01T08:30:00"),
    ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2040-01-15T12:00", "2040-01-14T23:00:00"),
    ("NZST-12NZDT,M9.5.0,M4.1.0/3", "2040-07-15T12:00", "2040-07-15T00:00:00"),
    ("IST-2IDT,M3.4.4/26,M10.5.0", "2040-07-15T12:00", "2040-07-15T09:00:00"),
    ("AAA3BBB,J60,J300", "2040-03-01T12:00", "2040-03-01T14:00:00"),
    ("AAA3BBB,J60,J300", "2040-02-29T12:00", "2040-02-29T15:00:00"),
    ("AAA3BBB,59,299", "2040-02-29T12:00", "2040-02-29T14:00:00"),
    ("UTC0", "2040-07-15T12:00", "2040-07-15T12:00:00"),
  ]) func rulesAtTheEnd(footer: String, local: String, expected: String) throws {
    let rules = try #require(TimeZoneRules(tzif: Self.file([(0, 0)], footer: footer)))
    #expect(try utc(rules, local) == expected)
  }

  @Test func damagedFilesAreNone() throws {
    let good = Self.file()
    for length in 0..<good.count {
      #expect(TimeZoneRules(tzif: Array(good.prefix(length))) == nil, "\(length) bytes")
    }
    #expect(TimeZoneRules(tzif: Self.file([(5, 0), (5, 1)])) == nil, "transitions out of order")
    #expect(TimeZoneRules(tzif: Self.file([(5, 2)])) == nil, "a type that is not there")
    for footer in [
      "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "C1", "CET-25",
    ] {
      #expect(TimeZoneRules(tzif: Self.file(footer: footer)) == nil, "\(footer)")
    }
    // Whatever a byte is, nothing traps.
    let time = try time("2026-07-15T12:00")
    for index in good.indices {
      for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
        var bytes = good
        bytes[index] = value
        _ = TimeZoneRules(tzif: bytes)?.unixSeconds(of: time)
      }
    }
  }

  /// Against the zones of Foundation, where the machine has the zone database.
  @Test(arguments: [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
    "Asia/Kathmandu",
  ]) func asFoundationHasThem(name: String) throws {
    guard let data = try? Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)")),
      let zone = TimeZone(identifier: name)
    else { return }
    let rules = try #require(TimeZoneRules(tzif: Array(data)))
    // Each 40 hours and 7 minutes from 1990 to 2060: no hour of a change is hit twice alike.
    for seconds in stride(from: Int64(631_152_000), to: 2_840_140_800, by: 144_420) {
      let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
      let shown = try #require(CivilTime(unixSeconds: seconds + Int64(offset)))
      let found = rules.unixSeconds(of: shown)
      // The hour that occurs twice: without a mark the second.
      let isTwice = found > seconds && found <= seconds + 7200
      #expect(found == seconds || isTwice, "\(name) \(shown.iso8601)")
    }
  }

  @Test func theFlagTakesNoRoom() {
    #expect(MemoryLayout<CivilTime>.size == 8 && MemoryLayout<CivilTime?>.size == 8)
  }
}
