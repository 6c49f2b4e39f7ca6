import Modbus
import NIOCore
import RegisterMap
import Time

/// Where answers come from: the bank in force and the clock, asked once for all requests that
/// arrive together, and who the device is, asked when a client wants to know.
struct RegisterSource {
  let bank: () -> RegisterBank
  let identification: () -> DeviceIdentification
  let clock: () -> Moment
}

extension RegisterSource {
  /// Appends the answer to a request.
  /// - Parameters:
  ///   - bank: the bank in force.
  ///   - now: what registers that depend on the clock are to show.
  func answer(
    _ request: ModbusRequest, from bank: RegisterBank, now: Moment, to output: inout ByteBuffer
  ) {
    switch request.pdu {
    case .readHoldingRegisters(let start, let quantity):
      do {
        try bank.withRegisters(
          unit: request.unit, start: start, count: Int(quantity), now: now
        ) {
          output.write(request.registers(byteCount: UInt8(truncatingIfNeeded: $0.count)))
          output.writeBytes($0)
        }
      } catch {
        output.write(request.exception(error.exception))
      }
    case .readInputRegisters(let start, let quantity) where bank.layout.hasQuality:
      answerQuality(request, start, quantity, from: bank, now: now, to: &output)
    case .readInputRegisters:
      output.write(request.exception(.illegalFunction))
    case .readDeviceIdentification(let access, let object):
      do {
        let answer = try identification().answer(access, from: object)
        output.write(request.deviceIdentification(byteCount: answer.count))
        output.writeBytes(answer)
      } catch {
        output.write(request.exception(error))
      }
    case .refused(.readInputRegisters, _) where !bank.layout.hasQuality:
      output.write(request.exception(.illegalFunction))
    case .refused(_, let exception):
      output.write(request.exception(exception))
    }
  }

  /// Function 4, which exists while the bank has quality registers.
  private func answerQuality(
    _ request: ModbusRequest, _ start: UInt16, _ quantity: UInt16, from bank: RegisterBank,
    now: Moment, to output: inout ByteBuffer
  ) {
    do {
      try bank.withQuality(unit: request.unit, start: start, count: Int(quantity), now: now) {
        output.write(request.registers(byteCount: UInt8(truncatingIfNeeded: $0.count)))
        output.writeBytes($0)
      }
    } catch {
      output.write(request.exception(error.exception))
    }
  }
}

extension RegisterReadRefusal {
  /// What a Modbus client is told.
  var exception: ModbusException {
    switch self {
    case .beyondTheMap: .illegalDataAddress
    case .noSuchUnit, .stale: .gatewayTargetDeviceFailedToRespond
    }
  }
}

extension ByteBuffer {
  fileprivate mutating func write(_ head: AnswerHead) {
    writeMultipleIntegers(head.header, head.last)
  }
}
