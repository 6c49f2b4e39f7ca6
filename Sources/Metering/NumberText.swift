/// Numbers as decimal text for people and for JSON: every digit that was sent, and none that floating point arithmetic
/// has added.
public enum NumberText {
  /// Up to this all whole numbers are exact as a Double (2^53); beyond it digits would be made up.
  private static let largestExact: UInt64 = 1 << 53
  /// Beyond so many places a power of ten says more than noughts do.
  private static let mostPlaces = 24

  /// The shortest digits that read back as the same number: as the same Float where it is one, since a Double made
  /// of that has more digits than were sent (20.65, and not 20.649999618530273). Nil for what is not finite.
  public static func shortest(_ number: Double) -> String? {
    if let plain = plain(number) { return plain }
    let single = Float(number)
    return number.isFinite ? Double(single) == number ? "\(single)" : "\(number)" : nil
  }

  /// The same for a number that was worked out, and so is no Float but by chance.
  static func double(_ number: Double) -> String? {
    plain(number) ?? (number.isFinite ? "\(number)" : nil)
  }

  /// Whole numbers without a fraction.
  private static func plain(_ number: Double) -> String? {
    guard let whole = Int64(exactly: number), whole.magnitude <= largestExact else { return nil }
    return "\(whole)"
  }

  /// Decimal digits, behind a minus sign where the number is negative, × 10^exponent; nil: it would be too long.
  static func shifted(_ digits: String, by exponent: Int) -> String? {
    guard (-mostPlaces...mostPlaces).contains(exponent) else { return nil }
    let isNegative = digits.hasPrefix("-")
    let sign = isNegative ? "-" : ""
    let magnitude = isNegative ? String(digits.dropFirst()) : digits
    guard magnitude.contains(where: { $0 != "0" }) else { return "0" }
    guard exponent < 0 else { return sign + magnitude + zeros(exponent) }
    let padded = zeros(1 - exponent - magnitude.count) + magnitude
    let fraction = String(padded.suffix(-exponent).reversed().drop { $0 == "0" }.reversed())
    let whole = padded.dropLast(-exponent)
    return sign + (fraction.isEmpty ? String(whole) : "\(whole).\(fraction)")
  }

  private static func zeros(_ count: Int) -> String { String(repeating: "0", count: max(0, count)) }
}

extension Reading {
  /// The number that was sent, without its scale; nil when it is none.
  public var numberText: String? {
    switch self {
    case .integer(let number): "\(number)"
    case .large(let digits): digits
    case .real(let number): NumberText.shortest(number)
    case .text, .binary, .time, .invalid: nil
    }
  }
}

extension MeterValue {
  /// The value in its unit, for people and for JSON: whole numbers with all their digits, floats with the fewest that
  /// tell them from others. Nil when it is no number, or none that is finite.
  public var scaledText: String? {
    guard let sent = reading.numberText else { return nil }
    if factor == nil, addend == nil {
      if case .real = reading {
        if scale == 0 { return sent }
      } else if let exact = NumberText.shifted(sent, by: scale) {
        return exact
      }
    }
    guard let number = Double(sent) else { return nil }
    let scaled = DecimalScale.apply(scale, to: number) * (factor ?? 1) + (addend ?? 0)
    return NumberText.double(scaled)
  }
}
