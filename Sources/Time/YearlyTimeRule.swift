/// Which time clocks show in every year alike, as the last line of a TZif file says it: for example
/// `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1-2017, ch. 8.3, TZ; RFC 8536, ch. 3.3.1).
struct YearlyTimeRule: Hashable, Sendable {
  /// A day of each year, and a time of day.
  struct Change: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// 1–365, 29 February not counted.
      case julian(Int)
      /// 0–365
      case zeroBased(Int)
      /// Week 5 is the last one; weekday 0 is Sunday.
      case weekday(month: Int, week: Int, day: Int)
    }

    var day: Day
    /// Seconds since midnight, by the clock that is in force until then; may lie outside of the day.
    var time: Int64
  }

  private let standard: TimeZoneRules.LocalTime
  /// Summer time, when it begins and when it ends; nil: there is none.
  private let summer: Summer?

  private struct Summer: Hashable, Sendable {
    let local: TimeZoneRules.LocalTime
    let begin, end: Change
  }

  /// nil: the text has another form.
  init?(posix text: String) {
    var scanner = PosixTimeScanner(text)
    guard scanner.takeName(), let west = scanner.takeTime(hours: 24) else { return nil }
    standard = TimeZoneRules.LocalTime(offset: -west)
    guard !scanner.isAtEnd else {
      summer = nil
      return
    }
    guard scanner.takeName() else { return nil }
    var offset = 3600 - west
    if !scanner.has(",") {
      guard let given = scanner.takeTime(hours: 24) else { return nil }
      offset = -given
    }
    guard scanner.take(","), let begin = scanner.takeChange(), scanner.take(","),
      let end = scanner.takeChange(), scanner.isAtEnd
    else { return nil }
    summer = Summer(
      local: TimeZoneRules.LocalTime(offset: offset), begin: begin, end: end)
  }

  /// What clocks show at a Unix time.
  func local(at seconds: Int64) -> TimeZoneRules.LocalTime {
    guard let summer,
      let year = CivilTime(unixSeconds: seconds &+ standard.offset)?.year,
      let begin = summer.begin.seconds(in: year), let end = summer.end.seconds(in: year)
    else { return standard }
    let first = begin - standard.offset
    let last = end - summer.local.offset
    // South of the equator summer lasts over the end of the year.
    let isSummer =
      first < last
      ? (first..<last).contains(seconds) : !(last..<first).contains(seconds)
    return isSummer ? summer.local : standard
  }
}

extension YearlyTimeRule.Change {
  /// Its seconds since 1970 on the clock on the wall.
  fileprivate func seconds(in year: Int) -> Int64? {
    let days: Int64? =
      switch day {
      case .julian(let number): Self.day(number - 1 + (isBehindLeapDay(number, year) ? 1 : 0), year)
      case .zeroBased(let number): Self.day(number, year)
      case .weekday(let month, let week, let day): Self.day(month, week, day, year)
      }
    return days.map { $0 * 86_400 + time }
  }

  private func isBehindLeapDay(_ number: Int, _ year: Int) -> Bool {
    number > 59 && CivilTime.daysIn(month: 2, of: year) == 29
  }

  private static func day(_ offset: Int, _ year: Int) -> Int64? {
    CivilTime(year: year, month: 1, day: 1).map { $0.unixSecondsAsUTC / 86_400 + Int64(offset) }
  }

  private static func day(_ month: Int, _ week: Int, _ weekday: Int, _ year: Int) -> Int64? {
    guard let first = CivilTime(year: year, month: month, day: 1) else { return nil }
    let firstDay = first.unixSecondsAsUTC.quotientAndRemainder(dividingBy: 86_400).quotient
    // 1970-01-01 was a Thursday.
    let firstWeekday = ((firstDay + 4) % 7 + 7) % 7
    var day = (Int64(weekday) - firstWeekday + 7) % 7 + Int64(week - 1) * 7
    while day >= Int64(CivilTime.daysIn(month: month, of: year)) { day -= 7 }
    return firstDay + day
  }
}

/// Takes the parts of a POSIX rule from its text.
private struct PosixTimeScanner {
  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  var isAtEnd: Bool { rest.isEmpty }

  func has(_ sign: Character) -> Bool { rest.first == sign }

  mutating func take(_ sign: Character) -> Bool {
    guard has(sign) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Letters, or anything between < and >.
  mutating func takeName() -> Bool {
    if take("<") {
      guard let end = rest.firstIndex(of: ">") else { return false }
      let name = rest[..<end]
      rest = rest[end...].dropFirst()
      return !name.isEmpty
    }
    let name = rest.prefix { $0.isASCII && $0.isLetter }
    rest = rest.dropFirst(name.count)
    return name.count >= 3
  }

  mutating func takeNumber(_ range: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard digits.count <= 3, let number = Int(digits), range.contains(number) else { return nil }
    rest = rest.dropFirst(digits.count)
    return number
  }

  /// `[+-]hh[:mm[:ss]]`, in seconds.
  mutating func takeTime(hours most: Int) -> Int64? {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    guard let hours = takeNumber(0...most) else { return nil }
    var seconds = hours * 3600
    for unit in [60, 1] where take(":") {
      guard let number = takeNumber(0...59) else { return nil }
      seconds += number * unit
    }
    return Int64(isNegative ? -seconds : seconds)
  }

  /// `M3.5.0/2`, `J60` or `59`.
  mutating func takeChange() -> YearlyTimeRule.Change? {
    guard let day = takeDay() else { return nil }
    guard take("/") else { return YearlyTimeRule.Change(day: day, time: 7200) }
    return takeTime(hours: 167).map { YearlyTimeRule.Change(day: day, time: $0) }
  }

  private mutating func takeDay() -> YearlyTimeRule.Change.Day? {
    if take("J") { return takeNumber(1...365).map { .julian($0) } }
    guard take("M") else { return takeNumber(0...365).map { .zeroBased($0) } }
    guard let month = takeNumber(1...12), take("."), let week = takeNumber(1...5), take("."),
      let day = takeNumber(0...6)
    else { return nil }
    return .weekday(month: month, week: week, day: day)
  }
}
