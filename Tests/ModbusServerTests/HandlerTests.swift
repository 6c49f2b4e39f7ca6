import Bytes
import Modbus
import NIOCore
import NIOEmbedded
import RegisterMap
import Synchronization
import Testing
import Time

@testable import ModbusServer

/// The handler without a network: writes and clocks can be looked at.
@Suite struct HandlerTests {
  private func registers(_ bank: RegisterBank = TestServer.exampleBank()) -> ServedRegisters {
    ServedRegisters(bank, identification: TestServer.identification)
  }

  private func makeConnection() throws -> (EmbeddedChannel, ModbusConnection) {
    let source = RegisterSource(registers(), clock: { TestServer.moment })
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
    let registers = registers()
    let source = RegisterSource(registers, clock: { TestServer.moment })
    let channel = EmbeddedChannel(handler: ModbusConnection(source) { _ in })
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 4711)).wait()
    for expected in ["before", "after"] {
      registers.identify(as: DeviceIdentification([.productName: expected]))
      try channel.writeInbound(
        ByteBuffer(bytes: try Hex.decode("0001 0000 0005 FF 2B 0E 04 04")))
      let written = try #require(try channel.readOutbound(as: ByteBuffer.self))
      #expect(String(decoding: written.readableBytesView.dropFirst(16), as: UTF8.self) == expected)
    }
  }

  /// Function 4 at the address of the value: good, read 7 s ago; quantity and end as for function 3; while it
  /// is off, it does not exist, whatever is asked.
  @Test func qualityRegistersAreInputRegisters() throws {
    var bank = TestServer.exampleBank()
    let registers = registers(bank)
    let source = RegisterSource(
      registers,
      clock: { Moment(instant: .zero + .seconds(7), wall: WallTime(unixSeconds: 0)) })
    let channel = EmbeddedChannel(handler: ModbusConnection(source) { _ in })
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 4711)).wait()
    let requests = [
      "0001 0000 0006 01 04 0014 0004", "0002 0000 0006 01 04 0014 0000",
      "0003 0000 0006 01 04 018F 0002", "0004 0000 0005 01 04 0014 00",
    ]
    func answers() throws -> String {
      try channel.writeInbound(ByteBuffer(bytes: try requests.flatMap { try Hex.decode($0) }))
      let written = try #require(try channel.readOutbound(as: ByteBuffer.self))
      return Hex.encode(Array(written.readableBytesView))
    }
    #expect(
      try answers()
        == (1...4).map { "000\($0)00000003018401" }.joined())
    bank.clear(layout: RegisterLayout(hasQuality: true))
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(20))
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(390))
    bank.patch(
      ValueQuality(state: .good, errorCode: 0, readAt: .zero, misses: 0), at: RegisterAddress(20))
    registers.serve(bank)
    #expect(
      try answers()
        == "00010000000B0104080000000000000007" + "000200000003018403" + "000300000003018402"
        + "000400000003018403")
  }

  /// A stale value with the policy EXCEPTION.
  @Test func aRefusedValueIsException0B() throws {
    var bank = TestServer.exampleBank()
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(30), isRefused: true)
    let source = RegisterSource(registers(bank), clock: { TestServer.moment })
    let channel = EmbeddedChannel(handler: ModbusConnection(source) { _ in })
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 4711)).wait()
    try channel.writeInbound(
      ByteBuffer(bytes: ProtocolTests.read(1, 0, 31) + ProtocolTests.read(2, 0, 30)))
    let written = try #require(try channel.readOutbound(as: ByteBuffer.self))
    #expect(
      Array(written.readableBytesView)
        == (try Hex.decode("000100000003FF830B"))
        + ProtocolTests.answer(2, ProtocolTests.example[...]))
  }

  /// What comes together is answered at one moment.
  @Test func theClockIsAskedOnceForAllRequestsOfARead() throws {
    let seconds = Mutex<Int64>(0)
    let source = RegisterSource(registers()) {
      let now = seconds.withLock { seconds in
        seconds += 0x1_0001
        return seconds
      }
      return Moment(instant: .zero, wall: WallTime(unixSeconds: now))
    }
    let channel = EmbeddedChannel(handler: ModbusConnection(source) { _ in })
    try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 4711)).wait()
    // It has been asked when the connection was made.
    seconds.withLock { $0 = 0 }
    for expected in [[0, 1, 0, 1], [0, 2, 0, 2]] as [[UInt8]] {
      let requests = ProtocolTests.read(1, 4, 2) + ProtocolTests.read(2, 4, 2)
      try channel.writeInbound(ByteBuffer(bytes: requests))
      let written = try #require(try channel.readOutbound(as: ByteBuffer.self))
      #expect(
        Array(written.readableBytesView)
          == ProtocolTests.answer(1, expected[...]) + ProtocolTests.answer(2, expected[...]))
    }
  }

  @Test func onlyAWholeRequestKeepsTheConnectionAlive() throws {
    let (channel, connection) = try makeConnection()
    let opened = connection.activity.lastRequest
    let request = ProtocolTests.read(1, 0, 1)
    try channel.writeInbound(ByteBuffer(bytes: request[..<11]))
    #expect(connection.activity.lastRequest == opened)
    #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
    try channel.writeInbound(ByteBuffer(bytes: request[11...]))
    #expect(connection.activity.lastRequest > opened)
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
    #expect(connection.activity.stalledSince != nil)
    #expect(reads() == false)
    channel.isWritable = true
    channel.pipeline.fireChannelWritabilityChanged()
    #expect(connection.activity.stalledSince == nil)
    #expect(reads() == true)
  }

  @Test func whoIsOverdue() throws {
    let (channel, connection) = try makeConnection()
    var list = ConnectionList()
    #expect(list.add(connection, limit: 1).isEmpty)
    var configuration = ModbusServerConfiguration()
    func reasons(after span: TimeAmount) -> [DropReason] {
      list.overdue(at: connection.activity.lastRequest + span, configuration).map(\.1)
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
    let since = try #require(connection.activity.stalledSince)
    #expect(list.overdue(at: since + .milliseconds(9999), configuration).isEmpty)
    #expect(list.overdue(at: since + .seconds(10), configuration).map(\.1) == [.stalled])
  }
}
