import NIOCore
import NIOPosix
import Testing
import Time
import TransparentPort

/// The port on a loop of its own, with its events.
private final class Bench: @unchecked Sendable {
  let loop = MultiThreadedEventLoopGroup.singleton.next()
  private var port: TransparentPort?
  private var events: [TransparentPort.Event] = []
  private var isEchoing = false

  init(
    _ transport: TransparentPort.Configuration.Transport, clientTimeout: Span = .zero,
    port number: Int = 0, isEchoing: Bool = false
  ) async throws {
    try await loop.submit {
      let port = TransparentPort(
        .init(
          transport: transport, host: "127.0.0.1", port: number, clientTimeout: clientTimeout),
        on: self.loop)
      self.isEchoing = isEchoing
      port.onEvent = { [unowned self] event in
        self.events.append(event)
        if self.isEchoing, case .received(let bytes) = event { self.port?.send(bytes) }
      }
      self.port = port
      port.start()
    }.get()
  }

  /// Waits for an event, for 5 s at most.
  func wait(for isWanted: (TransparentPort.Event) -> Bool) async throws -> TransparentPort.Event? {
    for _ in 0..<500 {
      if let event = try await all().first(where: isWanted) { return event }
      try await Task.sleep(for: .milliseconds(10))
    }
    return nil
  }

  func all() async throws -> [TransparentPort.Event] { try await loop.submit { self.events }.get() }

  func boundPort() async throws -> Int {
    _ = try await wait { if case .listening = $0 { true } else { false } }
    return try #require(try await loop.submit { self.port?.boundPort }.get())
  }

  func send(_ bytes: [UInt8]) async throws {
    try await loop.submit { self.port?.send(bytes) }.get()
  }

  func stop() async throws {
    try await loop.flatSubmit { self.port?.stop() ?? self.loop.makeSucceededVoidFuture() }.get()
  }
}

/// Collects what a client is sent.
private final class Collector: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  private(set) var bytes: [UInt8] = []
  private(set) var isClosed = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += Array(unwrapInboundIn(data).readableBytesView)
  }

  func channelInactive(context: ChannelHandlerContext) { isClosed = true }
}

private struct Client {
  let channel: any Channel
  let collector: Collector

  init(port: Int) async throws {
    let collector = Collector()
    self.collector = collector
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { $0.pipeline.addHandler(collector) }
      .connect(host: "127.0.0.1", port: port).get()
  }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
  }

  func received(_ count: Int) async throws -> [UInt8] {
    for _ in 0..<500 {
      let bytes = try await channel.eventLoop.submit { collector.bytes }.get()
      if bytes.count >= count { return bytes }
      try await Task.sleep(for: .milliseconds(10))
    }
    return try await channel.eventLoop.submit { collector.bytes }.get()
  }

  func isClosed() async throws -> Bool {
    for _ in 0..<500 {
      if try await channel.eventLoop.submit({ collector.isClosed }).get() { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}

@Suite struct TransparentPortTests {
  @Test func bytesComeAndGoAsTheyAre() async throws {
    let bench = try await Bench(.tcp, isEchoing: true)
    let client = try await Client(port: try await bench.boundPort())
    let bytes = (0..<10_240).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for start in stride(from: 0, to: bytes.count, by: 1024) {
      try await client.send(Array(bytes[start..<start + 1024]))
      _ = try await client.received(start + 1024)
    }
    #expect(try await client.received(bytes.count) == bytes)
    try await client.channel.close()
    #expect(try await bench.wait { if case .left = $0 { true } else { false } } != nil)
    try await bench.stop()
  }

  @Test func aSecondClientIsRefused() async throws {
    let bench = try await Bench(.tcp)
    let port = try await bench.boundPort()
    let first = try await Client(port: port)
    _ = try await bench.wait { if case .connected = $0 { true } else { false } }
    let second = try await Client(port: port)
    #expect(try await second.isClosed())
    let refusal = try await bench.wait { if case .refused = $0 { true } else { false } }
    let holder = try #require(first.channel.localAddress?.port)
    guard case .refused(_, holder: "127.0.0.1:\(holder)") = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
    try await bench.send([1, 2, 3])
    #expect(try await first.received(3) == [1, 2, 3])
    // Once it has gone, the next one has the port.
    try await first.channel.close()
    _ = try await bench.wait { if case .left = $0 { true } else { false } }
    let third = try await Client(port: port)
    try await bench.send([4])
    for _ in 0..<100 where try await third.received(0).isEmpty {
      try await bench.send([4])
    }
    #expect(try await third.received(1).first == 4)
    try await bench.stop()
    #expect(try await third.isClosed())
  }

  @Test func aSilentClientGivesWay() async throws {
    let bench = try await Bench(.tcp, clientTimeout: .milliseconds(1))
    let port = try await bench.boundPort()
    let first = try await Client(port: port)
    _ = try await bench.wait { if case .connected = $0 { true } else { false } }
    try await Task.sleep(for: .milliseconds(50))
    let second = try await Client(port: port)
    #expect(try await first.isClosed())
    try await second.send([9])
    #expect(try await bench.wait { $0 == .received([9]) } != nil)
    try await bench.stop()
  }

  @Test func aTakenPortIsTold() async throws {
    let holder = try await Bench(.tcp)
    let port = try await holder.boundPort()
    let bench = try await Bench(.tcp, port: port)
    let event = try await bench.wait { if case .cannotListen = $0 { true } else { false } }
    #expect(event == .cannotListen("the port is taken"))
    try await bench.stop()
    try await holder.stop()
  }

  @Test func aDatagramIsAPacket() async throws {
    let bench = try await Bench(.udp, isEchoing: true)
    let port = try await bench.boundPort()
    let socket = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { $0.pipeline.addHandler(Datagrams()) }
      .bind(host: "127.0.0.1", port: 0).get()
    let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
    let packet: [UInt8] = [0x10, 0x40, 0x05, 0x45, 0x16]
    try await socket.writeAndFlush(
      AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: packet)))
    #expect(try await bench.wait { $0 == .received(packet) } != nil)
    var echoed: [[UInt8]] = []
    for _ in 0..<500 where echoed.isEmpty {
      echoed = try await socket.eventLoop.submit {
        try socket.pipeline.syncOperations.handler(type: Datagrams.self).packets
      }.get()
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(echoed == [packet])
    try await bench.stop()
    try await socket.close()
  }
}

/// Collects datagrams.
private final class Datagrams: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  private(set) var packets: [[UInt8]] = []

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    packets.append(Array(unwrapInboundIn(data).data.readableBytesView))
  }
}
