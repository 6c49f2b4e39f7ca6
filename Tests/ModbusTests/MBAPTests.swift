import Bytes
import Testing

@testable import Modbus

@Suite struct MBAPTests {
  /// Transaction 0x1234, unit 255, function 3, 30 registers from 0, written down by hand from
  /// Modbus messaging on TCP/IP V1.0b, ch. 3.1.3, and application protocol V1.1b3, ch. 6.3.
  static let read = "1234 0000 0006 FF 03 0000 001E"
  static let readDecoded = ModbusRequest(
    transaction: 0x1234, unit: 255, pdu: .readHoldingRegisters(start: 0, quantity: 30))

  @Test func readHoldingRegisters() throws {
    #expect(try decode(Self.read) == .request(Self.readDecoded, bytes: 12))
  }

  @Test func nothingBehindTheFrameIsLookedAt() throws {
    #expect(try decode(Self.read + " DEAD BEEF") == .request(Self.readDecoded, bytes: 12))
  }

  @Test func aFaultIsSeenAsSoonAsItsFieldIsThere() throws {
    #expect(try decode("0001 00") == .needMore)
    #expect(try decode("0001 0001") == .invalid(.protocolIdentifier(1)))
    #expect(try decode("0001 0000 00") == .needMore)
    #expect(try decode("0001 0000 0000") == .invalid(.length(0)))
    #expect(try decode("0001 0000 0001") == .invalid(.length(1)))
    #expect(try decode("0001 0000 00FF") == .invalid(.length(255)))
    #expect(try decode("0001 0000 FFFF") == .invalid(.length(65_535)))
  }

  @Test func theShortestAndTheLongestFrame() throws {
    let shortest = ModbusRequest(
      transaction: 1, unit: 0, pdu: .refused(FunctionCode(rawValue: 0x11), .illegalFunction))
    #expect(try decode("0001 0000 0002 00 11") == .request(shortest, bytes: 8))
    let longest = ModbusRequest(
      transaction: 1, unit: 0, pdu: .refused(.writeMultipleRegisters, .illegalDataAddress))
    let frame = "0001 0000 00FE 00 10" + String(repeating: "AA", count: 252)
    #expect(try decode(frame) == .request(longest, bytes: MBAP.maximumFrame))
    #expect(MBAP.maximumFrame == 260)
  }

  @Test func faultsSayWhichFieldAndWhatIsAllowed() {
    #expect(
      MBAP.Fault.protocolIdentifier(7).description
        == "protocol identifier 7 in bytes 2–3 of the header, only 0 is Modbus")
    #expect(
      MBAP.Fault.length(300).description
        == "length 300 in bytes 4–5 of the header, allowed are 2–254")
  }

  /// Anybus gateway manual 2.4, ch. 5.1: "not used" is 02, everything else that is not answered 01.
  @Test func functionTable() throws {
    let notUsed: Set<UInt8> = [0x01, 0x05, 0x06, 0x0F, 0x10]
    for code in UInt8.min...UInt8.max where ![0x03, 0x04, 0x2B].contains(code) {
      let expected: ModbusException =
        notUsed.contains(code) ? .illegalDataAddress : .illegalFunction
      for length in [2, 6, 254] {
        let pdu = RequestPDU.refused(FunctionCode(rawValue: code), expected)
        let frame =
          try Hex.decode("0001 0000") + UInt16(length).bigEndianBytes + [9, code]
          + [UInt8](repeating: 0, count: length - 2)
        let request = ModbusRequest(transaction: 1, unit: 9, pdu: pdu)
        #expect(decode(frame) == .request(request, bytes: 6 + length))
      }
    }
    #expect(Set(FunctionCode.table.map(\.code)).count == FunctionCode.table.count)
  }

  @Test func quantityIsChecked() throws {
    for (quantity, isGood) in [(0, false), (1, true), (125, true), (126, false), (65_535, false)] {
      let frame = try Hex.decode("0001 0000 0006 01 03 0010") + UInt16(quantity).bigEndianBytes
      let pdu: RequestPDU =
        isGood
        ? .readHoldingRegisters(start: 16, quantity: UInt16(quantity))
        : .refused(.readHoldingRegisters, .illegalDataValue)
      #expect(
        decode(frame)
          == .request(ModbusRequest(transaction: 1, unit: 1, pdu: pdu), bytes: 12), "\(quantity)")
    }
  }

  @Test func aReadOfTheWrongLengthIsRefused() throws {
    for function in [FunctionCode.readHoldingRegisters, .readInputRegisters] {
      for data in ["", "00", "0000 00", "0000 0001 00", "0000 0000", "0000 007E"] {
        let bytes = try Hex.decode(data)
        let frame =
          try Hex.decode("0001 0000") + UInt16(2 + bytes.count).bigEndianBytes
          + [1, function.rawValue] + bytes
        let pdu = RequestPDU.refused(function, .illegalDataValue)
        #expect(
          decode(frame)
            == .request(ModbusRequest(transaction: 1, unit: 1, pdu: pdu), bytes: frame.count))
      }
    }
  }

  @Test func inputRegistersAreReadLikeHoldingRegisters() throws {
    let pdu = RequestPDU.readInputRegisters(start: 16, quantity: 125)
    #expect(
      try decode("0001 0000 0006 01 04 0010 007D")
        == .request(ModbusRequest(transaction: 1, unit: 1, pdu: pdu), bytes: 12))
  }

  @Test func answers() {
    #expect(Hex.encode(Self.readDecoded.registers(byteCount: 60).bytes) == "12340000003FFF033C")
    #expect(Hex.encode(Self.readDecoded.registers(byteCount: 250).bytes) == "1234000000FDFF03FA")
    #expect(
      Hex.encode(Self.readDecoded.exception(.illegalDataAddress).bytes) == "123400000003FF8302")
  }

  @Test func exceptionsHaveTheNamesOfTheStandard() {
    #expect(ModbusException.illegalDataAddress.description == "ILLEGAL DATA ADDRESS (2)")
    #expect(
      ModbusException.gatewayTargetDeviceFailedToRespond.description
        == "GATEWAY TARGET DEVICE FAILED TO RESPOND (11)")
  }
}

func decode(_ bytes: [UInt8]) -> MBAP.Decoded { bytes.withUnsafeBytes(MBAP.decode) }
func decode(_ hex: String) throws -> MBAP.Decoded { decode(try Hex.decode(hex)) }
