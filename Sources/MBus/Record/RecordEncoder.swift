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
  /// a counter rolls over; a number that is too large for a binary type is an error.
  public var encoded: [UInt8] {
    get throws(RecordEncodingError) {
      guard type != .manufacturer,
        let head = DataInformation.encode(
          dataField: type.dataField, function: function, storage: storage, tariff: tariff,
          subunit: subunit)
      else { throw RecordEncodingError(type: type, value: value) }
      return head + vif + (try data)
    }
  }

  private var data: [UInt8] {
    get throws(RecordEncodingError) {
      let data: [UInt8]? =
        switch (type, value) {
        case (.none, _): []
        case (_, .integer(let number)): integer(number)
        case (.real32, .real(let number)): Float(number).bitPattern.littleEndianBytes
        case (.text, .text(let text)): Self.text(text)
        case (.binary, .binary(let bytes)):
          VariableLength.lvar(binary: bytes.count).map { [$0] + bytes }
        case (_, .time(let time)): DateTypes.encode(type, time)
        default: nil
        }
      guard let data else { throw RecordEncodingError(type: type, value: value) }
      return data
    }
  }

  private func integer(_ number: Int64) -> [UInt8]? {
    switch type {
    case .int8, .int16, .int24, .int32, .int48, .int64:
      let length = type.length ?? 0
      let unused = Int64(64 - 8 * length)
      guard (number << unused) >> unused == number else { return nil }
      return Array(UInt64(bitPattern: number).littleEndianBytes.prefix(length))
    case .bcd2, .bcd4, .bcd6, .bcd8, .bcd12:
      var bytes = BCD.encode(number.magnitude, count: type.length ?? 0)
      if number < 0, let top = bytes.popLast() { bytes.append(0xF0 | top & 0x0F) }
      return bytes
    case .real32: return Float(number).bitPattern.littleEndianBytes
    case .lvarBCD:
      let bytes = BCD.encode(number.magnitude, count: 9)
      return [number < 0 ? 0xD9 : 0xC9] + bytes
    case .lvarInteger: return [0xE8] + UInt64(bitPattern: number).littleEndianBytes
    default: return nil
    }
  }

  private static func text(_ text: String) -> [UInt8]? {
    guard let bytes = Latin1.bytes(text), bytes.count <= 0xBF else { return nil }
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
