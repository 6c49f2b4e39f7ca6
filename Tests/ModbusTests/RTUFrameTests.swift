import Bytes
import DecoderSupport
import Testing

@testable import Modbus

/// Frames of Modbus RTU; the checksums were computed by pymodbus 3.16.1 (`FramerRTU.compute_CRC`).
@Suite struct RTUFrameTests {
  /// Requests, each with what it asks for.
  static let requests: [(hex: String, unit: UInt8, pdu: RequestPDU)] = [
    ("01 03 0000 000A C5CD", 1, .readHoldingRegisters(start: 0, quantity: 10)),
    ("11 03 006B 0003 7687", 17, .readHoldingRegisters(start: 107, quantity: 3)),
    ("FF 03 00FF 007D A005", 255, .readHoldingRegisters(start: 255, quantity: 125)),
    ("F7 2B 0E 04 00 BB32", 247, .readDeviceIdentification(.individual, object: 0)),
    ("05 06 000A 0102 281D", 5, .refused(.writeSingleRegister, .illegalDataAddress)),
    (
      "03 10 000A 0002 04 AABB CCDD BCCC", 3,
      .refused(.writeMultipleRegisters, .illegalDataAddress)
    ),
    ("06 11 C21C", 6, .refused(FunctionCode(rawValue: 0x11), .illegalFunction)),
    (
      "07 17 0000 0001 0010 0001 02 1234 528F", 7,
      .refused(FunctionCode(rawValue: 0x17), .illegalFunction)
    ),
  ]
  /// Answers, which pass by.
  static let answers = [
    "01 83 02 C0F1", "02 03 04 0001 FFFE 5883", "01 01 01 05 918B",
    "04 18 0006 0002 0001 0002 5413",
  ]

  @Test func theChecksumIsThatOfModbus() throws {
    #expect(Checksum.modbus(try Hex.decode("01 03 00 00 00 0A")) == 0xCDC5)
    #expect(RTUFrame.encode([1, 3, 0, 0, 0, 10]) == [1, 3, 0, 0, 0, 10, 0xC5, 0xCD])
    #expect(Checksum.modbus([]) == 0xFFFF)
  }

  @Test func wholeInPiecesConcatenatedTruncatedAndFlipped() throws {
    let verifier = DecoderVerifier<ModbusRequest?>(noticesFlippedBits: true) { bytes in
      switch RTUFrame.decode(bytes[...]) {
      case .frame(let request, let count): .value(request, length: count)
      case .needMore: .needMore
      case .invalid: .invalid
      }
    }
    verifier.verify(
      try Self.requests.map {
        (try Hex.decode($0.hex), ModbusRequest(transaction: 0, unit: $0.unit, pdu: $0.pdu))
      } + Self.answers.map { (try Hex.decode($0), nil) })
  }

  @Test func aFunctionWithoutARowTakesAllThatThereIs() throws {
    let bytes = try Hex.decode("09 41 01 02 D3FD")
    let expected = ModbusRequest(
      transaction: 0, unit: 9, pdu: .refused(FunctionCode(rawValue: 0x41), .illegalFunction))
    #expect(RTUFrame.decode(bytes[...]) == .frame(expected, bytes: 6))
    #expect(RTUFrame.decode((bytes + [1])[...]) == .invalid)
  }

  /// Nothing that we send reads as a request, so an echo is never answered.
  @Test func ourAnswersAreNoRequests() throws {
    var bodies: [[UInt8]] = []
    for code in UInt8(0x81)...0xFF {
      for exception in ModbusException.allCases { bodies.append([1, code, exception.rawValue]) }
    }
    for count in 1...125 {
      let registers = [UInt8](repeating: 0x55, count: count * 2)
      bodies.append([1, 3, UInt8(count * 2)] + registers)
    }
    let identity = DeviceIdentification([.vendorName: "Maker", .modelName: "Small"])
    for access in DeviceIdentification.Access.allCases {
      bodies.append([1, 0x2B, 0x0E] + (try identity.answer(access, from: 0)))
    }
    for body in bodies {
      let frame = RTUFrame.encode(body)
      #expect(RTUFrame.decode(frame[...]) == .frame(nil, bytes: frame.count), "\(Hex.encode(body))")
    }
  }

  @Test func everyLengthIsOfAFrame() {
    for row in RTULength.table {
      if case .fixed(let count) = row.length { #expect(RTULength.range.contains(count)) }
    }
    for side in [RTULength.Side.request, .answer] {
      let codes = RTULength.table.filter { $0.side == side }.flatMap { Array($0.codes) }
      #expect(Set(codes).count == codes.count, "two rows for one function")
    }
  }
}
