/// A factor of the user's own for a value: `userscale` in Device_Handle.cfg (MUC500 manual 1.1, table 26).
/// It enters the scaled number, never the number as the meter sent it.
public enum UserScale: Hashable, Sendable {
  /// A power of ten, which enters the exponent, too.
  case powerOfTen(Int)
  /// Any other factor; not 0, and finite.
  case factor(Double)

  /// A factor of 1.
  public static let one = UserScale.powerOfTen(0)
  /// The largest exponent of ten of a factor, either sign.
  public static let largestExponent = 99

  /// - Parameter number: nil when it is 0, no finite number, or beyond 10^±99.
  public init?(_ number: Double) {
    let least = DecimalScale.apply(-Self.largestExponent, to: 1)
    let most = DecimalScale.apply(Self.largestExponent, to: 1)
    guard number.isFinite, number.magnitude <= most, number.magnitude >= least else { return nil }
    let exponents = -Self.largestExponent...Self.largestExponent
    let power = exponents.first { DecimalScale.apply($0, to: 1) == number }
    self = power.map(Self.powerOfTen) ?? .factor(number)
  }

  /// The exponent of ten by which it moves that of a value.
  public var exponent: Int {
    switch self {
    case .powerOfTen(let exponent): exponent
    case .factor: 0
    }
  }
}

extension MeterValue {
  /// The value with a factor of its user in it; dates and texts stay as they are. What is invalid keeps the scale
  /// that a number in its place would have. What the meter wants added is in the number where it can be
  /// (`withAddendInNumber`), otherwise it has the factor in it, too.
  public func scaled(by user: UserScale) -> MeterValue {
    var value = withAddendInNumber
    switch reading {
    case .integer, .real, .invalid: break
    case .text, .binary, .time: return self
    }
    switch user {
    case .powerOfTen(let exponent):
      let (sum, overflow) = value.scale.addingReportingOverflow(exponent)
      value.scale = overflow ? (exponent < 0 ? .min : .max) : sum
      value.addend = value.addend.map { DecimalScale.apply(exponent, to: $0) }
    case .factor(let factor):
      value.factor = (self.factor ?? 1) * factor
      value.addend = value.addend.map { $0 * factor }
    }
    return value
  }
}
