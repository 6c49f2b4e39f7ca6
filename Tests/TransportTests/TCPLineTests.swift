import NIOCore
import NIOPosix
import Testing
import Time
import Transport

/// A server that sends back what it gets, and its line.
extension LineBench {
  /// Port 0 takes a free one.
  func listen(port: Int = 0) async throws -> any Channel {
    try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Echo())
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
  }

  func connect(port: Int) async throws {
    try await open { TCPLine(host: "127.0.0.1", port: port, eventLoop: $0) }
  }
}

/// Sends back what it gets, and hangs up on a zero.
private final class Echo: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    if buffer.readableBytesView.contains(0) {
      context.close(promise: nil)
    } else {
      context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }
  }
}

@Suite struct TCPLineTests {
  @Test(.timeLimit(.minutes(1))) func bytesGoBothWaysAndALostConnectionIsMadeAgain() async throws {
    let bench = LineBench()
    let server = try await bench.listen()
    let port = try #require(server.localAddress?.port)
    try await bench.connect(port: port)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    try await bench.send([0x10, 0x40])
    #expect(await events.next() == .received([0x10, 0x40]))
    try await bench.send([0])
    #expect(
      await events.next() == .closed("tcp://127.0.0.1:\(port): the connection was closed"))
    #expect(await events.next() == .opened)
    try await server.close()
    try await bench.end()
  }

  @Test(.timeLimit(.minutes(1))) func aConverterThatIsNotThereIsNamedAndTriedUntilItIs()
    async throws
  {
    let bench = LineBench()
    let first = try await bench.listen()
    let port = try #require(first.localAddress?.port)
    try await first.close()
    try await bench.connect(port: port)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .closed("tcp://127.0.0.1:\(port): connection refused"))
    try await bench.send([1])
    let second = try await bench.listen(port: port)
    while let event = await events.next() {
      if event == .opened { break }
      #expect(event == .closed("tcp://127.0.0.1:\(port): connection refused"))
    }
    try await bench.send([2])
    #expect(await events.next() == .received([2]), "what was sent without a line is not sent late")
    try await second.close()
    try await bench.end()
  }

  @Test(.timeLimit(.minutes(1))) func aConverterThatWasAwayIsInUseAgain() async throws {
    let bench = LineBench()
    let first = try await bench.listen()
    let port = try #require(first.localAddress?.port)
    try await bench.connect(port: port)
    var events = bench.events.makeAsyncIterator()
    #expect(await events.next() == .opened)
    try await first.close()
    try await bench.send([0])
    #expect(
      await events.next() == .closed("tcp://127.0.0.1:\(port): the connection was closed"))
    // Long enough away for the longest pause.
    for _ in 0..<4 {
      #expect(await events.next() == .closed("tcp://127.0.0.1:\(port): connection refused"))
    }
    let second = try await bench.listen(port: port)
    let waited = await seconds { _ = await events.untilOpened() }
    #expect(waited < patience)
    try await bench.send([2])
    #expect(await events.next() == .received([2]))
    try await second.close()
    try await bench.end()
  }

  /// An attempt that had begun before takes its whole time, then comes the longest pause.
  @Test func theWorstCaseIsBelowFiveSeconds() {
    let worst = TCPLine.connectTimeout.nanoseconds + Backoff.lineLimit.nanoseconds
    #expect(worst <= 4_500_000_000)
  }

  @Test func pausesGrowUpToALimitAndBeginAgainAfterASuccess() {
    var backoff = Backoff(first: .milliseconds(250), limit: .seconds(1))
    #expect(
      (0..<4).map { _ in backoff.next() } == [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(1),
      ])
    backoff.reset()
    #expect(backoff.next() == .milliseconds(250))
  }
}
