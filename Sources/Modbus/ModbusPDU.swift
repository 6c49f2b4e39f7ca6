import Bytes

/// A request without its framing: what is asked for, or why it is refused.
public enum RequestPDU: Equatable, Sendable {
  /// Function 0x03 with 1–125 registers.
  case readHoldingRegisters(start: UInt16, quantity: UInt16)
  /// Function 0x04 with 1–125 registers.
  case readInputRegisters(start: UInt16, quantity: UInt16)
  /// Function 0x2B with MEI type 0x0E: texts from an object on.
  case readDeviceIdentification(DeviceIdentification.Access, object: UInt8)
  /// A request that gets an exception.
  case refused(FunctionCode, ModbusException)

  /// The most registers in one answer (Modbus application protocol V1.1b3, ch. 6.3).
  public static let maximumQuantity: UInt16 = 125

  /// The function code of the request.
  public var function: FunctionCode {
    switch self {
    case .readHoldingRegisters: .readHoldingRegisters
    case .readInputRegisters: .readInputRegisters
    case .readDeviceIdentification: .encapsulatedInterfaceTransport
    case .refused(let function, _): function
    }
  }

  /// Decodes what stands after a function code.
  /// - Parameter data: all bytes of the PDU after the function code.
  public init(_ function: FunctionCode, data: RawCursor) {
    if let refusal = function.refusal {
      self = .refused(function, refusal)
    } else if function == .encapsulatedInterfaceTransport {
      self = Self.encapsulatedInterfaceTransport(data)
    } else if let (start, quantity) = Self.registers(data) {
      self =
        function == .readInputRegisters
        ? .readInputRegisters(start: start, quantity: quantity)
        : .readHoldingRegisters(start: start, quantity: quantity)
    } else {
      self = .refused(function, .illegalDataValue)
    }
  }

  /// An MEI type, then what it asks for. Other types than that of the device identification are
  /// refused as functions are that do not exist. Read Device ID code and object id are one byte each,
  /// and nothing follows (Modbus application protocol V1.1b3, ch. 6.19 and 6.21).
  private static func encapsulatedInterfaceTransport(_ data: RawCursor) -> RequestPDU {
    let function = FunctionCode.encapsulatedInterfaceTransport
    var data = data
    guard let type = data.readBigEndian(UInt8.self) else {
      return .refused(function, .illegalDataValue)
    }
    guard type == DeviceIdentification.meiType else { return .refused(function, .illegalFunction) }
    guard let code = data.readBigEndian(UInt8.self), let object = data.readBigEndian(UInt8.self),
      data.remaining == 0, let access = DeviceIdentification.Access(rawValue: code)
    else { return .refused(function, .illegalDataValue) }
    return .readDeviceIdentification(access, object: object)
  }

  /// Start and quantity, two bytes each, and nothing else (Modbus application protocol V1.1b3,
  /// ch. 6.3 and 6.4).
  private static func registers(_ data: RawCursor) -> (start: UInt16, quantity: UInt16)? {
    var data = data
    guard let start = data.readBigEndian(UInt16.self),
      let quantity = data.readBigEndian(UInt16.self), data.remaining == 0,
      (1...maximumQuantity).contains(quantity)
    else { return nil }
    return (start, quantity)
  }
}
