import Metering
import RegisterMap
import Testing
import Time

@Suite struct ValueEntryTests {
  /// MUC500 manual 1.1, table 36: 12345678 × 10^-4 Wh is 0x449A522B, 0xFFFC, unit 5; its time is
  /// 0x5CE55EAC, 2019-05-22 14:37:32 UTC.
  @Test func testDataOfTheManual() throws {
    let time = try #require(
      CivilTime(year: 2019, month: 5, day: 22, hour: 14, minute: 37, second: 32))
    var bank = RegisterBank(
      device: DeviceEntry(
        serial: 0xD080_0DC1, protocolVersion: 2, version: 0x84, clockRule: .systemTime))
    let identity = MeterIdentity(
      serial: MeterSerial(digits: 0x1234_5678), manufacturer: ManufacturerCode(letters: "ABC"),
      version: 1, medium: .electricity)
    let read = WallTime(unixSeconds: 0x5CE5_5EAC)
    bank.patch(MeterEntry(identity, readoutTime: read), at: RegisterAddress(10))
    bank.patch(
      ValueEntry(value(.integer(12_345_678), scale: -4, meterTime: time)),
      at: RegisterAddress(20))
    #expect(
      bank.words(0, 30, now: read.unixSeconds) == [
        0xD080, 0x0DC1, 0x0002, 0x0084, 0x5CE5, 0x5EAC, 0x0000, 0x0100, 0x0000, 0x0000,
        0x00BC, 0x614E, 0x0443, 0x0102, 0x5CE5, 0x5EAC, 0x0000, 0x0200, 0x0000, 0x0000,
        0x0000, 0x0000, 0x00BC, 0x614E, 0x449A, 0x522B, 0xFFFC, 0x0005, 0x5CE5, 0x5EAC,
      ])
  }

  @Test func integersGoThroughWhole() {
    for number in [Int64.min, -1, 0, 1, 9_007_199_254_740_993, .max] {
      #expect(ValueEntry(value(.integer(number))).integer == number)
    }
    #expect(ValueEntry(value(.integer(.min))).float == -0x1p63)
  }

  /// MUC500 manual 1.1, table 34: the integer is valid only when the meter sent no float.
  @Test func aFloatHasNoInteger() {
    let entry = ValueEntry(value(.real(1.5), scale: 3, unit: .watt))
    #expect(entry == ValueEntry(integer: 0, float: 1500, scale: 3, unit: 13, meterTime: 0))
  }

  @Test func aFactorEntersTheFloatOnly() {
    let entry = ValueEntry(value(.integer(100), scale: -1, factor: 0.25))
    #expect(entry == ValueEntry(integer: 100, float: 2.5, scale: -1, unit: 5, meterTime: 0))
  }

  /// 100 × 10^scale and something of the unit: by hand.
  @Test(
    arguments: [
      (0, 1.0, 101, 0), (0, 0.01, 10_001, -2), (3, 0.1, 1_000_001, -1), (-3, 1.0, 1100, -3),
      (0, 1.11, 10_111, -2), (-2, 0.001, 1001, -3), (0, -0.5, 995, -1),
    ] as [(Int, Double, Int64, Int16)])
  func whatIsAddedIsInTheInteger(scale: Int, addend: Double, integer: Int64, exponent: Int16) {
    var sent = value(.integer(100), scale: scale)
    sent.addend = addend
    let entry = ValueEntry(sent)
    #expect(entry.integer == integer && entry.scale == exponent)
    #expect(sent.scaled.map { Float($0) } == entry.float)
    #expect(!sent.withAddendInNumber.isMoreThanScaledNumber)
  }

  @Test func whatCannotBeInTheIntegerIsMarked() {
    var large = value(.integer(.max - 1), scale: 0)
    large.addend = 0.001
    var factor = value(.integer(100), factor: 0.25)
    factor.addend = 1
    var fine = value(.integer(100), scale: 0)
    fine.addend = 1.0 / 3
    for sent in [large, factor, fine, value(.integer(1), factor: 0.25)] {
      #expect(sent.withAddendInNumber == sent && sent.isMoreThanScaledNumber)
    }
    #expect(ValueEntry(factor).integer == 100 && ValueEntry(factor).float == 26)
    #expect(!value(.real(1.5), factor: 0.25).isMoreThanScaledNumber, "there is no integer anyway")
    #expect(!value(.integer(1), scale: 3).isMoreThanScaledNumber)
  }

  /// Ten times as much of all of it, of what is added as well.
  @Test func theUsersFactorIsOneOfAll() {
    var sent = value(.integer(100), scale: 0)
    sent.addend = 0.5
    #expect(sent.scaled(by: .powerOfTen(1)).scaled == 1005)
    #expect(ValueEntry(sent.scaled(by: .powerOfTen(1))).integer == 1005)
    #expect(sent.scaled(by: .factor(2.5)).scaled == 251.25)
    sent.factor = 2
    #expect(sent.scaled(by: .powerOfTen(1)).scaled == 2005)
    #expect(sent.scaled(by: .factor(2.5)).scaled == 501.25)
  }

  /// No number that a program could take for one: NaN, and the lowest integer.
  @Test func whatIsUnusableShowsThatThereIsNoNumber() {
    let entry = ValueEntry(value(.invalid("hex digits in a BCD"), scale: 2, unit: .watt))
    #expect(entry.integer == .min && entry.float.bitPattern == 0x7FC0_0000)
    #expect(entry.scale == 2 && entry.unit == 13)
  }

  @Test func anInvalidDateShowsZero() {
    let entry = ValueEntry(value(.invalid("invalid date"), scale: 0, unit: .utc))
    #expect(entry.integer == 0 && entry.float == 0 && entry.unit == 25)
  }

  @Test func textAndBytesShowZero() {
    for reading: Reading in [.text("OK"), .binary([1, 2])] {
      let entry = ValueEntry(value(reading, scale: 2, unit: .none))
      #expect(entry == ValueEntry(integer: 0, float: 0, scale: 2, unit: 0, meterTime: 0))
    }
  }

  /// Two clocks of one place: one that was put back at 2026-10-25 03:00 (01:00 UTC, 1792890000) to 02:00.
  private static let europe: [UInt8] = {
    func bytes(_ number: Int64, _ count: Int) -> [UInt8] {
      (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    func header(_ transitions: Int64, _ types: Int64) -> [UInt8] {
      Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        + [0, 0, 0, transitions, types, 4].flatMap { bytes($0, 4) }
    }
    let winter = bytes(3600, 4) + [0, 0]
    let summer = bytes(7200, 4) + [1, 0]
    return header(0, 1) + winter + Array("CET\0".utf8)
      + header(2, 2) + bytes(1_774_746_000, 8) + bytes(1_792_890_000, 8) + [1, 0] + winter + summer
      + Array("CET\0".utf8) + Array("\n\n".utf8)
  }()

  /// Hourly values backwards from 06:00, which is 05:00 UTC: an hour each, whatever clocks showed. At 04:00 UTC
  /// the first of them was taken, and 00:00 UTC is not left out.
  @Test func elapsedTimeIsCountedInUTC() throws {
    let zone = try #require(TimeZoneRules(tzif: Self.europe))
    let base = try #require(CivilTime(year: 2026, month: 10, day: 25, hour: 6, minute: 0))
    let fiveOClock: UInt32 = 1_792_904_400
    for hours in 0...8 {
      var hourly = value(.integer(1), meterTime: base)
      hourly.elapsed = Int64(-3600 * hours)
      #expect(ValueEntry(hourly, zone: zone).meterTime == fiveOClock - UInt32(3600 * hours))
    }
  }

  /// 2014-03-13 11:11 UTC is 1394709060 (date -u -d "2014-03-13 11:11" +%s); the nearest
  /// 32-bit float is 60 s later.
  @Test func aDateShowsUnixSeconds() throws {
    let time = try #require(CivilTime(year: 2014, month: 3, day: 13, hour: 11, minute: 11))
    let entry = ValueEntry(value(.time(time), scale: 5, unit: .none, meterTime: time))
    #expect(
      entry
        == ValueEntry(
          integer: 1_394_709_060, float: 1_394_709_120, scale: 0, unit: 25,
          meterTime: 1_394_709_060))
  }

  @Test func whatDoesNotFitDoesNotTrap() throws {
    let early = try #require(CivilTime(year: 1969, month: 12, day: 31))
    let late = try #require(CivilTime(year: 2106, month: 2, day: 8))
    #expect(ValueEntry(value(.integer(1), meterTime: early)).meterTime == 0)
    #expect(ValueEntry(value(.integer(1), meterTime: late)).meterTime == 0)
    #expect(ValueEntry(value(.time(early))).integer == -86_400)
    #expect(ValueEntry(value(.integer(1), scale: 40_000)).scale == .max)
    #expect(ValueEntry(value(.integer(1), scale: -40_000)).scale == .min)
    #expect(ValueEntry(value(.integer(0), scale: .max)).float == 0, "0 × infinity")
    #expect(ValueEntry(value(.integer(1), scale: .min)).float == 0)
    #expect(ValueEntry(value(.real(-1e300))).float == -.infinity)
    #expect(ValueEntry(value(.real(.nan))).float == 0)
  }
}

@Suite struct MeterEntryTests {
  @Test func whatAMeterDoesNotSayIsZero() {
    let entry = MeterEntry(
      MeterIdentity(serial: MeterSerial(digits: 0x0500_023E)),
      readoutTime: WallTime(unixSeconds: -5), flags: .notAllUpToDate)
    #expect(
      entry
        == MeterEntry(
          serial: 0x0500_023E, manufacturer: 0, version: 0, medium: 0, readoutTime: 0,
          flags: MeterEntry.Flags(rawValue: 2)))
  }
}
