import Bytes
import Metering

/// The data of a record: bytes to readings (EN 13757-3, annex A).
enum DataField {
  /// Reads data of fixed length.
  /// - Parameter bytes: as many as the type has, least significant byte first.
  static func decode(_ type: DataType, _ bytes: [UInt8], _ content: VIFRow.Content) -> Reading {
    switch type {
    case .none: .invalid("no data", code: .noData)
    case .int8, .int16, .int24, .int32, .int48, .int64, .lvarInteger: integer(bytes, content)
    case .bcd2, .bcd4, .bcd6, .bcd8, .bcd12: bcd(bytes)
    case .real32: real32(bytes)
    case .dateG, .dateTimeF, .dateTimeI, .timeJ: DateTypes.decode(type, bytes)
    case .text: .text(Latin1.text(bytes.reversed()))
    case .lvarBCD, .binary, .manufacturer: .binary(bytes)
    }
  }

  /// A signed number; the most negative one means that there is none (type B).
  static func integer(_ bytes: [UInt8], _ content: VIFRow.Content) -> Reading {
    let pattern = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if content == .bits { return .integer(Int64(bitPattern: pattern)) }
    let unused = UInt64(max(0, 64 - 8 * bytes.count))
    let number = Int64(bitPattern: pattern << unused) >> Int64(unused)
    let least = Int64.min >> Int64(unused)
    guard number != least, !bytes.isEmpty else {
      return .invalid("no valid number (\(Hex.encode(bytes.reversed())))", code: .noNumber)
    }
    return .integer(number)
  }

  /// Decimal digits, of which the first may be F for a minus sign (type A).
  static func bcd(_ bytes: [UInt8]) -> Reading {
    let digits = BCD.digits(bytes)
    let isNegative = digits.first == 0xF
    guard let number = BCD.number(isNegative ? digits.dropFirst() : digits[...]) else {
      return .invalid("hex digits \(BCD.text(bytes)) (error display)", code: .notBCD)
    }
    return .integer(isNegative ? -number : number)
  }

  /// Single precision; what is no finite number is no value (type H).
  static func real32(_ bytes: [UInt8]) -> Reading {
    var cursor = ByteCursor(bytes)
    guard let pattern = try? cursor.readLittleEndian(UInt32.self) else {
      return .invalid("no data", code: .noData)
    }
    let number = Float(bitPattern: pattern)
    if number.isNaN { return .invalid("not a number (NaN)", code: .notANumber) }
    guard number.isFinite else {
      return .invalid(number < 0 ? "minus infinity" : "infinity", code: .infinite)
    }
    return .real(Double(number))
  }
}
