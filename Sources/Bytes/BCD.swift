/// Binary coded decimals as M-Bus sends them: two digits a byte, least significant byte first
/// (EN 13757-3, data type A).
public enum BCD {
  /// The digits, most significant first, each 0–15.
  public static func digits(_ bytes: some BidirectionalCollection<UInt8>) -> [UInt8] {
    bytes.reversed().flatMap { [$0 >> 4, $0 & 0x0F] }
  }

  /// The digits as text, hex digits in upper case.
  public static func text(_ bytes: some BidirectionalCollection<UInt8>) -> String {
    Hex.encode(bytes.reversed())
  }

  /// The number, or nil when a digit is above 9 or the number does not fit.
  public static func number(_ digits: some Sequence<UInt8>) -> Int64? {
    var number: Int64 = 0
    for digit in digits {
      guard digit <= 9 else { return nil }
      let (shifted, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(Int64(digit))
      guard !overflow, !carry else { return nil }
      number = sum
    }
    return number
  }

  /// Encodes a number of 0 or more in `count` bytes; digits that do not fit are cut off at the top,
  /// as a counter rolls over.
  public static func encode(_ number: UInt64, count: Int) -> [UInt8] {
    var rest = number
    return (0..<max(count, 0)).map { _ in
      let pair = UInt8(rest % 100)
      rest /= 100
      return (pair / 10) << 4 | pair % 10
    }
  }
}
