import Gateway
import Glibc
import Modbus
import ModbusServer
import NIOCore
import RegisterMap
import Time

/// Measures what the gateway itself does for a request, without sockets.
struct InProcessBench {
  /// Requests of a part, and the time for them.
  struct Part: Equatable, Sendable {
    let name: String
    var requests = 0
    var errors = 0
    var duration = Span.zero
  }

  let question: LoadClient.Question
  let time: TimeAmount

  /// Requests between two looks at the clock.
  private static let batch = 1000

  /// The system's clocks, as the gateway asks them.
  @Sendable static func clock() -> Moment { DeviceClock.system.now() }

  /// All registers in use.
  static func fullBank() -> RegisterBank {
    var bank = RegisterBank(
      device: DeviceEntry(serial: 1, version: 1, clockRule: .systemTime))
    let width = bank.layout.entryWidth
    for address in stride(from: width, through: RegisterLayout.addressCount - width, by: width) {
      bank.patch(ValueEntry.neverRead, at: RegisterAddress(address))
    }
    return bank
  }

  /// A request is decoded and its registers are found.
  func lookUp() -> Part {
    var bank = Self.fullBank()
    let request = request
    return measure("decode and look up") {
      request.withUnsafeBytes { bytes in
        guard case .request(let request, _) = MBAP.decode(bytes),
          case .readHoldingRegisters(let start, let quantity) = request.pdu
        else { return false }
        var count = 0
        try? bank.withRegisters(
          unit: request.unit, start: start, count: Int(quantity), now: Self.clock()
        ) { count = $0.count }
        return count == Int(question.registers) * 2
      }
    }
  }

  /// The same with the answer, by the function that the server calls for each read.
  func answer() -> Part {
    let source = RegisterSource(ServedRegisters(Self.fullBank()), clock: Self.clock)
    let request = request
    let output = UnsafeMutableRawBufferPointer.allocate(
      byteCount: AnswerBuffer.size(forInput: request.count), alignment: 8)
    defer { output.deallocate() }
    var traffic = TrafficCounter()
    return measure("decode and answer") {
      var answers = AnswerBuffer(output)
      let (answered, fault) = request.withUnsafeBytes {
        source.answerAll(in: $0, to: &answers, counting: &traffic, at: Self.clock())
      }
      return fault == nil && answered == request.count
        && answers.count == 9 + Int(question.registers) * 2
    }
  }

  /// As it comes over the wire, with transaction 1.
  private var request: [UInt8] {
    var bytes = ByteBuffer()
    bytes.writeMultipleIntegers(
      UInt16(1), UInt16(0), UInt16(6), question.unit, UInt8(3), question.start,
      question.registers)
    return Array(bytes.readableBytesView)
  }

  private func measure(_ name: String, _ answers: () -> Bool) -> Part {
    var part = Part(name: name)
    let began = NIODeadline.now()
    var now = began
    while now - began < time {
      for _ in 0..<Self.batch where !answers() { part.errors += 1 }
      part.requests += Self.batch
      now = .now()
    }
    part.duration = Span(nanoseconds: (now - began).nanoseconds)
    return part
  }
}
