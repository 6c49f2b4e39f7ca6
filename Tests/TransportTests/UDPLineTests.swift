import NIOCore
import NIOPosix
import Testing
import Transport

@Suite struct UDPLineTests {
  /// A converter on loopback that sends back what it gets; port 0 takes a free one.
  private func listen(_ group: any EventLoopGroup, port: Int = 0) async throws -> any Channel {
    try await DatagramBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Echo())
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
  }

  /// Sends back what it gets; before a 7, a stranger sends the line a 9.
  private final class Echo: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let envelope = unwrapInboundIn(data)
      guard envelope.data.readableBytesView.first == 7 else {
        context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
        return
      }
      let channel = context.channel
      DatagramBootstrap(group: context.eventLoop).bind(host: "127.0.0.1", port: 0)
        .flatMap { stranger in
          stranger.writeAndFlush(
            AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: [9]))
          ).flatMap { stranger.close() }
        }
        .whenSuccess { channel.writeAndFlush(envelope, promise: nil) }
    }
  }

  private func open(port: Int) async throws -> LineBench {
    let bench = LineBench()
    try await bench.open { UDPLine(host: "127.0.0.1", port: port, eventLoop: $0) }
    return bench
  }

  @Test(.timeLimit(.minutes(1))) func datagramsGoBothWaysAndStrangersAreNotHeard() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let server = try await listen(group)
    let bench = try await open(port: try #require(server.localAddress?.port))
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    try await bench.send([0x10, 0x40])
    #expect(await events.next() == .received([0x10, 0x40]))
    try await bench.send([7, 8])
    #expect(await events.next() == .received([7, 8]))
    try await bench.end()
    try await server.close()
  }

  @Test(.timeLimit(.minutes(1))) func aRefusedPortIsNamedAndTriedAgain() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let first = try await listen(group)
    let port = try #require(first.localAddress?.port)
    try await first.close()
    let bench = try await open(port: port)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    try await bench.send([1])
    #expect(await events.next() == .closed("udp://127.0.0.1:\(port): connection refused"))
    let second = try await listen(group, port: port)
    #expect(await events.next() == .opened)
    try await bench.send([2])
    #expect(await events.next() == .received([2]))
    try await bench.end()
    try await second.close()
  }

  /// A label has at most 63 characters, so no name server is asked.
  @Test(.timeLimit(.minutes(1))) func aNameWithoutAddressIsNamed() async throws {
    let name = String(repeating: "x", count: 64)
    let bench = LineBench()
    try await bench.open { UDPLine(host: name, port: 1, eventLoop: $0) }
    var events = bench.events.makeAsyncIterator()
    #expect(
      await events.next() == .closed("udp://\(name):1: the name \(name) cannot be resolved"))
    try await bench.end()
  }
}
