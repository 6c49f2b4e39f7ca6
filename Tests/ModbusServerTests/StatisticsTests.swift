import Bytes
import Modbus
import ModbusServer
import NIOCore
import PeerSupport
import Testing
import Time

@Suite struct StatisticsTests {
  @Test func aCounterAddsUp() {
    var first = TrafficCounter()
    #expect(first.lastRequest == nil)
    first.noteReceived(24)
    first.noteRequest(nil, of: Self.read, at: WallTime(unixSeconds: 100))
    first.noteRequest(.illegalDataAddress, of: Self.read, at: WallTime(unixSeconds: 101))
    first.noteSent(20)
    var second = TrafficCounter()
    second.noteRequest(.illegalDataAddress, of: Self.read, at: WallTime(unixSeconds: 90))
    second.noteRequest(.illegalFunction, of: Self.read, at: WallTime(unixSeconds: 91))
    second += first
    #expect(second.requests == 4)
    #expect(second.exceptions == [.illegalDataAddress: 2, .illegalFunction: 1])
    #expect(second.bytesIn == 24)
    #expect(second.bytesOut == 20)
    #expect(second.lastRequest == WallTime(unixSeconds: 101))
    second += TrafficCounter()
    #expect(second.lastRequest == WallTime(unixSeconds: 101))
  }

  private static let read = RequestPDU.readHoldingRegisters(start: 10, quantity: 5)

  /// From the lowest register to the highest by function; what was refused is not read.
  @Test func whatIsRead() {
    let now = WallTime(unixSeconds: 100)
    var counter = TrafficCounter()
    counter.noteRequest(nil, of: .readDeviceIdentification(.basic, object: 0), at: now)
    counter.noteRequest(
      .illegalDataAddress, of: .readHoldingRegisters(start: 60000, quantity: 5), at: now)
    #expect(counter.holding == nil && counter.input == nil)
    counter.noteRequest(nil, of: Self.read, at: now)
    var sum = TrafficCounter()
    sum.noteRequest(nil, of: .readHoldingRegisters(start: 65411, quantity: 125), at: now)
    sum.noteRequest(nil, of: .readInputRegisters(start: 7, quantity: 1), at: now)
    sum += counter
    #expect(sum.holding == 10...65535 && sum.input == 7...7)
  }

  /// Three requests of 12 bytes: an answer with one register (11 bytes) and two exceptions (9 bytes), and
  /// then 5 bytes of a request that does not go on.
  @Test func connectionsAndTotals() async throws {
    try await TestServer.run { server in
      let none = try await server.statistics()
      #expect(none == ModbusStatistics())
      let client = try RawClient(port: server.port)
      _ = try client.exchange("0001 0000 0006 FF 03 0000 0001")
      _ = try client.exchange("0002 0000 0006 FF 03 0000 007E")
      _ = try client.exchange("0003 0000 0006 FF 03 FFFF 0001")
      #expect(client.sendWithoutWaiting([0, 4, 0, 0, 0]) == 5)
      let open = try await server.statistics { $0.total.bytesIn == 41 }
      let connection = try #require(open.connections.first)
      #expect(open.connections.count == 1)
      #expect(connection.client.hasPrefix("127.0.0.1:"))
      #expect(connection.since == WallTime(unixSeconds: TestServer.now))
      #expect(connection.traffic == open.total)
      #expect(open.total.requests == 3)
      #expect(open.total.exceptions == [.illegalDataAddress: 1, .illegalDataValue: 1])
      #expect(open.total.bytesOut == 29)
      #expect(open.total.lastRequest == WallTime(unixSeconds: TestServer.now))
      #expect(open.connectionsMade == 1)
      #expect(open.dropped == [:])
    }
  }

  @Test func whatIsClosedStaysInTheTotal() async throws {
    try await TestServer.run { server in
      let client = try RawClient(port: server.port)
      _ = try client.exchange("0001 0000 0006 FF 03 0000 0001")
      // The protocol identifier is not that of Modbus.
      #expect(client.sendWithoutWaiting([0, 2, 0, 1]) == 4)
      #expect(client.isClosedByServer)
      let closed = try await server.statistics { $0.connections.isEmpty }
      #expect(closed.total.requests == 1)
      #expect(closed.total.bytesIn == 16)
      #expect(closed.total.bytesOut == 11)
      #expect(closed.connectionsMade == 1)
      #expect(closed.dropped == [.invalidFrame: 1])
    }
  }
}
