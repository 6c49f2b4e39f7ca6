import Testing

@testable import Settings

/// The forms of values, one by one.
@Suite struct SettingTypeTests {
  private func allows(_ type: SettingType, _ text: String) -> Bool {
    (try? type.parse(text)) == .text(text)
  }

  @Test(arguments: [
    ("0", 0), ("65535", 65535), ("0x4DE3", 19939), ("0X4de3", 19939), ("0x0", 0), ("65536", nil),
    ("0x10000", nil), ("0x", nil), ("4DE3", nil), ("0x-1", nil), ("0x+1", nil), ("0xG", nil),
    ("0xFFFFFFFFFFFFFFFFF", nil), ("-1", nil), ("", nil),
  ])
  func codes(text: String, number: Int?) {
    #expect((try? SettingType.code(0...65535).parse(text)) == number.map { .integer($0) })
  }

  @Test(arguments: ["0.0.0.0", "192.168.1.101", "255.255.255.255"])
  func ipv4Addresses(text: String) { #expect(allows(.ipv4Address, text)) }

  @Test(arguments: ["192.168.1", "192.168.1.256", "fd00::1", "router", "192.168.1.1/24"])
  func noIPv4Addresses(text: String) { #expect(!allows(.ipv4Address, text)) }

  /// All 33 masks there are, and nothing else.
  @Test func netmasks() {
    for ones in 0...32 {
      let mask = ones == 0 ? 0 : UInt32.max << UInt32(32 - ones)
      let text = [24, 16, 8, 0].map { "\(mask >> UInt32($0) & 0xFF)" }.joined(separator: ".")
      #expect(allows(.netmask, text), "\(text)")
    }
    for text in ["255.0.255.0", "0.0.0.255", "255.255.255.253", "24", "/24", "255.255.255"] {
      #expect(!allows(.netmask, text), "\(text)")
    }
  }

  @Test(arguments: [
    "10.0.0.1", "fd00::1", "localhost", "pool.ntp.org", "my-time_server", "a", "1a", "9.example",
    "example.org.", String(repeating: "a", count: 63),
  ])
  func hosts(text: String) { #expect(allows(.anyHost, text)) }

  @Test(arguments: [
    "10.0.0.256", "10.0.0", "1", "time server", "a..b", ".a", "-a.b", "a-.b", "a:123", "[::1]",
    "http://a", "zähler.example", "a/b", ".", String(repeating: "a", count: 64),
  ])
  func noHosts(text: String) { #expect(!allows(.anyHost, text)) }

  @Test func theLongestHost() {
    let part = String(repeating: "a", count: 49) + "."
    let name = String(repeating: part, count: 5) + "abc"
    #expect(name.count == 253 && allows(.anyHost, name) && !allows(.anyHost, name + "d"))
    #expect(allows(.host(maximum: 5), "a.b.c") && !allows(.host(maximum: 5), "a.b.cd"))
  }

  @Test(arguments: [
    "192.168.2.228", "https://192.168.2.228", "sftp://192.168.2.228", "smtp.example.com",
    "mqtt://broker", "hub.example-devices.net", "https://a.example:8443/upload?x=1", "a:8883",
    "[fd00::1]:443", "https://[fd00::1]/x", "fd00::1", "ftps://a/",
  ])
  func servers(text: String) { #expect(allows(.server(maximum: 255), text)) }

  @Test(arguments: [
    "http//example.org", "http:/a", "://a", "1http://a", "ht tp://a", "https://", "a b", "a:0",
    "a:65536", "a:b", "a:", "fd00::1:x", "[fd00::1", "[a]", "https://a/b c", "user@a",
  ])
  func noServers(text: String) { #expect(!allows(.server(maximum: 255), text)) }

  @Test(arguments: [
    "a@example.org", "a.b+c@example.org", "a@b, c@d", "Meter Room <meters@example.org>",
    "a@10.0.0.1",
  ])
  func mailAddresses(text: String) { #expect(allows(.mailAddresses(maximum: 255), text)) }

  @Test(arguments: [
    "office", "@example.org", "a@", "a@b,", ",", "a b@c", "a@b c@d", "a@b@c", "Meter <a@b", "a@-",
  ])
  func noMailAddresses(text: String) { #expect(!allows(.mailAddresses(maximum: 255), text)) }

  @Test(arguments: [
    "1970-01-01", "2026-01-31 06:00", "2026-01-31T06:00", "2026-12-31 23:59:59", "2024-02-29",
    "2000-02-29 00:00", "0", "1577836800", "4294967295",
  ])
  func pointsInTime(text: String) { #expect(allows(.pointInTime, text)) }

  @Test(arguments: [
    "2026-01-32", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "26-01-01",
    "2026-1-1", "1969-12-31", "2026-01-31 24:00", "2026-01-31 06:60", "2026-01-31 6:00",
    "2026-01-31 06:00:60", "2026-01-31 06", "2026-01-31 ", "2026-01-31 06:00 ", "06:00",
    "31.01.2026", "4294967296", "-1", "99999999999",
  ])
  func noPointsInTime(text: String) { #expect(!allows(.pointInTime, text)) }

  @Test func countriesAndPaths() {
    #expect(allows(.countryCode, "DE") && allows(.countryCode, "se"))
    for text in ["D", "DEU", "D1", "ÄÖ"] { #expect(!allows(.countryCode, text)) }
    #expect(allows(.anyPath, "app/keys/own.pem") && allows(.anyPath, "/dev/ttyS1"))
    #expect(!allows(.anyPath, "app/keys/") && !allows(.path(maximum: 3), "abcd"))
  }
}

/// METER_TIME in the unit of METER_CYCLEMODE (MUC500 manual 1.1, ch. 4.6).
@Suite struct ReadoutCycleTests {
  @Test(arguments: [
    ("METER_TIME=15", ReadoutCycle.seconds(15)),
    ("METER_TIME=15\nMETER_CYCLEMODE=minute", .seconds(900)),
    ("METER_TIME=2\nMETER_CYCLEMODE=HOUR", .seconds(7_200)),
    ("METER_TIME=4294967295\nMETER_CYCLEMODE=HOUR", .seconds(4_294_967_295)),
    ("METER_TIME=15\nMETER_CYCLEMODE=WEEKLY", .calendar(mode: "WEEKLY")),
  ])
  func cycles(lines: String, expected: ReadoutCycle) {
    let settings = Settings.read(INIDocument("[SOLVIMUS]\n" + lines + "\n")).settings
    #expect(settings.readoutCycle == expected)
  }

  @Test func theCalendarNeedsNoWarning() {
    let file = INIDocument("[SOLVIMUS]\nMBUS_ENABLE=0\nMETER_CYCLEMODE=halfmonthly\n")
    let (settings, said) = Settings.read(file)
    #expect(settings.readoutCycle == .calendar(mode: "HALFMONTHLY") && said.isEmpty)
    #expect(settings.readoutCycle.inSeconds == nil)
  }

  @Test(
    arguments: [
      ("", nil), ("0", nil), ("1234", .unix(1234)),
      (
        "2026-01-31T06:00",
        .local(year: 2026, month: 1, day: 31, hour: 6, minute: 0, second: 0)
      ),
      (
        "2028-02-29 23:59:58",
        .local(year: 2028, month: 2, day: 29, hour: 23, minute: 59, second: 58)
      ), ("2026-01-31", .local(year: 2026, month: 1, day: 31, hour: 0, minute: 0, second: 0)),
    ] as [(String, PointInTime?)])
  func starts(text: String, expected: PointInTime?) {
    let file = INIDocument("[SOLVIMUS]\nMETER_CYCLETIMESTAMP=\(text)\n")
    #expect(Settings.read(file).settings.readoutStart == expected)
  }
}
