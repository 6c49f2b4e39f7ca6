/// Why a request is refused (Modbus application protocol V1.1b3, ch. 7).
public enum ModbusException: UInt8, Error, CaseIterable, Sendable, CustomStringConvertible {
  case illegalFunction = 0x01
  case illegalDataAddress = 0x02
  case illegalDataValue = 0x03
  case serverDeviceFailure = 0x04
  case acknowledge = 0x05
  case serverDeviceBusy = 0x06
  case memoryParityError = 0x08
  case gatewayPathUnavailable = 0x0A
  case gatewayTargetDeviceFailedToRespond = 0x0B

  /// The name in the standard, and the code.
  public var description: String {
    let name =
      switch self {
      case .illegalFunction: "ILLEGAL FUNCTION"
      case .illegalDataAddress: "ILLEGAL DATA ADDRESS"
      case .illegalDataValue: "ILLEGAL DATA VALUE"
      case .serverDeviceFailure: "SERVER DEVICE FAILURE"
      case .acknowledge: "ACKNOWLEDGE"
      case .serverDeviceBusy: "SERVER DEVICE BUSY"
      case .memoryParityError: "MEMORY PARITY ERROR"
      case .gatewayPathUnavailable: "GATEWAY PATH UNAVAILABLE"
      case .gatewayTargetDeviceFailedToRespond: "GATEWAY TARGET DEVICE FAILED TO RESPOND"
      }
    return "\(name) (\(rawValue))"
  }
}
