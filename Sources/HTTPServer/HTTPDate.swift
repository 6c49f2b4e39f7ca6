import Time

/// A time as HTTP writes it (RFC 9110, ch. 5.6.7).
public enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Such as `Sun, 06 Nov 1994 08:49:37 GMT`; nil: there is no such date, or it is before 1970.
  /// - Parameter time: Unix time.
  public static func text(_ time: Int64) -> String? {
    guard time >= 0, let civil = CivilTime(unixSeconds: time), (1...12).contains(civil.month) else {
      return nil
    }
    // 1970-01-01 was a Thursday.
    let day = days[Int(time / 86_400 % 7)]
    let clock = [civil.hour, civil.minute, civil.second].map(two).joined(separator: ":")
    return "\(day), \(two(civil.day)) \(months[civil.month - 1]) \(civil.year) \(clock) GMT"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
