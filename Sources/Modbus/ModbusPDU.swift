import Bytes

/// A request without its framing: what is asked for, or why it is refused.
public enum RequestPDU: Equatable, Sendable {
  /// Function 0x03 with 1–125 registers.
  case readHoldingRegisters(start: UInt16, quantity: UInt16)
  /// A request that gets an exception.
  case refused(FunctionCode, ModbusException)

  /// The most registers in one answer (Modbus application protocol V1.1b3, ch. 6.3).
  public static let maximumQuantity: UInt16 = 125

  /// The function code of the request.
  public var function: FunctionCode {
    switch self {
    case .readHoldingRegisters: .readHoldingRegisters
    case .refused(let function, _): function
    }
  }

  /// Decodes what stands after a function code.
  /// - Parameter data: all bytes of the PDU after the function code.
  public init(_ function: FunctionCode, data: RawCursor) {
    if let refusal = function.refusal {
      self = .refused(function, refusal)
    } else {
      self = Self.readHoldingRegisters(data) ?? .refused(function, .illegalDataValue)
    }
  }

  /// Start and quantity, two bytes each, and nothing else (Modbus application protocol V1.1b3,
  /// ch. 6.3).
  private static func readHoldingRegisters(_ data: RawCursor) -> RequestPDU? {
    var data = data
    guard let start = data.readBigEndian(UInt16.self),
      let quantity = data.readBigEndian(UInt16.self), data.remaining == 0,
      (1...maximumQuantity).contains(quantity)
    else { return nil }
    return .readHoldingRegisters(start: start, quantity: quantity)
  }
}
