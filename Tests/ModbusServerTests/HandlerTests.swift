import Bytes
import Modbus
import NIOCore
import NIOEmbedded
import Testing
import Time

@testable import ModbusServer

/// The handler without a network: writes and clocks can be looked at.
@Suite struct HandlerTests {
  private func makeConnection() throws -> (EmbeddedChannel, ModbusConnection) {
    let bank = TestServer.exampleBank()
    let source = RegisterSource(
      bank: { bank }, identification: { TestServer.identification },
      clock: { WallTime(unixSeconds: TestServer.now) })
    let connection = ModbusConnection(source) { _ in }
    let channel = EmbeddedChannel(handler: connection)
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 4711)).wait()
    return (channel, connection)
  }

  @Test func allRequestsOfAReadAreAnsweredInOneWrite() throws {
    let (channel, connection) = try makeConnection()
    let requests = (0..<20).flatMap { ProtocolTests.read($0, 0, 30) }
    try channel.writeInbound(ByteBuffer(bytes: requests))
    let written = try #require(try channel.readOutbound(as: ByteBuffer.self))
    let expected = (0..<20).flatMap { ProtocolTests.answer($0, ProtocolTests.example[...]) }
    #expect(Array(written.readableBytesView) == expected)
    #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    #expect(connection.client == "192.0.2.1:4711")
  }

  /// Between two reads of registers: `Maker`, `1036` and `1.2.3` with their ids and lengths.
  @Test func theIdentificationGoesWithTheOtherAnswers() throws {
    let (channel, _) = try makeConnection()
    let identify = try Hex.decode("0002 0000 0005 FF 2B 0E 01 00")
    let requests = ProtocolTests.read(1, 0, 30) + identify + ProtocolTests.read(3, 0, 30)
    try channel.writeInbound(ByteBuffer(bytes: requests))
    let written = try #require(try channel.readOutbound(as: ByteBuffer.self))
    let objects = try Hex.decode("0005 4D616B6572 0104 31303336 0205 312E322E33")
    let identity = try Hex.decode("0002 0000 001C FF 2B 0E 01 82 00 00 03") + objects
    let registers = ProtocolTests.example[...]
    #expect(
      Array(written.readableBytesView)
        == ProtocolTests.answer(1, registers) + identity + ProtocolTests.answer(3, registers))
    #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
  }

  @Test func theIdentificationIsAskedForAnew() throws {
    let bank = TestServer.exampleBank()
    var name = "before"
    let source = RegisterSource(
      bank: { bank }, identification: { DeviceIdentification([.productName: name]) },
      clock: { WallTime(unixSeconds: TestServer.now) })
    let channel = EmbeddedChannel(handler: ModbusConnection(source) { _ in })
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 4711)).wait()
    for expected in ["before", "after"] {
      name = expected
      try channel.writeInbound(
        ByteBuffer(bytes: try Hex.decode("0001 0000 0005 FF 2B 0E 04 04")))
      let written = try #require(try channel.readOutbound(as: ByteBuffer.self))
      #expect(String(decoding: written.readableBytesView.dropFirst(16), as: UTF8.self) == expected)
    }
  }

  @Test func onlyAWholeRequestKeepsTheConnectionAlive() throws {
    let (channel, connection) = try makeConnection()
    let opened = connection.lastRequest
    let request = ProtocolTests.read(1, 0, 1)
    try channel.writeInbound(ByteBuffer(bytes: request[..<11]))
    #expect(connection.lastRequest == opened)
    #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    try channel.writeInbound(ByteBuffer(bytes: request[11...]))
    #expect(connection.lastRequest > opened)
    #expect(try channel.readOutbound(as: ByteBuffer.self)?.readableBytes == 11)
  }

  @Test func nothingIsReadWhileAnswersWait() throws {
    let (channel, connection) = try makeConnection()
    func reads() -> Bool? {
      channel.options.lazy.compactMap {
        $0.option is ChannelOptions.Types.AutoReadOption ? $0.value : nil
      }
      .first as? Bool
    }
    channel.isWritable = false
    channel.pipeline.fireChannelWritabilityChanged()
    #expect(connection.stalledSince != nil)
    #expect(reads() == false)
    channel.isWritable = true
    channel.pipeline.fireChannelWritabilityChanged()
    #expect(connection.stalledSince == nil)
    #expect(reads() == true)
  }

  @Test func whoIsOverdue() throws {
    let (channel, connection) = try makeConnection()
    var list = ConnectionList()
    #expect(list.add(connection, limit: 1).isEmpty)
    var configuration = ModbusServerConfiguration()
    func reasons(after span: TimeAmount) -> [DropReason] {
      list.overdue(at: connection.lastRequest + span, configuration).map(\.1)
    }
    configuration.connectionTimeout = .seconds(20)
    #expect(reasons(after: .milliseconds(19_999)) == [])
    #expect(reasons(after: .seconds(20)) == [.mute])
    configuration.connectionTimeout = .zero
    #expect(reasons(after: .hours(1000)) == [], "0: never")
    try channel.writeInbound(ByteBuffer(bytes: ProtocolTests.read(1, 0, 1)))
    #expect(reasons(after: .milliseconds(59_999)) == [])
    #expect(reasons(after: .seconds(60)) == [.idle])
    configuration.disconnectTimeout = .zero
    #expect(reasons(after: .hours(1000)) == [], "0: never")
    channel.isWritable = false
    channel.pipeline.fireChannelWritabilityChanged()
    let since = try #require(connection.stalledSince)
    #expect(list.overdue(at: since + .milliseconds(9999), configuration).isEmpty)
    #expect(list.overdue(at: since + .seconds(10), configuration).map(\.1) == [.stalled])
  }
}
