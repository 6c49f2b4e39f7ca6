/// Registers whose content is known.
enum DataSet: Sendable {
  /// The test data of the dialect: MUC500 manual 1.1, table 36; Anybus gateway manual 2.4, ch. 5.2,
  /// where register 26 is misprinted as 0xFFFF: -4 is 0xFFFC.
  case test
  /// The meter of MUC500 manual 1.1, table 35, on a gateway with a clock and a serial of its own.
  case example

  /// Names, places and contents of all fields of the device entry, from register 0.
  func device(_ dialect: Dialect) -> [Field] {
    let isTest = self == .test
    let isMUC = dialect == .solvimus
    let serial: UInt64? = isTest ? (isMUC ? 0xD080_0DC1 : 0x0002_993A) : nil
    let time: UInt64? = isTest ? (isMUC ? 0x5CE5_5EAC : 0x519C_C16D) : nil
    return [
      Field("device-serial", 0, .bits32, serial),
      Field("device-protocol-version", 2, .bits16, isTest ? (isMUC ? 2 : 1) : 1),
      Field("device-version", 3, .bits16, isTest ? (isMUC ? 0x0084 : 0x006F) : nil),
      Field("device-time", 4, .bits32, time),
      Field("device-reserved-6", 6, .bits16, 0),
      Field("device-type", 7, .bits16, 0x0100),
      Field("device-reserved-8", 8, .bits16, 0),
      Field("device-reserved-9", 9, .bits16, 0),
    ]
  }

  /// The fields of the meter entry, from its first register.
  func meter(_ dialect: Dialect) -> [Field] {
    let isTest = self == .test
    let time: UInt64? = isTest ? (dialect == .solvimus ? 0x5CE5_5EAC : 0x519C_C164) : nil
    return [
      Field("meter-serial", 0, .bits32, isTest ? 12_345_678 : 66_600_106),
      Field("meter-manufacturer", 2, .bits16, isTest ? 0x0443 : 0x32A7),
      Field("meter-version-medium", 3, .bits16, isTest ? 0x0102 : 0x0204),
      Field("meter-readout-time", 4, .bits32, time),
      Field("meter-reserved-6", 6, .bits16, 0),
      Field("meter-type", 7, .bits16, 0x0200),
      Field("meter-flags", 8, .bits16, 0),
      Field("meter-reserved-9", 9, .bits16, 0),
    ]
  }

  /// The fields of the value entry, from its first register.
  func value(_ dialect: Dialect) -> [Field] {
    let isTest = self == .test
    let time: UInt64 = isTest && dialect == .solvimus ? 0x5CE5_5EAC : 0x519C_BBB3
    return [
      Field("value-integer", 0, .bits64, isTest ? 12_345_678 : 267),
      Field("value-float", 4, .float32, isTest ? 0x449A_522B : 0x4882_5F00),
      Field("value-scale", 6, .bits16, isTest ? 0xFFFC : 0x0003),
      Field("value-type-unit", 7, .bits16, 0x0005),
      Field("value-time", 8, .bits32, time),
    ]
  }
}

/// A field of a register entry, and what it holds.
struct Field: Sendable {
  enum Kind: Sendable {
    case bits16
    case bits32
    case bits64
    case float32

    var width: Int {
      switch self {
      case .bits16: 1
      case .bits32, .float32: 2
      case .bits64: 4
      }
    }
  }

  /// Unique among all fields.
  let name: String
  /// The first register.
  var start: Int
  let kind: Kind
  /// The content, right-aligned; nil: anything.
  let bits: UInt64?

  init(_ name: String, _ start: Int, _ kind: Kind, _ bits: UInt64?) {
    self.name = name
    self.start = start
    self.kind = kind
    self.bits = bits
  }

  var registers: Range<Int> { start..<(start + kind.width) }

  func moved(by offset: Int) -> Field {
    var moved = self
    moved.start += offset
    return moved
  }

  /// The registers as sent; nil: anything. In the solvimus dialect the order is that of the float
  /// only, in the Anybus dialect that of everything wider than a register.
  func words(_ dialect: Dialect, _ order: WordOrder) -> [UInt16]? {
    guard let bits else { return nil }
    let words = (0..<kind.width).reversed().map { UInt16(truncatingIfNeeded: bits >> (16 * $0)) }
    switch (dialect, kind) {
    case (_, .bits16), (.solvimus, .bits32), (.solvimus, .bits64): return words
    case (.solvimus, .float32), (.anybus, _): return order.sent(words)
    }
  }
}
