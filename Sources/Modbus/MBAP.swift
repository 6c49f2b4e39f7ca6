import Bytes

/// The framing of Modbus TCP: a header of seven bytes (transaction identifier, protocol identifier,
/// length, unit identifier), then a PDU (Modbus messaging on TCP/IP V1.0b, ch. 3.1.3).
public enum MBAP {
  /// The protocol identifier of Modbus.
  public static let modbus: UInt16 = 0
  /// What the length field counts: the unit identifier and a PDU of 1–253 bytes (Modbus application
  /// protocol V1.1b3, ch. 4.1).
  public static let lengths: ClosedRange<UInt16> = 2...254
  /// The longest PDU: what the length field counts, without the unit identifier.
  public static let maximumPDU = Int(lengths.upperBound) - 1
  /// Bytes before those that the length field counts.
  public static let prefix = 6
  /// The longest frame.
  public static let maximumFrame = prefix + Int(lengths.upperBound)

  /// What stands at the beginning of some bytes.
  public enum Decoded: Equatable, Sendable {
    /// The beginning of a frame, so far without fault.
    case needMore
    /// A frame, and how many bytes it has.
    case request(ModbusRequest, bytes: Int)
    /// No Modbus frame. As there is no way to find the next one, the connection has to be closed.
    case invalid(Fault)
  }

  /// Why bytes are no Modbus frame.
  public enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The protocol identifier is not 0.
    case protocolIdentifier(UInt16)
    /// The length is not within 2–254.
    case length(UInt16)

    /// Which field, what it says and what is allowed.
    public var description: String {
      switch self {
      case .protocolIdentifier(let identifier):
        "protocol identifier \(identifier) in bytes 2–3 of the header, only 0 is Modbus"
      case .length(let length):
        "length \(length) in bytes 4–5 of the header, allowed are 2–254"
      }
    }
  }

  /// Decodes the request at the beginning of some bytes. A fault is seen as soon as its field is
  /// there; nothing behind the frame is looked at.
  public static func decode(_ bytes: UnsafeRawBufferPointer) -> Decoded {
    var cursor = RawCursor(bytes)
    guard let transaction = cursor.readBigEndian(UInt16.self),
      let identifier = cursor.readBigEndian(UInt16.self)
    else { return .needMore }
    guard identifier == modbus else { return .invalid(.protocolIdentifier(identifier)) }
    guard let length = cursor.readBigEndian(UInt16.self) else { return .needMore }
    guard lengths.contains(length) else { return .invalid(.length(length)) }
    guard var body = cursor.cut(Int(length)),
      let unit = body.readBigEndian(UInt8.self), let function = body.readBigEndian(UInt8.self)
    else { return .needMore }
    let request = ModbusRequest(
      transaction: transaction, unit: unit,
      pdu: RequestPDU(FunctionCode(rawValue: function), data: body))
    return .request(request, bytes: cursor.consumed)
  }
}

/// A request as it came over the wire.
public struct ModbusRequest: Equatable, Sendable {
  /// Chosen by the client, repeated in the answer.
  public let transaction: UInt16
  /// Which station behind the server is meant.
  public let unit: UInt8
  /// What is asked for.
  public let pdu: RequestPDU

  /// All parts of a request.
  public init(transaction: UInt16, unit: UInt8, pdu: RequestPDU) {
    self.transaction = transaction
    self.unit = unit
    self.pdu = pdu
  }

  /// The answer with registers: these nine bytes, then `byteCount` bytes of registers.
  public func registers(byteCount: UInt8) -> AnswerHead {
    AnswerHead(
      self, function: pdu.function.rawValue, last: byteCount, lengthAfterHead: UInt16(byteCount))
  }

  /// The answer that identifies the device: these nine bytes, the last of which is the MEI type, then
  /// what `DeviceIdentification.answer` gives.
  /// - Parameter count: how many bytes follow.
  public func deviceIdentification(byteCount count: Int) -> AnswerHead {
    AnswerHead(
      self, function: pdu.function.rawValue, last: DeviceIdentification.meiType,
      lengthAfterHead: UInt16(clamping: count))
  }

  /// The answer that refuses: these nine bytes are all.
  public func exception(_ exception: ModbusException) -> AnswerHead {
    AnswerHead(
      self, function: pdu.function.refused, last: exception.rawValue, lengthAfterHead: 0)
  }
}

/// The first nine bytes of an answer, as two integers that are sent most significant byte first:
/// a form that costs no allocation.
public struct AnswerHead: Equatable, Sendable {
  /// How many bytes it has.
  public static let size = 9

  /// Transaction, protocol, length (16 bits each), unit and function (8 bits each).
  public let header: UInt64
  /// The byte count, the MEI type, or the code of the exception.
  public let last: UInt8

  init(_ request: ModbusRequest, function: UInt8, last: UInt8, lengthAfterHead: UInt16) {
    // The length counts unit, function and the last byte of the head too.
    let length = UInt64(lengthAfterHead) + 3
    header =
      UInt64(request.transaction) << 48 | UInt64(MBAP.modbus) << 32 | length << 16
      | UInt64(request.unit) << 8 | UInt64(function)
    self.last = last
  }

  /// The nine bytes.
  public var bytes: [UInt8] { header.bigEndianBytes + [last] }
}
