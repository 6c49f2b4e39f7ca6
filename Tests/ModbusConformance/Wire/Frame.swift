/// A request as bytes, right or wrong: the conformance test sends both.
struct Request {
  var transaction: UInt16
  var unit: UInt8
  var pdu: [UInt8]

  /// The frame (Modbus messaging on TCP/IP V1.0b, ch. 3.1.3).
  var bytes: [UInt8] {
    Self.header(transaction, length: UInt16(pdu.count + 1)) + [unit] + pdu
  }

  /// Transaction, protocol and length, each as wanted.
  static func header(_ transaction: UInt16, protocolID: UInt16 = 0, length: UInt16) -> [UInt8] {
    [transaction, protocolID, length].flatMap(\.bytes)
  }

  /// The PDU of Read Holding Registers.
  static func read(_ start: Int, _ quantity: Int) -> [UInt8] {
    [0x03] + UInt16(truncatingIfNeeded: start).bytes + UInt16(truncatingIfNeeded: quantity).bytes
  }

  /// The PDU of Read Device Identification.
  static func identify(_ code: UInt8, from object: UInt8) -> [UInt8] { [0x2B, 0x0E, code, object] }
}

/// An answer as it came.
struct Answer: Equatable, CustomStringConvertible {
  var transaction: UInt16
  var unit: UInt8
  /// Never empty.
  var pdu: [UInt8]

  /// What stands at the beginning of received bytes.
  enum Decoded {
    case needMore
    case answer(Answer, bytes: Int)
    case garbage
  }

  /// Protocol identifier 0 and a length of 2–254, or it is no answer.
  static func decode(_ bytes: [UInt8]) -> Decoded {
    guard bytes.count >= 6 else { return .needMore }
    let length = Int(bytes[4]) << 8 | Int(bytes[5])
    guard bytes[2] == 0, bytes[3] == 0, (2...254).contains(length) else { return .garbage }
    guard bytes.count >= 6 + length else { return .needMore }
    let answer = Answer(
      transaction: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), unit: bytes[6],
      pdu: Array(bytes[7..<(6 + length)]))
    return .answer(answer, bytes: 6 + length)
  }

  /// The registers of an answer to Read Holding Registers; nil when it is another one, or its byte
  /// count is not that of `quantity` registers.
  func registers(_ quantity: Int) -> [UInt16]? {
    guard pdu.count == 2 + 2 * quantity, pdu[0] == 0x03, Int(pdu[1]) == 2 * quantity else {
      return nil
    }
    return stride(from: 2, to: pdu.count, by: 2).map { UInt16(pdu[$0]) << 8 | UInt16(pdu[$0 + 1]) }
  }

  var description: String {
    "\(Self.describe(pdu)) (transaction \(transaction), unit \(unit))"
  }

  /// A PDU for people.
  static func describe(_ pdu: [UInt8]) -> String {
    guard let function = pdu.first else { return "an empty PDU" }
    if function & 0x80 != 0, pdu.count == 2 {
      return "exception \(pdu[1].hex) to function \((function & 0x7F).hex)"
    }
    let shown = pdu.prefix(24).map(\.hex).joined(separator: " ")
    return "PDU \(shown)" + (pdu.count > 24 ? " … (\(pdu.count) bytes)" : "")
  }
}

extension Connection.Outcome: CustomStringConvertible {
  var description: String {
    switch self {
    case .answer(let answer): answer.description
    case .closed: "the connection was closed"
    case .silence: "no answer"
    case .garbage(let bytes):
      "no Modbus frame: " + bytes.prefix(24).map(\.hex).joined(separator: " ")
    }
  }
}

extension UInt16 {
  /// Most significant byte first.
  var bytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 0xFF)] }

  /// Four digits.
  var hex: String { bytes.map(\.hex).joined() }
}

extension UInt8 {
  /// Two digits.
  var hex: String { (self < 16 ? "0" : "") + String(self, radix: 16, uppercase: true) }
}
