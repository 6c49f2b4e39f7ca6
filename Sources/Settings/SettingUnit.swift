/// The unit of a setting's number.
public enum SettingUnit: String, Sendable {
  /// Thousandths of a second.
  case milliseconds = "ms"
  /// Seconds.
  case seconds = "s"
  /// Bits per second on the line.
  case baud = "Bd"
  /// Thousands of bytes.
  case kilobytes = "kB"
}
