import Time

/// The parts of a date or time as a meter sends them; nil: every one of them.
struct DateFields: Hashable, Sendable {
  var year: Int?
  var month: Int?
  var day: Int?
  var hour: Int? = 0
  var minute: Int? = 0
  var second: Int? = 0
  var isSummerTime = false
  /// False for a time of day alone.
  var hasDate = true
  private var precision = CivilTime.Precision.day

  /// A date.
  init(year: Int?, month: Int, day: Int) {
    self.year = year
    self.month = month == DateTypes.Every.month ? nil : month
    self.day = day == DateTypes.Every.day ? nil : day
  }

  /// Adds a time of day, as sent.
  mutating func setTime(hour: UInt8, minute: UInt8, second: UInt8? = nil) {
    typealias Every = DateTypes.Every
    self.hour = Int(hour) == Every.hour ? nil : Int(hour)
    self.minute = Int(minute) == Every.minute ? nil : Int(minute)
    if let second { self.second = Int(second) == Every.second ? nil : Int(second) }
    precision = second == nil ? .minute : .second
  }

  /// It stands for many dates or times.
  var isRecurring: Bool { [year, month, day, hour, minute, second].contains(nil) }

  /// The date, or of those that it stands for one of the first; nil when there is none. What is open is
  /// taken so that it bears the rest: a leap year, a long month.
  var first: CivilTime? {
    let (year, month, day) = (year ?? 2000, month ?? 1, day ?? 1)
    guard precision != .day else { return CivilTime(year: year, month: month, day: day) }
    return CivilTime(
      year: year, month: month, day: day, hour: hour ?? 0, minute: minute ?? 0,
      second: precision == .second ? second ?? 0 : nil, isSummerTime: isSummerTime)
  }

  /// For people: `****-12-31T**:30`.
  var pattern: String {
    let date = "\(Self.text(year, 4))-\(Self.text(month))-\(Self.text(day))"
    let minutes = "\(Self.text(hour)):\(Self.text(minute))"
    let time =
      switch precision {
      case .day: ""
      case .minute: minutes
      case .second: "\(minutes):\(Self.text(second))"
      }
    guard hasDate else { return time }
    return precision == .day ? date : "\(date)T\(time)"
  }

  private static func text(_ part: Int?, _ width: Int = 2) -> String {
    guard let part else { return String(repeating: "*", count: width) }
    let digits = String(part)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
