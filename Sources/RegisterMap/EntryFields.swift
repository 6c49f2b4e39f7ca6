/// Which field lies where in the entries of the register map, as data (Anybus gateway manual 2.4,
/// ch. 6.2; MUC500 manual 1.1, ch. 11.3 and 11.4.4).
public struct EntryFields: Sendable {
  /// How many registers every entry takes.
  public let width: Int
  /// The fields of the device entry, which lies at address 0; empty: there is none.
  public let device: [RegisterField<DeviceEntry>]
  /// The fields of a meter entry.
  public let meter: [RegisterField<MeterEntry>]
  /// The fields of a value entry.
  public let value: [RegisterField<ValueEntry>]

  /// Ten registers an entry.
  public static let standard = EntryFields(
    width: 10,
    // MUC500 manual 1.1, table 32; registers 6 and 8–9 are reserved.
    device: [
      RegisterField("serial number", 0, 2) { UInt64($0.serial) },
      RegisterField("protocol version", 2, 1) { UInt64($0.protocolVersion) },
      RegisterField("version", 3, 1) { UInt64($0.version) },
      RegisterField("time", 4, 2) { UInt64($0.time) },
      RegisterField("type", 7, 1) { _ in EntryKind.device.typeField },
    ],
    // MUC500 manual 1.1, table 33; registers 6 and 9 are reserved.
    meter: [
      RegisterField("serial number", 0, 2) { UInt64($0.serial) },
      RegisterField("manufacturer", 2, 1) { UInt64($0.manufacturer) },
      RegisterField("version and medium", 3, 1) { UInt64($0.version) << 8 | UInt64($0.medium) },
      RegisterField("readout time", 4, 2) { UInt64($0.readoutTime) },
      RegisterField("type", 7, 1) { _ in EntryKind.meter.typeField },
      RegisterField("flags", 8, 1) { UInt64($0.flags.rawValue) },
    ],
    // MUC500 manual 1.1, table 34.
    value: [
      RegisterField("integer", 0, 4, isSigned: true) { UInt64(bitPattern: $0.integer) },
      RegisterField("float", 4, 2, isFloat: true) { UInt64($0.float.bitPattern) },
      RegisterField("scale", 6, 1, isSigned: true) { UInt64(UInt16(bitPattern: $0.scale)) },
      RegisterField("type and unit", 7, 1) { EntryKind.value.typeField | UInt64($0.unit) },
      RegisterField("meter time", 8, 2) { UInt64($0.meterTime) },
    ])

  /// Two registers an entry (MUC500 manual 1.1, tables 38 and 39).
  public static let floatOnly = EntryFields(
    width: 2, device: [],
    meter: [RegisterField("serial number", 0, 2) { UInt64($0.serial) }],
    value: [RegisterField("float", 0, 2, isFloat: true) { UInt64($0.float.bitPattern) }])
}

/// A field of an entry: registers one after the other.
public struct RegisterField<Entry>: Sendable {
  /// What it holds, for people.
  public let name: String
  /// Registers from the start of the entry.
  public let offset: Int
  /// How many registers, 1–4.
  public let width: Int
  /// Whether it is a floating point number.
  public let isFloat: Bool
  /// Whether an integer can be negative.
  public let isSigned: Bool
  /// The content, right-aligned.
  let bits: @Sendable (Entry) -> UInt64

  init(
    _ name: String, _ offset: Int, _ width: Int, isFloat: Bool = false,
    isSigned: Bool = false, _ bits: @escaping @Sendable (Entry) -> UInt64
  ) {
    self.name = name
    self.offset = offset
    self.width = width
    self.isFloat = isFloat
    self.isSigned = isSigned
    self.bits = bits
  }
}

/// What an entry describes; the number is the type field in the upper byte of its register 7
/// (MUC500 manual 1.1, tables 32–34).
public enum EntryKind: UInt8, CaseIterable, Sendable {
  case value = 0
  case device = 1
  case meter = 2

  /// `value`, `device` or `meter`.
  public var name: String { "\(self)" }

  /// Register 7, with a lower byte of 0.
  var typeField: UInt64 { UInt64(rawValue) << 8 }
}
