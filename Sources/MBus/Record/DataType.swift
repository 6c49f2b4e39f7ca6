/// How the data of a record is coded; the raw value is its name (EN 13757-3, ch. 6.3 and annex A).
public enum DataType: String, Hashable, Sendable, CaseIterable {
  /// No data at all.
  case none
  /// Signed binary numbers (type B).
  case int8, int16, int24, int32, int48, int64
  /// Decimal digits, two a byte; F as the first digit is a minus sign (type A).
  case bcd2, bcd4, bcd6, bcd8, bcd12
  /// IEEE 754, single precision (type H).
  case real32
  /// Variable length: IEEE 754, double precision.
  case real64
  /// Variable length: text.
  case text
  /// Variable length: bytes.
  case binary
  /// Variable length: decimal digits.
  case lvarBCD
  /// Variable length: a signed binary number.
  case lvarInteger
  /// A date (type G).
  case dateG
  /// Date, hour and minute (type F).
  case dateTimeF
  /// Date, hour, minute and second (type I).
  case dateTimeI
  /// Hour, minute and second (type J).
  case timeJ
  /// When summer time begins and ends (type K): bytes, since no source tells what they are.
  case daylightSavingK
  /// What follows DIF 0F or 1F: the maker's own.
  case manufacturer
  /// A DIF without a meaning, at which the records of a telegram end: no data, and no value.
  case reserved

  /// The name, as `metergate decode` prints it.
  public var name: String { rawValue }

  /// Bytes of the data; nil where the length is variable.
  public var length: Int? {
    switch self {
    case .none: 0
    case .int8, .bcd2: 1
    case .int16, .bcd4, .dateG: 2
    case .int24, .bcd6, .timeJ: 3
    case .int32, .bcd8, .real32, .dateTimeF, .daylightSavingK: 4
    case .int48, .bcd12, .dateTimeI: 6
    case .int64: 8
    case .text, .binary, .lvarBCD, .lvarInteger, .real64, .manufacturer, .reserved: nil
    }
  }

  /// The data field of the DIF, its lower four bits.
  public var dataField: UInt8 {
    switch self {
    case .none: 0x0
    case .int8: 0x1
    case .int16, .dateG: 0x2
    case .int24, .timeJ: 0x3
    case .int32, .dateTimeF, .daylightSavingK: 0x4
    case .real32: 0x5
    case .int48, .dateTimeI: 0x6
    case .int64: 0x7
    case .bcd2: 0x9
    case .bcd4: 0xA
    case .bcd6: 0xB
    case .bcd8: 0xC
    case .text, .binary, .lvarBCD, .lvarInteger, .real64: 0xD
    case .bcd12: 0xE
    case .manufacturer, .reserved: 0xF
    }
  }

  /// The type of a data field whose length is fixed; nil for D (variable) and F (special).
  static func fixed(dataField: UInt8) -> DataType? {
    switch dataField & 0x0F {
    case 0x0, 0x8: DataType.none
    case 0x1: .int8
    case 0x2: .int16
    case 0x3: .int24
    case 0x4: .int32
    case 0x5: .real32
    case 0x6: .int48
    case 0x7: .int64
    case 0x9: .bcd2
    case 0xA: .bcd4
    case 0xB: .bcd6
    case 0xC: .bcd8
    case 0xE: .bcd12
    default: nil
    }
  }

  /// What an integer of this type is where the VIF says that it is a date; nil where no date has
  /// this length.
  var asDate: DataType? {
    switch self {
    case .int16: .dateG
    case .int24: .timeJ
    case .int32: .dateTimeF
    case .int48: .dateTimeI
    default: nil
    }
  }

  /// True for data that is a value: neither a block of the maker's own nor the end of what can be read.
  public var isValue: Bool { self != .manufacturer && self != .reserved }
}
