import Testing
import Time

@Suite struct CivilTimeTests {
  /// Seconds computed with GNU date: `date -u -d '2013-05-22 12:36:03' +%s`.
  @Test(arguments: [
    (1_369_226_163, "2013-05-22T12:36:03"), (0, "1970-01-01T00:00:00"),
    (951_782_400, "2000-02-29T00:00:00"), (-1, "1969-12-31T23:59:59"),
    (4_102_444_799, "2099-12-31T23:59:59"), (-2_203_891_200, "1900-03-01T00:00:00"),
  ])
  func unixTimes(seconds: Int64, text: String) throws {
    let civil = try #require(CivilTime(unixSeconds: seconds))
    #expect(civil.iso8601 == text)
    #expect(civil.unixSecondsAsUTC == seconds)
  }

  @Test func onlyDaysThatExist() {
    #expect(CivilTime(year: 2013, month: 2, day: 29) == nil)
    #expect(CivilTime(year: 2012, month: 2, day: 29) != nil)
    #expect(CivilTime(year: 1900, month: 2, day: 29) == nil)
    #expect(CivilTime(year: 2012, month: 13, day: 1) == nil)
    #expect(CivilTime(year: 2012, month: 1, day: 0) == nil)
    #expect(CivilTime(year: 2012, month: 1, day: 1, hour: 24, minute: 0) == nil)
    #expect(CivilTime(unixSeconds: .max) == nil)
    #expect(CivilTime(unixSeconds: .min) == nil)
  }

  @Test func textIsAsPreciseAsTheSource() {
    #expect(CivilTime(year: 2014, month: 3, day: 13)?.iso8601 == "2014-03-13")
    #expect(
      CivilTime(year: 2014, month: 3, day: 13, hour: 9, minute: 5)?.iso8601 == "2014-03-13T09:05")
  }
}

@Suite struct SpanTests {
  @Test func bitTimes() {
    // 5 bytes of 11 bits at 2400 baud: 55 / 2400 s.
    #expect(Span.bits(55, baud: 2400) == Span(nanoseconds: 22_916_666))
    #expect(Span.bits(1, baud: 0) == .seconds(1), "no division by zero")
  }

  @Test func endsAtTheRangeInsteadOfTrapping() {
    #expect(Span.seconds(.max) == Span(nanoseconds: .max))
    #expect(Span.seconds(.min) == Span(nanoseconds: .min))
    #expect(MonotonicInstant(nanoseconds: .max) + .seconds(1) == .init(nanoseconds: .max))
    #expect(MonotonicInstant(nanoseconds: .min) - .init(nanoseconds: 1) == Span(nanoseconds: .min))
  }

  @Test func registerValueOfTheClock() {
    #expect(WallTime(unixSeconds: 0x519C_C16D).registerValue == 0x519C_C16D)
    #expect(WallTime(unixSeconds: -5).registerValue == 0)
    #expect(WallTime(unixSeconds: 1 << 32).registerValue == 0)
  }
}
