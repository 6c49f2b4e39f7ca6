import Modbus
import NIOCore
import RegisterMap
import Time

/// Where answers come from: the registers, and the clock, asked once for all requests that arrive together.
package struct RegisterSource: Sendable {
  let registers: ServedRegisters
  let clock: @Sendable () -> Moment

  /// - Parameters:
  ///   - registers: what clients see.
  ///   - clock: the device's clocks.
  package init(_ registers: ServedRegisters, clock: @escaping @Sendable () -> Moment) {
    self.registers = registers
    self.clock = clock
  }

  /// Answers every whole request of a TCP stream, in order and from one state of the registers.
  /// - Parameters:
  ///   - input: what has come, from the beginning of a request on.
  ///   - output: where the answers are appended; has `AnswerBuffer.size(forInput:)` bytes.
  ///   - traffic: where the requests are counted.
  ///   - now: what registers that depend on the clock are to show.
  /// - Returns: how many bytes the requests had, and the fault that ends the stream, if there is one.
  package func answerAll(
    in input: UnsafeRawBufferPointer, to output: inout AnswerBuffer,
    counting traffic: inout TrafficCounter, at now: Moment
  ) -> (answered: Int, fault: MBAP.Fault?) {
    registers.read { $0.answerAll(in: input, to: &output, counting: &traffic, at: now) }
  }
}

extension RegisterSource {
  /// Puts the answer to one request in the place of what is in a buffer.
  /// - Returns: the exception that the answer is, if it is one.
  func answer(
    _ request: ModbusRequest, at now: Moment, to output: inout ByteBuffer
  ) -> ModbusException? {
    output.clear()
    var exception: ModbusException?
    output.writeWithUnsafeMutableBytes(minimumWritableBytes: MBAP.maximumFrame) { space in
      var answers = AnswerBuffer(space)
      exception = registers.read { $0.answer(request, at: now, to: &answers) }
      return answers.count
    }
    return exception
  }
}

extension ServedRegisters.Content {
  fileprivate mutating func answerAll(
    in input: UnsafeRawBufferPointer, to output: inout AnswerBuffer,
    counting traffic: inout TrafficCounter, at now: Moment
  ) -> (answered: Int, fault: MBAP.Fault?) {
    var position = 0
    while position < input.count, output.hasRoom {
      switch MBAP.decode(UnsafeRawBufferPointer(rebasing: input[position...])) {
      case .request(let request, let count):
        position += count
        let exception = answer(request, at: now, to: &output)
        traffic.noteRequest(exception, of: request.pdu, at: now.wall)
      case .needMore:
        return (position, nil)
      case .invalid(let fault):
        return (position, fault)
      }
    }
    return (position, nil)
  }

  /// Appends the answer to a request.
  /// - Parameter now: what registers that depend on the clock are to show.
  /// - Returns: the exception that the answer is, if it is one, for `TrafficCounter.noteRequest`.
  fileprivate mutating func answer(
    _ request: ModbusRequest, at now: Moment, to output: inout AnswerBuffer
  ) -> ModbusException? {
    do throws(ModbusException) {
      try write(request, at: now, to: &output)
      return nil
    } catch {
      output.write(request.exception(error))
      return error
    }
  }

  /// Appends the answer to a request that is not refused.
  private mutating func write(
    _ request: ModbusRequest, at now: Moment, to output: inout AnswerBuffer
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
      let answer = try identification.answer(access, from: object)
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
