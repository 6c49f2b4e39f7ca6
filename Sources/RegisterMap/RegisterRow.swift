import Metering

/// One entry of the register map as people read it.
public struct RegisterRow: Hashable, Sendable {
  /// The first register.
  public var address: RegisterAddress
  /// How many registers.
  public var count: Int
  /// What the entry describes.
  public var kind: EntryKind
  /// The meter as its user knows it; empty for the device.
  public var meter: String
  /// What is measured; empty for the device and meters.
  public var description: String
  /// The unit of the float; empty when there is none.
  public var unit: String
  /// The exponent of ten of the integer; nil for the device and meters.
  public var scale: Int?
  /// Which of several values of a kind it is; nil for the device and meters.
  public var key: ValueKey?
  /// How commands name the entry, as in `66600106/3`; empty: there is no name for it.
  public var name: String
  /// The OBIS code that its user gave to the value; nil: none.
  public var obis: OBISCode?
  /// The one that its meaning suggests; nil: none, or not known.
  public var suggestedOBIS: OBISCode?

  /// All columns; what is left out is empty.
  public init(
    _ kind: EntryKind, at address: RegisterAddress, count: Int = EntryFields.standard.width,
    meter: String = "", description: String = "", unit: String = "", scale: Int? = nil,
    key: ValueKey? = nil, name: String = "", obis: OBISCode? = nil,
    suggestedOBIS: OBISCode? = nil
  ) {
    self.address = address
    self.count = count
    self.kind = kind
    self.meter = meter
    self.description = description
    self.unit = unit
    self.scale = scale
    self.key = key
    self.name = name
    self.obis = obis
    self.suggestedOBIS = suggestedOBIS
  }

  /// The key for people; see `text(for:)`.
  public var keyText: String { key.map(Self.text) ?? "" }

  /// What makes a value different from the current total, for example `storage 1, tariff 2,
  /// maximum`; empty for the current total itself.
  public static func text(for key: ValueKey) -> String {
    var parts: [String] = []
    if key.storage != 0 { parts.append("storage \(key.storage)") }
    if key.tariff != 0 { parts.append("tariff \(key.tariff)") }
    if key.subunit != 0 { parts.append("subunit \(key.subunit)") }
    if key.function != .instantaneous { parts.append(key.function.name) }
    if key.occurrence != 0 { parts.append("no. \(key.occurrence + 1)") }
    return parts.joined(separator: ", ")
  }
}

/// An entry of the meter list that is not in the register map, as people read it.
public struct UnplacedRow: Hashable, Sendable {
  /// How commands name it; empty: there is no name for it.
  public var name: String
  /// What it would describe.
  public var kind: EntryKind
  /// The meter as its user knows it.
  public var meter: String
  /// What is measured; empty for meters.
  public var description: String
  /// The unit of the float; empty when there is none.
  public var unit: String
  /// The exponent of ten of the integer; nil for meters.
  public var scale: Int?
  /// Which of several values of a kind it is; nil for meters.
  public var key: ValueKey?
  /// The OBIS code that its user gave to the value; nil: none.
  public var obis: OBISCode?
  /// The one that its meaning suggests; nil: none, or not known.
  public var suggestedOBIS: OBISCode?

  /// The columns of an entry, without its address.
  public init(_ row: RegisterRow) {
    name = row.name
    kind = row.kind
    meter = row.meter
    description = row.description
    unit = row.unit
    scale = row.scale
    key = row.key
    obis = row.obis
    suggestedOBIS = row.suggestedOBIS
  }

  /// The key for people, as that of `RegisterRow`.
  public var keyText: String { key.map(RegisterRow.text) ?? "" }
}
