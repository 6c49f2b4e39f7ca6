/// The speeds of a wired M-Bus (EN 13757-2, ch. 5.4).
public enum MeterSpeed {
  /// Bits a second, the slowest first: 300 to 38400.
  public static let all = (0..<8).map { 300 << $0 }

  /// All of them, for people.
  public static let words = all.map { "\($0)" }.joined(separator: ", ")
}
