extension MeterValue {
  /// What a meter wants added is a sum of thousandths of the unit.
  private static let addendExponent = -3

  /// The same value with what is to be added in number and scale, where that is exact: 100 × 10^0 and 0.01 are
  /// 10001 × 10^-2. With a factor, and where 64 bits are too few, it stays apart.
  public var withAddendInNumber: MeterValue {
    guard let addend, factor == nil, case .integer(let number) = reading else { return self }
    let thousandths = DecimalScale.apply(-Self.addendExponent, to: addend)
    let whole = thousandths.rounded()
    guard var added = Int64(exactly: whole),
      // A sum of powers of ten is off by a few bits.
      (thousandths - whole).magnitude < 1e-9
    else { return self }
    var exponent = Self.addendExponent
    while added != 0, added % 10 == 0 {
      added /= 10
      exponent += 1
    }
    let least = min(scale, exponent)
    guard let number = Self.moved(number, by: scale, to: least),
      let shifted = Self.moved(added, by: exponent, to: least)
    else { return self }
    let (sum, overflow) = number.addingReportingOverflow(shifted)
    guard !overflow else { return self }
    var value = self
    (value.reading, value.scale, value.addend) = (.integer(sum), least, nil)
    return value
  }

  /// The number that with a lower exponent is the same.
  private static func moved(_ number: Int64, by exponent: Int, to lower: Int) -> Int64? {
    // 10^19 is more than 64 bits hold.
    guard exponent - lower < 19 else { return nil }
    var moved = number
    for _ in 0..<(exponent - lower) {
      let (product, overflow) = moved.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      moved = product
    }
    return moved
  }

  /// True when the value is more than number × 10^scale: with a factor that is no power of ten, or something to add
  /// that the number does not hold.
  public var isMoreThanScaledNumber: Bool {
    guard case .integer = reading else { return false }
    return factor != nil || addend != nil
  }
}
