import Time

/// One value as the meter sent it: number and scale apart, and the time that the meter gave for it.
public struct MeterValue: Hashable, Sendable {
  /// Which value of the meter it is.
  public var key: ValueKey
  /// What it means, and in which unit.
  public var meaning: ValueMeaning
  /// What was sent.
  public var reading: Reading
  /// Number and scale: the value in the unit is `reading × 10^scale × (factor ?? 1) + (addend ?? 0)`.
  public var scale: Int
  /// A factor that is no power of ten; nil for 1.
  public var factor: Double?
  /// When the value was taken, by the meter's own clock; nil when the meter does not say.
  public var meterTime: CivilTime?
  /// Seconds that passed between that time and the moment at which the value was taken, whatever the clock showed
  /// then; below 0 when it is older. 0 but for values of a profile.
  public var elapsed: Int64
  /// The bytes of the value as sent, without those of the key; for M-Bus the data field.
  public var data: [UInt8]
  /// What is to be added to the value, in its unit, behind scale and factor; nil for 0.
  public var addend: Double?
  /// What kind of entry it is.
  public var listing: Listing
  /// The OBIS code that its meaning suggests; one that a user gives wins.
  public var suggestedOBIS: OBISCode?

  /// A value; what is left out is neutral.
  public init(
    key: ValueKey, meaning: ValueMeaning, reading: Reading, scale: Int = 0, factor: Double? = nil,
    addend: Double? = nil, meterTime: CivilTime? = nil, elapsed: Int64 = 0, data: [UInt8] = [],
    listing: Listing = .measured, suggestedOBIS: OBISCode? = nil
  ) {
    self.key = key
    self.meaning = meaning
    self.reading = reading
    self.scale = scale
    self.factor = factor
    self.addend = addend
    self.meterTime = meterTime
    self.elapsed = elapsed
    self.data = data
    self.listing = listing
    self.suggestedOBIS = suggestedOBIS
  }

  /// The value in its unit; nil when it is no number.
  public var scaled: Double? {
    let unscaled: Double
    switch reading {
    case .integer(let number): unscaled = Double(number)
    case .real(let number): unscaled = number
    case .text, .binary, .time, .invalid: return nil
    }
    return DecimalScale.apply(scale, to: unscaled) * (factor ?? 1) + (addend ?? 0)
  }
}

extension MeterValue {
  /// What kind of entry of a meter a value is. All but those that were measured are listed only where the settings
  /// ask for them.
  public enum Listing: Hashable, CaseIterable, Sendable {
    /// A value.
    case measured
    /// A time that the meter sent for other values, to which it has been assigned as their `meterTime`
    /// (MUC_SHOWTIMESTAMPENTRIES).
    case assignedTime
    /// The status byte of the header (MUC_SHOWMETERSTATUSBYTE).
    case statusByte
    /// A telegram as it was sent (MUC_SHOWDATAFRAME).
    case dataFrame
    /// What the maker's own part of a telegram holds (MUC_SHOWVENDORRAWDATA).
    case vendorData
  }
}

/// What a value means, and in which unit it is.
public struct ValueMeaning: Hashable, Sendable {
  /// The row of the table of measurement types.
  public var type: MeasurementType
  /// The row of the table of units.
  public var unit: MeterUnit
  /// A description that the table does not have; goes with `MeasurementType.meterSpecific`.
  public var ownDescription: String?
  /// The name of a unit that the table does not have; goes with `MeterUnit.none`.
  public var ownUnit: String?
  /// What tells the value from others of the same kind, such as "backward" or "phase L1".
  public var qualifiers: [String] = []

  /// A meaning from the tables, with texts for what they lack.
  public init(
    _ type: MeasurementType, _ unit: MeterUnit, ownDescription: String? = nil,
    ownUnit: String? = nil
  ) {
    self.type = type
    self.unit = unit
    self.ownDescription = ownDescription
    self.ownUnit = ownUnit
  }

  /// What is measured, for people, and which of several values of the kind it is, such as `Energy, backward`.
  public var description: String {
    qualifiers.isEmpty ? quantity : ([quantity] + qualifiers).joined(separator: ", ")
  }
  /// What is measured, for people.
  public var quantity: String { ownDescription ?? type.name }
  /// The unit for people.
  public var unitName: String { ownUnit ?? unit.name }
}

/// What a meter sent as a value.
public enum Reading: Hashable, Sendable {
  /// A number without its scale.
  case integer(Int64)
  /// A floating point number, finite, without its scale.
  case real(Double)
  /// Text.
  case text(String)
  /// Bytes without a meaning known here.
  case binary([UInt8])
  /// A date, or date and time, by the meter's clock.
  case time(CivilTime)
  /// Nothing that could be used: why, for people and for machines.
  case invalid(String, code: InvalidReadingCode = .other)
}

/// Powers of ten without avoidable rounding errors.
public enum DecimalScale {
  /// `number × 10^exponent`. Up to 10^22 a power of ten is exact as a Double, so that one rounding
  /// is all there is: 12345678 × 10^-4 is 1234.5678 and not a neighbour of it.
  public static func apply(_ exponent: Int, to number: Double) -> Double {
    let magnitude = power(exponent.magnitude)
    return exponent < 0 ? number / magnitude : number * magnitude
  }

  private static func power(_ exponent: UInt) -> Double {
    guard exponent <= 308 else { return .infinity }
    return (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }
}
