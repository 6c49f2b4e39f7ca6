/// What was expected and what came instead; or why a check cannot be made.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ expected: String, _ came: String) { description = "expected \(expected); came \(came)" }
}

/// Why a check cannot be made on this server or with these options.
struct Skipped: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// Throws when a condition does not hold.
func require(
  _ condition: Bool, _ expected: @autoclosure () -> String, _ came: @autoclosure () -> String
)
  throws
{
  guard condition else { throw Failure(expected(), came()) }
}

extension Connection {
  /// Sends a request.
  @discardableResult func request(_ pdu: [UInt8], unit: UInt8) throws -> Request {
    let request = Request(transaction: nextTransaction(), unit: unit, pdu: pdu)
    try send(request.bytes)
    return request
  }

  /// Sends a request and gives the PDU of its answer.
  func exchange(_ pdu: [UInt8], unit: UInt8) throws -> [UInt8] {
    try answer(to: request(pdu, unit: unit))
  }

  /// The PDU of the next answer, which has to be the one to this request.
  func answer(to request: Request) throws -> [UInt8] {
    let outcome = next()
    guard case .answer(let answer) = outcome, answer.transaction == request.transaction,
      answer.unit == request.unit
    else {
      throw Failure(
        "an answer to \(Answer.describe(request.pdu)) with transaction \(request.transaction) "
          + "and unit \(request.unit)", "\(outcome)")
    }
    return answer.pdu
  }

  /// Sends a request that has to be refused.
  func expect(exception code: UInt8, to pdu: [UInt8], unit: UInt8) throws {
    try expect(exception: code, for: request(pdu, unit: unit))
  }

  /// The next answer has to refuse this request.
  func expect(exception code: UInt8, for request: Request) throws {
    let function = request.pdu.first ?? 0
    let expected = [function | 0x80, code]
    let came = try answer(to: request)
    try require(
      came == expected,
      "exception \(code.hex) to \(Answer.describe(request.pdu)), unit \(request.unit)",
      Answer.describe(came))
  }

  /// Reads registers.
  func read(_ start: Int, _ quantity: Int, unit: UInt8) throws -> [UInt16] {
    try registers(of: request(Request.read(start, quantity), unit: unit))
  }

  /// The next answer has to bring the registers of this request.
  func registers(of request: Request) throws -> [UInt16] {
    let quantity = Int(request.pdu[3]) << 8 | Int(request.pdu[4])
    let pdu = try answer(to: request)
    let answer = Answer(transaction: request.transaction, unit: request.unit, pdu: pdu)
    guard let registers = answer.registers(quantity) else {
      let start = Int(request.pdu[1]) << 8 | Int(request.pdu[2])
      throw Failure(
        "\(quantity) registers from \(start) of unit \(request.unit)", Answer.describe(pdu))
    }
    return registers
  }

  /// How many registers a unit has: one past the last one that can be read.
  func span(unit: UInt8) throws -> Int {
    var readable = 0
    var beyond = 65_537
    while beyond - readable > 1 {
      let middle = (readable + beyond) / 2
      let pdu = try exchange(Request.read(middle - 1, 1), unit: unit)
      if pdu.first == 0x03 { readable = middle } else { beyond = middle }
    }
    return readable
  }

  /// All registers of a unit.
  func readAll(unit: UInt8) throws -> [UInt16] {
    var registers: [UInt16] = []
    let span = try span(unit: unit)
    while registers.count < span {
      registers += try read(registers.count, min(125, span - registers.count), unit: unit)
    }
    return registers
  }
}
