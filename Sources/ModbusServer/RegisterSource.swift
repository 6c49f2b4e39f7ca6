import Modbus
import NIOCore
import RegisterMap
import Time

/// Where answers come from: the bank in force and the clock, asked once for all requests that
/// arrive together.
struct RegisterSource {
  let bank: () -> RegisterBank
  let clock: () -> WallTime
}

extension RegisterBank {
  /// Appends the answer to a request.
  func answer(_ request: ModbusRequest, now: WallTime, to output: inout ByteBuffer) {
    switch request.pdu {
    case .readHoldingRegisters(let start, let quantity):
      do {
        try withRegisters(unit: request.unit, start: start, count: Int(quantity), now: now) {
          output.write(request.registers(byteCount: UInt8(truncatingIfNeeded: $0.count)))
          output.writeBytes($0)
        }
      } catch {
        output.write(request.exception(error.exception))
      }
    case .refused(_, let exception):
      output.write(request.exception(exception))
    }
  }
}

extension RegisterReadRefusal {
  /// What a Modbus client is told.
  var exception: ModbusException {
    switch self {
    case .beyondTheMap: .illegalDataAddress
    }
  }
}

extension ByteBuffer {
  fileprivate mutating func write(_ head: AnswerHead) {
    writeMultipleIntegers(head.header, head.last)
  }
}
