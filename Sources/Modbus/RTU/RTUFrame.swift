import Bytes

/// The framing of Modbus RTU: a unit id, a PDU, and a CRC with its least significant byte first (Modbus
/// over serial line V1.02, ch. 2.5.1). A frame is an MBAP frame without its first six bytes, with a CRC.
public enum RTUFrame {
  /// What stands at the beginning of some bytes.
  public enum Decoded: Equatable, Sendable {
    /// The beginning of a frame, so far without fault.
    case needMore
    /// A frame: the request in it, or nil when it is an answer, and how many bytes it has.
    case frame(ModbusRequest?, bytes: Int)
    /// No frame.
    case invalid
  }

  /// A frame of a unit id and a PDU.
  /// - Parameter body: unit id and PDU.
  public static func encode(_ body: [UInt8]) -> [UInt8] {
    body + Checksum.modbus(body).littleEndianBytes
  }

  /// Decodes what stands at the beginning of some bytes, which a silence has ended or may follow. A
  /// request that could be an answer as well counts as a request; what only the silence ends takes all
  /// bytes.
  public static func decode(_ bytes: ArraySlice<UInt8>) -> Decoded {
    guard let code = bytes.dropFirst().first else { return .needMore }
    var isIncomplete = bytes.count < RTULength.range.lowerBound
    for form in RTULength.forms(of: code) {
      guard let count = form.length.count(bytes) else {
        isIncomplete = true
        continue
      }
      guard RTULength.range.contains(count) else { continue }
      guard count <= bytes.count else {
        isIncomplete = true
        continue
      }
      let frame = bytes.prefix(count)
      guard Checksum.modbus(frame) == 0 else { continue }
      return .frame(form.side == .request ? request(frame) : nil, bytes: count)
    }
    return isIncomplete ? .needMore : .invalid
  }

  /// - Parameter frame: a whole one.
  private static func request(_ frame: ArraySlice<UInt8>) -> ModbusRequest? {
    frame.dropLast(2).withUnsafeBytes { bytes in
      var cursor = RawCursor(bytes)
      guard let unit = cursor.readBigEndian(UInt8.self),
        let function = cursor.readBigEndian(UInt8.self)
      else { return nil }
      let pdu = RequestPDU(FunctionCode(rawValue: function), data: cursor)
      return ModbusRequest(transaction: 0, unit: unit, pdu: pdu)
    }
  }
}
