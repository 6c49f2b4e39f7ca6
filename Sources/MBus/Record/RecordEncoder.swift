import Bytes
import Metering

/// A record to be sent: the opposite of `DataRecord`.
public struct RecordEncoder: Hashable, Sendable {
  /// How the data is coded.
  public var type: DataType
  /// How the meter came by the value.
  public var function: ValueKey.Function
  /// 0: the current value; up to 2^41 - 1.
  public var storage: UInt64
  /// 0: the total; up to 2^20 - 1.
  public var tariff: UInt32
  /// The part of the device; up to 2^10 - 1.
  public var subunit: UInt32
  /// VIF, text of a text VIF, VIFEs.
  public var vif: [UInt8]
  /// The value without its scale.
  public var value: Reading

  /// A record; what is left out is the current total.
  public init(
    _ type: DataType, function: ValueKey.Function = .instantaneous, storage: UInt64 = 0,
    tariff: UInt32 = 0, subunit: UInt32 = 0, vif: [UInt8], value: Reading
  ) {
    self.type = type
    self.function = function
    self.storage = storage
    self.tariff = tariff
    self.subunit = subunit
    self.vif = vif
    self.value = value
  }

  /// The bytes of the record. A number with more BCD digits than the type has loses those on top, as
  /// a counter rolls over; a number that is too large for a binary type is an error, and so is one whose
  /// pattern would mean that there is none. Whether a binary number has a sign follows from the VIF.
  public var encoded: [UInt8] {
    get throws(RecordEncodingError) {
      guard type.isValue,
        let head = DataInformation.encode(
          dataField: type.dataField, function: function, storage: storage, tariff: tariff,
          subunit: subunit)
      else { throw RecordEncodingError(type: type, value: value) }
      return head + vif + (try data)
    }
  }

  private var data: [UInt8] {
    get throws(RecordEncodingError) {
      let block = Self.information(vif)
      let data: [UInt8]? =
        switch (type, value) {
        case _ where !fits(block): nil
        case (.none, _): []
        case (_, .invalid(_, let code)): invalid(code, block)
        case (_, .integer(let number)): integer(number, block?.content ?? .number)
        case (.real32, .real(let number)):
          Float(number).isFinite ? Float(number).bitPattern.littleEndianBytes : nil
        case (.real64, .real(let number)) where number.isFinite:
          [0xF8] + number.bitPattern.littleEndianBytes
        case (.text, .text(let text)): Self.text(text)
        case (.timeJ, .text(let text)): DateTypes.encodeTimeOfDay(text)
        case (.lvarBCD, .text(let digits)): Self.digits(digits)
        case (_, .text(let digits)): UInt64(digits).flatMap { unsigned($0, block) }
        case (.binary, .binary(let bytes)): Self.bytes(bytes, block)
        case (_, .binary(let bytes)):
          holdsBytes && Self.isBytes(block) && bytes.count == type.length ? bytes : nil
        case (_, .time(let time)): DateTypes.encode(type, time)
        default: nil
        }
      guard let data else { throw RecordEncodingError(type: type, value: value) }
      return data
    }
  }

  /// Whether data of the type is bytes where the VIF says so.
  private var holdsBytes: Bool {
    switch type {
    case .int8, .int16, .int24, .int32, .int48, .int64, .daylightSavingK: true
    default: false
    }
  }

  /// What the VIF says of the data; nil when it cannot be read.
  private static func information(_ vif: [UInt8]) -> ValueInformation? {
    for placement in [DecodingOptions.TextVIFPlacement.behindVIF, .behindVIFEs] {
      var cursor = ByteCursor(vif)
      let block = try? ValueInformation.read(&cursor, textVIF: placement)
      if let block, cursor.isAtEnd { return block }
    }
    return nil
  }

  /// False where the VIF makes something else of the data than this type of value.
  private func fits(_ block: ValueInformation?) -> Bool {
    guard let block else { return false }
    if let error = block.recordError {
      guard case .invalid(_, error) = value else { return false }
      return true
    }
    if block.profile != nil, type != .binary { return false }
    return switch type {
    case .dateG, .dateTimeF, .dateTimeI, .timeJ: block.content == .date
    case .daylightSavingK: block.content == .daylightSaving
    case .int32: block.content != .date && block.content != .daylightSaving
    case .int8, .int16, .int24, .int48, .int64, .bcd2, .bcd4, .bcd6, .bcd8, .bcd12, .real32:
      block.content != .date
    case .text: !Self.isBytes(block)
    case .lvarInteger, .lvarBCD, .real64: !Self.isBytes(block) && block.content != .date
    case .none, .binary, .manufacturer, .reserved: true
    }
  }

