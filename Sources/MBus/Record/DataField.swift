import Bytes
import Metering

/// The data of a record: bytes to readings (EN 13757-3, annex A).
enum DataField {
  /// Reads data.
  /// - Parameter bytes: as many as the type has, least significant byte first.
  static func decode(_ type: DataType, _ bytes: [UInt8], _ content: VIFRow.Content) -> Reading {
    switch type {
    case .none: .invalid("no data", code: .noData)
    case .int8, .int16, .int24, .int32, .int48, .int64, .lvarInteger: integer(bytes, content)
    case .bcd2, .bcd4, .bcd6, .bcd8, .bcd12: bcd(bytes)
    case .real32: real32(bytes)
    case .real64: real64(bytes)
    case .dateG, .dateTimeF, .dateTimeI, .timeJ: DateTypes.decode(type, bytes)
    case .text: .text(Latin1.text(bytes.reversed()))
    case .lvarBCD, .binary, .daylightSavingK, .manufacturer, .reserved: .binary(bytes)
    }
  }

  /// What stands for a date in a type that has none.
  static func uncodedDate(_ type: DataType) -> Reading {
    .invalid("no date can be coded as \(type.name)", code: .uncodedDate)
  }

  /// A binary number (types B, C and D).
  static func integer(_ bytes: [UInt8], _ content: VIFRow.Content) -> Reading {
    let pattern = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch content {
    case .bits: return .integer(Int64(bitPattern: pattern))
    case .counter: return whole(pattern)
    case .unsigned: return unsigned(pattern, bytes)
    case .bytes, .daylightSaving: return .binary(bytes)
    case .number, .date: return signed(pattern, bytes)
    }
  }

  /// A number without a sign; all bits set means that there is none (type C). What is too large for a
  /// signed number of 64 bits is its digits.
  private static func unsigned(_ pattern: UInt64, _ bytes: [UInt8]) -> Reading {
    guard bytes.contains(where: { $0 != 0xFF }) else { return noNumber(bytes) }
    return whole(pattern)
  }

  private static func whole(_ pattern: UInt64) -> Reading {
    Int64(exactly: pattern).map(Reading.integer) ?? .text(String(pattern))
  }

  /// A signed number; the most negative one means that there is none (type B).
  private static func signed(_ pattern: UInt64, _ bytes: [UInt8]) -> Reading {
    let unused = UInt64(max(0, 64 - 8 * bytes.count))
    let number = Int64(bitPattern: pattern << unused) >> Int64(unused)
    guard number != Int64.min >> Int64(unused), !bytes.isEmpty else { return noNumber(bytes) }
    return .integer(number)
  }

  private static func noNumber(_ bytes: [UInt8]) -> Reading {
    .invalid("no valid number (\(Hex.encode(bytes.reversed())))", code: .noNumber)
  }

  /// Decimal digits, of which the first may be F for a minus sign (type A).
  static func bcd(_ bytes: [UInt8]) -> Reading {
    let digits = BCD.digits(bytes)
    let isNegative = digits.first == 0xF
    return bcd(isNegative ? digits.dropFirst() : digits[...], isNegative: isNegative, bytes)
  }

  /// Decimal digits with their sign apart; a number that is too large for 64 bits is its digits.
  static func bcd(_ digits: ArraySlice<UInt8>, isNegative: Bool, _ bytes: [UInt8]) -> Reading {
    if let number = BCD.number(digits) { return .integer(isNegative ? -number : number) }
    guard digits.allSatisfy({ $0 <= 9 }) else {
      return .invalid("hex digits \(BCD.text(bytes)) (error display)", code: .notBCD)
    }
    let significant = digits.drop { $0 == 0 }.map { String($0) }.joined()
    return .text(isNegative ? "-" + significant : significant)
  }

  /// Single precision; what is no finite number is no value (type H).
  static func real32(_ bytes: [UInt8]) -> Reading {
    var cursor = ByteCursor(bytes)
    guard let pattern = try? cursor.readLittleEndian(UInt32.self) else {
      return .invalid("no data", code: .noData)
    }
    return real(Double(Float(bitPattern: pattern)))
  }

  /// Double precision, by the same rule.
  static func real64(_ bytes: [UInt8]) -> Reading {
    var cursor = ByteCursor(bytes)
    guard let pattern = try? cursor.readLittleEndian(UInt64.self) else {
      return .invalid("no data", code: .noData)
    }
    return real(Double(bitPattern: pattern))
  }

  private static func real(_ number: Double) -> Reading {
    if number.isNaN { return .invalid("not a number (NaN)", code: .notANumber) }
    guard number.isFinite else {
      return .invalid(number < 0 ? "minus infinity" : "infinity", code: .infinite)
    }
    return .real(number)
  }
}
