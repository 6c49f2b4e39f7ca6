import Modbus
import NIOCore
import RegisterMap
import Time

/// Where answers come from: the bank in force and the clock, asked once for all requests that
/// arrive together, and who the device is, asked when a client wants to know.
package struct RegisterSource {
  let bank: () -> RegisterBank
  let identification: () -> DeviceIdentification
  let clock: () -> Moment

  /// Three questions, asked on the event loop of whoever answers.
  package init(
    bank: @escaping () -> RegisterBank, identification: @escaping () -> DeviceIdentification,
    clock: @escaping () -> Moment
  ) {
    self.bank = bank
    self.identification = identification
    self.clock = clock
  }
}

extension RegisterSource {
  /// Answers every whole request of a TCP stream, in order.
  /// - Parameters:
  ///   - input: what has come, from the beginning of a request on.
  ///   - output: where the answers are appended.
  ///   - traffic: where the requests are counted.
  /// - Returns: how many bytes the requests had, and the fault that ends the stream, if there is one.
  package func answerAll(
    in input: UnsafeRawBufferPointer, to output: inout ByteBuffer,
    counting traffic: inout TrafficCounter
  ) -> (answered: Int, fault: MBAP.Fault?) {
    let bank = bank()
    let now = clock()
    var rest = input[...]
    while !rest.isEmpty {
      switch MBAP.decode(UnsafeRawBufferPointer(rebasing: rest)) {
      case .request(let request, let count):
        rest = rest.dropFirst(count)
        traffic.noteRequest(answer(request, from: bank, now: now, to: &output), at: now.wall)
      case .needMore:
        return (rest.startIndex, nil)
      case .invalid(let fault):
        return (rest.startIndex, fault)
      }
    }
    return (rest.startIndex, nil)
  }

  /// Appends the answer to a request.
  /// - Parameters:
  ///   - bank: the bank in force.
  ///   - now: what registers that depend on the clock are to show.
  /// - Returns: the exception that the answer is, if it is one, for `TrafficCounter.noteRequest`.
  func answer(
    _ request: ModbusRequest, from bank: RegisterBank, now: Moment, to output: inout ByteBuffer
  ) -> ModbusException? {
    do throws(ModbusException) {
      try write(request, from: bank, now: now, to: &output)
      return nil
    } catch {
      output.write(request.exception(error))
      return error
    }
  }

  /// Appends the answer to a request that is not refused.
  private func write(
    _ request: ModbusRequest, from bank: RegisterBank, now: Moment, to output: inout ByteBuffer
  ) throws(ModbusException) {
    guard bank.has(unit: request.unit) else { throw .gatewayTargetDeviceFailedToRespond }
    switch request.pdu {
    case .readHoldingRegisters(let start, let quantity):
      do {
        try bank.withRegisters(unit: request.unit, start: start, count: Int(quantity), now: now) {
          output.write(request.registers(byteCount: UInt8(truncatingIfNeeded: $0.count)), $0)
        }
      } catch { throw error.exception }
    case .readInputRegisters(let start, let quantity):
      guard bank.layout.hasQuality else { throw .illegalFunction }
      do {
        try bank.withQuality(unit: request.unit, start: start, count: Int(quantity), now: now) {
          output.write(request.registers(byteCount: UInt8(truncatingIfNeeded: $0.count)), $0)
        }
      } catch { throw error.exception }
    case .readDeviceIdentification(let access, let object):
      let answer = try identification().answer(access, from: object)
      let head = request.deviceIdentification(byteCount: answer.count)
      answer.withUnsafeBytes { output.write(head, $0) }
    case .refused(let function, let exception):
      // Without quality it is a function that is not served, whatever else the request says.
      let isServed = function != .readInputRegisters || bank.layout.hasQuality
      throw isServed ? exception : .illegalFunction
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
  /// Appends an answer, in one go: as a write for each of its parts, it would cost more than all else that is
  /// done for a request.
  fileprivate mutating func write(
    _ head: AnswerHead,
    _ body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) {
    let size = AnswerHead.size + body.count
    writeWithUnsafeMutableBytes(minimumWritableBytes: size) { space in
      space.storeBytes(of: head.header.bigEndian, as: UInt64.self)
      space.storeBytes(of: head.last, toByteOffset: AnswerHead.size - 1, as: UInt8.self)
      UnsafeMutableRawBufferPointer(rebasing: space[AnswerHead.size..<size]).copyMemory(from: body)
      return size
    }
  }
}
