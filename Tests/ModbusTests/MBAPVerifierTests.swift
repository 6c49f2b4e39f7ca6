import Bytes
import DecoderSupport
import Modbus
import Testing

/// Feeds the decoder as a network would, and worse.
@Suite struct MBAPVerifierTests {
  /// What a stream holds, when it arrives in pieces of a size.
  private func stream(_ bytes: [UInt8], pieces: Int) -> (requests: [ModbusRequest], end: End) {
    var requests: [ModbusRequest] = []
    var waiting: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      waiting += rest.prefix(pieces)
      rest = rest.dropFirst(pieces)
      decoding: while true {
        switch decode(waiting) {
        case .request(let request, let count):
          requests.append(request)
          waiting.removeFirst(count)
        case .needMore:
          break decoding
        case .invalid(let fault):
          return (requests, .fault(fault))
        }
      }
    }
    return (requests, .waiting(waiting.count))
  }

  private enum End: Equatable {
    case waiting(Int)
    case fault(MBAP.Fault)
  }

  private let frames: [(hex: String, pdu: RequestPDU)] = [
    ("0001 0000 0006 01 03 0000 000A", .readHoldingRegisters(start: 0, quantity: 10)),
    ("0002 0000 0006 01 03 FFFF 007D", .readHoldingRegisters(start: 65_535, quantity: 125)),
    ("0003 0000 0002 01 07", .refused(FunctionCode(rawValue: 7), .illegalFunction)),
    (
      "0004 0000 000B 01 10 0000 0002 04 0102 0304",
      .refused(.writeMultipleRegisters, .illegalDataAddress)
    ),
    ("0005 0000 0006 01 03 0000 0000", .refused(.readHoldingRegisters, .illegalDataValue)),
    ("0006 0000 0005 01 2B 0E 02 00", .readDeviceIdentification(.regular, object: 0)),
    ("0007 0000 0005 01 2B 0E 04 06", .readDeviceIdentification(.individual, object: 6)),
    (
      "0008 0000 0003 01 2B 0E", .refused(.encapsulatedInterfaceTransport, .illegalDataValue)
    ),
  ]

  @Test func wholeInPiecesConcatenatedTruncatedAndFlipped() throws {
    let verifier = DecoderVerifier<ModbusRequest>(noticesFlippedBits: false) { bytes in
      switch ModbusTests.decode(bytes) {
      case .request(let request, let count): .value(request, length: count)
      case .needMore: .needMore
      case .invalid: .invalid
      }
    }
    verifier.verify(
      try frames.enumerated().map { index, frame in
        (
          try Hex.decode(frame.hex),
          ModbusRequest(transaction: UInt16(index + 1), unit: 1, pdu: frame.pdu)
        )
      })
  }

  @Test func aFaultEndsTheStreamBehindGoodRequests() throws {
    let bytes = try Hex.decode(frames[0].hex + "0001 1000 0006" + frames[1].hex)
    for pieces in 1...bytes.count {
      let (requests, end) = stream(bytes, pieces: pieces)
      #expect(requests.map(\.pdu) == [frames[0].pdu])
      #expect(end == .fault(.protocolIdentifier(0x1000)))
    }
  }

  /// Whatever bit is wrong: either the header's faults are seen, or the frame is taken as it
  /// stands, or more is waited for; and never more than the frame is consumed.
  @Test func flippedBits() throws {
    for frame in frames {
      let good = try Hex.decode(frame.hex)
      for bit in 0..<(good.count * 8) {
        var bytes = good
        bytes[bit / 8] ^= 1 << (bit % 8)
        let length = Int(bytes[4]) << 8 | Int(bytes[5])
        switch decode(bytes) {
        case .invalid(.protocolIdentifier(let identifier)):
          #expect(identifier != 0 && (16..<32).contains(bit))
        case .invalid(.length(let found)):
          #expect(Int(found) == length && !(2...254).contains(length))
        case .needMore:
          #expect(6 + length > bytes.count)
        case .request(let request, let count):
          #expect(count == 6 + length && count <= bytes.count)
          #expect(request.unit == bytes[6] && request.pdu.function.rawValue == bytes[7])
          if case .readHoldingRegisters(_, let quantity) = request.pdu {
            #expect((1...125).contains(quantity) && length == 6)
          }
          if case .readDeviceIdentification = request.pdu {
            #expect(bytes[8] == 0x0E && length == 5)
          }
        }
      }
    }
  }
}