  private func integer(_ number: Int64, _ content: VIFRow.Content) -> [UInt8]? {
    switch type {
    case .int8, .int16, .int24, .int32, .int48, .int64:
      return binary(number, content, length: type.length ?? 0)
    case .bcd2, .bcd4, .bcd6, .bcd8, .bcd12:
      var bytes = BCD.encode(number.magnitude, count: type.length ?? 0)
      if number < 0, let top = bytes.popLast() { bytes.append(0xF0 | top & 0x0F) }
      return bytes
    case .real32: return Float(number).bitPattern.littleEndianBytes
    case .real64: return [0xF8] + Double(number).bitPattern.littleEndianBytes
    case .lvarBCD:
      let count = number.magnitude < 1_000_000_000_000_000_000 ? 9 : 10
      return [(number < 0 ? 0xD0 : 0xC0) + UInt8(truncatingIfNeeded: count)]
        + BCD.encode(number.magnitude, count: count)
    case .lvarInteger: return binary(number, content, length: 8).map { [0xE8] + $0 }
    default: return nil
    }
  }

  /// A binary number as the VIF wants it; nil where its pattern would not be that number.
  private func binary(
    _ number: Int64, _ content: VIFRow.Content, length: Int
  ) -> [UInt8]? {
    let bytes = Array(UInt64(bitPattern: number).littleEndianBytes.prefix(length))
    return DataField.integer(bytes, content) == .integer(number) ? bytes : nil
  }

  /// A number that is too large for a signed one of 64 bits.
  private func unsigned(_ number: UInt64, _ block: ValueInformation?) -> [UInt8]? {
    let bytes = number.littleEndianBytes
    guard DataField.integer(bytes, block?.content ?? .number) == value else { return nil }
    return switch type {
    case .int64: bytes
    case .lvarInteger: [0xE8] + bytes
    default: nil
    }
  }

  /// What stands for no value, for this reason; nil where the type has nothing that does.
  private func invalid(_ code: InvalidReadingCode, _ block: ValueInformation?) -> [UInt8]? {
    if let block, block.recordError == code {
      return type.length.map { .init(repeating: 0, count: $0) }
    }
    switch (type, code) {
    case (.int8, .noNumber), (.int16, .noNumber), (.int24, .noNumber), (.int32, .noNumber),
      (.int48, .noNumber), (.int64, .noNumber), (.lvarInteger, .noNumber):
      return noNumber(block?.content ?? .number)
    case (.dateG, .invalidDate), (.dateTimeF, .invalidDate), (.dateTimeI, .invalidDate),
      (.timeJ, .invalidDate):
      return type.length.map { .init(repeating: 0xFF, count: $0) }
    case (.real32, .notANumber): return Float.nan.bitPattern.littleEndianBytes
    case (.real64, .notANumber): return [0xF8] + Double.nan.bitPattern.littleEndianBytes
    default: return nil
    }
  }

  private func noNumber(_ content: VIFRow.Content) -> [UInt8]? {
    let length = type.length ?? 8
    let bytes: [UInt8]
    switch content {
    case .unsigned: bytes = .init(repeating: 0xFF, count: length)
    case .number: bytes = .init(repeating: 0, count: length - 1) + [0x80]
    case .counter, .date, .bits, .bytes, .daylightSaving: return nil
    }
    return type == .lvarInteger ? [0xE8] + bytes : bytes
  }

  /// Data of variable length is bytes and never text.
  private static func isBytes(_ block: ValueInformation?) -> Bool {
    guard let block else { return false }
    return block.content == .bytes || block.content == .daylightSaving || block.profile != nil
  }

  /// Bytes where the VIF says that the data is bytes; else only as many as LVAR can tell from text.
  private static func bytes(_ bytes: [UInt8], _ block: ValueInformation?) -> [UInt8]? {
    if isBytes(block), !bytes.isEmpty, bytes.count <= VariableLength.maxText {
      return [UInt8(truncatingIfNeeded: bytes.count)] + bytes
    }
    return VariableLength.lvar(binary: bytes.count).map { [$0] + bytes }
  }

  /// Decimal digits, with a minus sign or without, that are too many for 64 bits.
  private static func digits(_ text: String) -> [UInt8]? {
    let isNegative = text.hasPrefix("-")
    var digits = text.utf8.drop { $0 == 0x2D }.map { $0 &- 0x30 }
    guard digits.allSatisfy({ $0 <= 9 }), BCD.number(digits) == nil,
      digits.count <= 2 * VariableLength.maxBCD
    else { return nil }
    if digits.count % 2 != 0 { digits.insert(0, at: 0) }
    var bytes: [UInt8] = []
    while let low = digits.popLast(), let high = digits.popLast() { bytes.append(high << 4 | low) }
    return [(isNegative ? 0xD0 : 0xC0) + UInt8(truncatingIfNeeded: bytes.count)] + bytes
  }

  private static func text(_ text: String) -> [UInt8]? {
    guard let bytes = Latin1.bytes(text), bytes.count <= VariableLength.maxText else {
      return nil
    }
    return [UInt8(truncatingIfNeeded: bytes.count)] + bytes.reversed()
  }
}

/// A value that its data type cannot hold.
public struct RecordEncodingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// How it was to be coded.
  public let type: DataType
  /// What was to be coded.
  public let value: Reading

  /// - Parameters:
  ///   - type: how it was to be coded.
  ///   - value: what was to be coded.
  public init(type: DataType, value: Reading) {
    self.type = type
    self.value = value
  }

  /// What does not fit where.
  public var description: String {
    "\(value) cannot be sent as \(type.name), or its storage, tariff or subunit is too large"
  }
}
