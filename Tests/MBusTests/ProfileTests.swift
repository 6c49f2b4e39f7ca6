import Bytes
import Metering
import Testing
import Time

@testable import MBus

/// Load profiles as values (EN 13757-3:2018, annex F). Where a test names F.2, the data is that of the
/// example there; all others were made for it, with values worked out by hand.
@Suite struct ProfileTests {
  private func report(_ hex: String) throws -> MeterReport {
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: try Hex.decode(hex))
    guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
      throw ResponseError(.noData, offset: 0, bytes: [])
    }
    #expect(telegram.problem == nil)
    let identity = MeterIdentity(serial: MeterSerial(digits: 0x0000_4711))
    return try #require(MeterReport(chain: [telegram], asked: identity))
  }

  /// The values of the profiles: those behind the first records.
  private func values(_ hex: String, behind count: Int) throws -> [MeterValue] {
    Array(try report(hex).values.dropFirst(count))
  }

  /// F.2.7: base 12301.6 and 3, 2, 11 (BCD) more each hour.
  @Test func compactProfile() throws {
    let values = try values(
      "84 04 6D 00 20 41 11 8B 04 15 00 30 12 8D 04 95 1F 05 69 01 03 02 11", behind: 2)
    #expect(values.map(\.reading) == [.integer(123_003), .integer(123_005), .integer(123_016)])
    #expect(values.map(\.key.storage) == [9, 10, 11] && values.map(\.scale) == [-1, -1, -1])
    #expect(
      values.map { $0.meterTime?.adding(seconds: $0.elapsed)?.iso8601 } == [
        "2010-01-01T01:00", "2010-01-01T02:00", "2010-01-01T03:00",
      ])
    #expect(values.map { Hex.encode($0.key.dif) } == ["CB04", "8B05", "CB05"])
    #expect(values.allSatisfy { $0.key.vif == [0x15] && $0.meaning.type == .volume })
    #expect(values.map(\.data) == [[0x03], [0x02], [0x11]], "as sent")
  }

  /// F.2.8: the same values, backwards from the last.
  @Test func inverseProfile() throws {
    let values = try values(
      "84 04 6D 00 23 41 11 8B 04 15 16 30 12 8D 04 95 13 05 69 01 11 02 03", behind: 2)
    #expect(values.map(\.reading) == [.integer(123_005), .integer(123_003), .integer(123_000)])
    #expect(
      values.map { $0.meterTime?.adding(seconds: $0.elapsed)?.iso8601 } == [
        "2010-01-01T02:00", "2010-01-01T01:00", "2010-01-01T00:00",
      ])
  }

  /// F.2.6: two monthly values of tariff 1, not increments; the time is that of the total.
  @Test func registerNumbers() throws {
    let values = try values(
      "86 80 81 00 6D 00 00 A0 41 11 35 84 90 81 00 03 F0 49 02 00 "
        + "8D 90 81 00 83 1E 0A 34 FE A0 86 01 00 D0 FB 01 00", behind: 2)
    #expect(values.map(\.reading) == [.integer(100_000), .integer(130_000)])
    #expect(values.map(\.key.storage) == [33, 34] && values.map(\.key.tariff) == [1, 1])
    #expect(values.map { $0.meterTime?.month } == [2, 3])
  }

  /// Base 1000 at 2026-01-31; steps of 16 bits. Control byte: mode in bits 6–7, unit in 4–5, 2 for the size.
  @Test(
    arguments: [
      ("1F", "72", "FE", [1010, 1030], ["2026-02-28", "2026-03-31"]),
      ("1F", "B2", "FE", [990, 970], ["2026-02-28", "2026-03-31"]),
      ("13", "72", "FE", [990, 970], ["2025-12-31", "2025-11-30"]),
      ("13", "B2", "FE", [1010, 1030], ["2025-12-31", "2025-11-30"]),
      ("1F", "62", "FE", [1010, 1030], ["2026-04-30", "2026-07-31"]),
      ("1F", "52", "FE", [1010, 1030], ["2026-07-31", "2027-01-31"]),
      ("1F", "72", "FD", [1010, 1030], ["2026-02-16", "2026-02-28"]),
      ("13", "72", "FD", [990, 970], ["2026-01-16", "2025-12-31"]),
      ("1F", "72", "02", [1010, 1030], ["2026-02-02", "2026-02-04"]),
      ("1F", "62", "06", [1010, 1030], ["2026-01-31T06:00", "2026-01-31T12:00"]),
      ("1F", "52", "0F", [1010, 1030], ["2026-01-31T00:15", "2026-01-31T00:30"]),
      ("1F", "42", "08", [1010, 1030], ["2026-01-31T00:00:08", "2026-01-31T00:00:16"]),
      ("1F", "72", "00", [1010, 1030], [nil, nil]),
      ("1F", "72", "FB", [1010, 1030], [nil, nil]),
      ("1F", "62", "FD", [1010, 1030], [nil, nil]),
    ] as [(String, String, String, [Int64], [String?])])
  func modesAndSpacings(
    vife: String, control: String, spacing: String, numbers: [Int64], times: [String?]
  ) throws {
    let values = try values(
      "42 6C 5F 31 44 13 E8 03 00 00 4D 93 \(vife) 06 \(control) \(spacing) 0A 00 14 00",
      behind: 2)
    #expect(values.map(\.reading) == numbers.map { .integer($0) })
    #expect(values.map { $0.meterTime?.adding(seconds: $0.elapsed)?.iso8601 } == times)
  }

  /// Steps with a sign: 10, then -30.
  @Test func signedDifferences() throws {
    #expect(
      try values("04 13 E8 03 00 00 0D 93 1F 06 F2 FE 0A 00 E2 FF", behind: 1).map(\.reading)
        == [.integer(1010), .integer(980)])
    #expect(
      try values("04 13 E8 03 00 00 0D 93 13 06 F2 FE 0A 00 E2 FF", behind: 1).map(\.reading)
        == [.integer(990), .integer(1020)])
  }

  /// FFFF is no step: no value behind it is known. Values that stand for themselves are.
  @Test func behindAnInvalidElement() throws {
    let steps = try values(
      "04 13 E8 03 00 00 0D 93 1F 08 72 FE 0A 00 FF FF 0A 00", behind: 1)
    #expect(
      steps.map(\.reading) == [
        .integer(1010), .invalid("no valid number (FFFF)", code: .noNumber),
        .invalid("not known: the step to it, or one before it, is none", code: .noNumber),
      ])
    let alone = try values("0D 93 1F 08 32 FE 0A 00 00 80 0B 00", behind: 0)
    #expect(
      alone.map(\.reading) == [
        .integer(10), .invalid("no valid number (8000)", code: .noNumber), .integer(11),
      ])
  }

  /// Increments without a base are no readings: the block stays as it is.
  @Test(arguments: [
    "0D 93 1F 04 72 FE 0A 00", "44 13 E8 03 00 00 0D 93 1F 04 72 FE 0A 00",
    "04 14 E8 03 00 00 0D 93 1F 04 72 FE 0A 00", "14 13 E8 03 00 00 0D 93 1F 04 72 FE 0A 00",
  ])
  func withoutABaseValue(hex: String) throws {
    let values = try report(hex).values
    #expect(values.last?.reading == .binary([0x72, 0xFE, 0x0A, 0x00]))
    #expect(values.last?.key.vif == [0x93, 0x1F])
  }

  /// What is coded as a number is none, and no number either.
  @Test(arguments: [
    ("0D 93 1F C4 62 01 01 00", "lvarBCD"), ("0D 93 13 D4 62 01 01 00", "lvarBCD"),
    ("0D 93 1E F8 00 00 00 00 00 00 69 40", "real64"), ("04 93 1F 01 00 00 00", "int32"),
    ("0C 93 13 01 00 00 00", "bcd8"), ("04 ED 1F 24 2E B6 15", "int32"),
  ])
  func whatIsANumberIsNoProfile(hex: String, type: String) throws {
    #expect(
      try report(hex).values.map(\.reading) == [
        .invalid("no profile can be coded as \(type)", code: .uncodedProfile)
      ])
  }

  /// No length of elements, none of all, or less than two bytes before them.
  @Test(arguments: ["70 FE 01", "78 FE 01", "7D FE 01", "7F FE 01", "72 FE", "72 FE 01", "72", ""])
  func whatIsNoProfileStays(hex: String) throws {
    let bytes = try Hex.decode(hex)
    let record = "0D 93 1F \(Hex.byte(UInt8(bytes.count))) \(hex)"
    let values = try report("04 13 E8 03 00 00 " + record).values
    #expect(values.count == 2 && values.last?.key.storage == 0)
  }

  /// A value that the meter also sends by itself is another with the same key; what has gone over the
  /// largest storage number, 2^41 - 1, is left out.
  @Test func keysAndStorageNumbers() throws {
    let values = try report("04 13 E8 03 00 00 44 13 01 00 00 00 0D 93 1F 04 72 FE 0A 00").values
    #expect(values.map(\.key.occurrence) == [0, 0, 1] && values.map(\.key.storage) == [0, 1, 1])
    let edge = try report(
      "8D 8F 8F 8F 8F 8F 8F 8F 8F 8F 0F 93 1F 06 32 00 0A 00 14 00")
    #expect(edge.values.map(\.key.storage) == [(1 << 41) - 1])
  }

  /// Counters that run over, and floating point.
  @Test func arithmetic() throws {
    let over = try values(
      "07 13 FF FF FF FF FF FF FF 7F 0D 93 1F 04 72 FE 0A 00", behind: 1)
    #expect(
      over.map(\.reading) == [
        .invalid("not known: the step to it, or one before it, is none", code: .noNumber)
      ])
    let real = try values("05 5B 00 00 A4 41 0D DB 1F 03 71 FE 05", behind: 1)
    #expect(real.map(\.reading) == [.real(25.5)])
  }

  /// However many records: no more values than the limit.
  @Test func bounded() throws {
    let profile = [UInt8](repeating: 0x01, count: 189)
    let record: [UInt8] = [0x0D, 0x93, 0x1F, 0xBF, 0x31, 0x00] + profile
    let telegrams = Array(repeating: record, count: 20).map { data -> Telegram? in
      let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x78, data: data)
      guard case .data(let telegram)? = try? ResponseDecoder.decode(frame) else { return nil }
      return telegram
    }
    let identity = MeterIdentity(serial: MeterSerial(digits: 0x4711))
    let report = try #require(MeterReport(chain: telegrams.compactMap { $0 }, asked: identity))
    #expect(report.values.count == ProfileExpansion.limit + 9, "nine profiles stay as they are")
  }
}
