import PeerSupport
import Bytes
import Modbus
import ModbusServer
import Testing

@Suite struct ProtocolTests {
  static let example = TestServer.registers.flatMap(\.bigEndianBytes)

  /// A request for registers, and the answer to it.
  static func read(_ transaction: UInt16, _ start: UInt16, _ quantity: UInt16) -> [UInt8] {
    transaction.bigEndianBytes + [0, 0, 0, 6, 255, 3] + start.bigEndianBytes
      + quantity.bigEndianBytes
  }

  static func answer(_ transaction: UInt16, _ registers: ArraySlice<UInt8>) -> [UInt8] {
    let count = UInt8(registers.count)
    return transaction.bigEndianBytes + [0, 0, 0, count + 3, 255, 3, count] + registers
  }

  @Test func exampleOfTheManual() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      try client.send("1234 0000 0006 FF 03 0000 001E")
      #expect(client.receive(69) == Self.answer(0x1234, Self.example[...]))
    }
  }

  @Test func exceptions() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      let cases = [
        ("0001 0000 0006 FF 03 0000 0000", "000100000003FF8303"),
        ("0002 0000 0006 FF 03 0000 007E", "000200000003FF8303"),
        ("0003 0000 0005 FF 03 0000 00", "000300000003FF8303"),
        ("0004 0000 0007 FF 03 0000 0001 00", "000400000003FF8303"),
        ("0005 0000 0006 FF 03 018F 0002", "000500000003FF8302"),
        ("0006 0000 0006 FF 03 FFFF 007D", "000600000003FF8302"),
        ("0007 0000 0006 01 01 0000 0001", "000700000003018102"),
        ("0008 0000 0006 01 05 0000 FF00", "000800000003018502"),
        ("0009 0000 0006 01 06 0000 0001", "000900000003018602"),
        ("000A 0000 0008 01 0F 0000 0001 01 01", "000A00000003018F02"),
        ("000B 0000 0009 01 10 0000 0001 02 0001", "000B00000003019002"),
        ("000C 0000 0006 01 02 0000 0001", "000C00000003018201"),
        ("000D 0000 0006 01 04 0000 0001", "000D00000003018401"),
        ("000E 0000 0005 01 2B 0D 01 00", "000E0000000301AB01"),
        ("000F 0000 0005 01 2B 0E 05 00", "000F0000000301AB03"),
        ("0010 0000 0005 01 2B 0E 04 07", "00100000000301AB02"),
        ("0011 0000 0002 00 00", "001100000003008001"),
      ]
      for (request, expected) in cases {
        #expect(try client.exchange(request) == expected, "\(request)")
      }
      #expect(try client.exchange("0012 0000 0006 FF 03 018F 0001") == "001200000005FF03020000")
    }
  }

  @Test func severalRequestsInOneSegmentAreAnsweredInOrder() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      let starts = (0..<UInt16(29)).map { $0 }
      try client.send(starts.flatMap { Self.read($0, $0, 2) })
      let expected = starts.flatMap {
        Self.answer($0, Self.example[Int($0) * 2..<(Int($0) * 2 + 4)])
      }
      // One write on loopback is one segment: the first receive brings all of it.
      #expect(client.receiveOnce(100_000) == expected)
    }
  }

  @Test func anExceptionDoesNotSwallowWhatFollows() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      try client.send(
        Self.read(1, 0, 0) + Self.read(2, 0, 1) + Self.read(3, 999, 1) + Self.read(4, 1, 1))
      #expect(
        Hex.encode(client.receive(40))
          == "000100000003FF8303" + "000200000005FF03020002" + "000300000003FF8302"
          + "000400000005FF0302993A")
    }
  }

  @Test func requestsCutAtAnyByte() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      let bytes = Self.read(1, 10, 10) + Self.read(2, 20, 10)
      let expected = Self.answer(1, Self.example[20..<40]) + Self.answer(2, Self.example[40..<60])
      for cut in 1..<bytes.count {
        try client.send(Array(bytes[..<cut]))
        // Long enough that the pieces arrive apart.
        try await Task.sleep(for: .milliseconds(3))
        try client.send(Array(bytes[cut...]))
        #expect(client.receive(expected.count) == expected, "cut at \(cut)")
      }
    }
  }

  @Test func byteByByte() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      for byte in Self.read(7, 0, 30) {
        try client.send([byte])
        try await Task.sleep(for: .milliseconds(2))
      }
      #expect(client.receive(69) == Self.answer(7, Self.example[...]))
    }
  }

  @Test func aHalfSentFrameBlocksNobody() async throws {
    try await TestServer.run { server in
      let half = try RawClient(port: server.port)
      try half.send("0001 0000 0006 FF 03")
      let other = try RawClient(port: server.port)
      for transaction in 0..<UInt16(50) {
        try other.send(Self.read(transaction, 0, 30))
        #expect(other.receive(69) == Self.answer(transaction, Self.example[...]))
      }
      try half.send("0000 0001")
      #expect(Hex.encode(half.receive(11)) == "000100000005FF03020002")
    }
  }

  @Test func whatIsNoModbusClosesTheConnection() async throws {
    try await TestServer.run { server in
      for (bytes, fault) in [
        ("0001 0001 0006 FF 03 0000 0001", MBAP.Fault.protocolIdentifier(1)),
        ("0001 0000 0001 FF", .length(1)), ("0001 0000 00FF", .length(255)),
        ("4745 5420 2F20 4854 5450", .protocolIdentifier(0x5420)),
      ] {
        let client = try RawClient(port: server.port)
        try client.send(bytes)
        #expect(client.isClosedByServer, "\(bytes)")
        let event = try await server.event {
          if case .dropped(_, .invalidFrame(fault)) = $0 { true } else { false }
        }
        #expect(event.description.contains("disconnected: no Modbus TCP frame: \(fault)"))
      }
      let client = try RawClient(port: server.port)
      try client.send(Self.read(1, 0, 1) + [0, 0, 0xAA, 0xAA])
      #expect(
        Hex.encode(client.receive(11)) == "000100000005FF03020002", "what came before is answered")
      #expect(client.isClosedByServer)
    }
  }
}
