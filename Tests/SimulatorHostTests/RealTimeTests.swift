import BusSimulator
import Foundation
import MBus
import Metering
import NIOCore
import NIOPosix
import SimulatorHost
import Testing
import Time

@Suite struct RealTimeTests {
  /// Sends a frame on a bus that runs on its loop and collects what comes.
  static func ask(
    _ frame: Frame, _ population: SimulatedPopulation, muted: [MeterSerial] = [],
    until count: Int, within limit: TimeAmount
  ) async throws -> (bytes: [UInt8], nanoseconds: UInt64) {
    let request = try frame.encoded
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let start = NIODeadline.now()
    let promise = loop.makePromise(of: [UInt8].self)
    let held = try await loop.submit {
      let bus = RealTimeBus(
        population, settings: LineSettings(baud: 9600), muted: muted, on: loop)
      let collected = NIOLoopBoundBox([UInt8](), eventLoop: loop)
      bus.onBytes = { bytes in
        collected.value += bytes.values
        if collected.value.count >= count { promise.succeed(collected.value) }
      }
      bus.send(request)
      loop.scheduleTask(in: limit) { promise.succeed(collected.value) }
      return NIOLoopBound(bus, eventLoop: loop)
    }.get()
    let bytes = try await promise.futureResult.get()
    let end = NIODeadline.now()
    try await loop.submit { held.value.close() }.get()
    return (bytes, (end - start).nanoseconds > 0 ? UInt64((end - start).nanoseconds) : 0)
  }

  /// One meter whose delay is 100 ms. At 9600 baud the request takes 5.7 ms and E5 1.1 ms: earlier
  /// than 106.8 ms there is nothing. How much later depends on the machine.
  @Test func anAnswerDoesNotComeBeforeItsTime() async throws {
    let meter = BuiltInMeter(.gas, serial: MeterSerial(digits: 0x4242_0051))
    let population = SimulatedPopulation(slaves: [
      SimulatedSlave(meter, primaryAddress: 5, answerDelay: .fixed(.milliseconds(100)))
    ])
    let answer = try await Self.ask(
      .sndNKE(address: 5), population, until: 1, within: .seconds(20))
    #expect(answer.bytes == [0xE5])
    #expect(answer.nanoseconds >= 106_800_000)
    let muted = try await Self.ask(
      .sndNKE(address: 5), population, muted: [meter.serial], until: 1,
      within: .milliseconds(300))
    #expect(muted.bytes == [])
  }

  @Test func aWholeTelegramArrivesAndTheClockIsThatOfTheMachine() async throws {
    let meter = BuiltInMeter(.gas, serial: MeterSerial(digits: 0x4242_0051))
    let population = SimulatedPopulation(slaves: [
      SimulatedSlave(meter, primaryAddress: 5, answerDelay: .fixed(.milliseconds(5)))
    ])
    let length = try #require(
      meter.telegram(0, at: 1_773_100_800, accessNumber: 1, primaryAddress: 5)?.count)
    let before = Int64(Date().timeIntervalSince1970.rounded(.down)) - 60
    let answer = try await Self.ask(
      .reqUD2(address: 5, fcb: true), population, until: length, within: .seconds(20))
    guard case .frame(let frame, _) = FrameDecoder.decode(answer.bytes),
      case .data(let telegram) = try ResponseDecoder.decode(frame)
    else {
      Issue.record("no telegram: \(answer.bytes)")
      return
    }
    let clock = telegram.records.compactMap { record -> CivilTime? in
      guard record.vif == [0x6D], case .time(let time) = record.reading else { return nil }
      return time
    }
    let shown = try #require(clock.first).unixSecondsAsUTC
    #expect((before...(before + 120)).contains(shown))
  }

  /// Without delay E5 would come after 66 bits at 38,400 baud, 1.7 ms; even to one who listens again.
  @Test func whatIsSentAfterTheEndIsLost() async throws {
    let meter = BuiltInMeter(.gas, serial: MeterSerial(digits: 0x4242_0051))
    let population = SimulatedPopulation(slaves: [
      SimulatedSlave(meter, primaryAddress: 5, answerDelay: .fixed(.zero))
    ])
    let request = try Frame.sndNKE(address: 5).encoded
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = loop.makePromise(of: [UInt8].self)
    let held = try await loop.submit {
      let bus = RealTimeBus(population, settings: LineSettings(baud: 38_400), on: loop)
      bus.close()
      bus.onBytes = { promise.succeed($0.values) }
      bus.send(request)
      loop.scheduleTask(in: .milliseconds(300)) { promise.succeed([]) }
      return NIOLoopBound(bus, eventLoop: loop)
    }.get()
    #expect(try await promise.futureResult.get() == [])
    try await loop.submit { held.value.close() }.get()
  }

  /// Two clients share the bus: what one asks for both receive.
  @Test func allClientsReceive() async throws {
    let server = try await SimulatorServer.start(
      .builtIn(count: 1, seed: 1), settings: LineSettings(baud: 38_400), host: "127.0.0.1", port: 0)
    #expect(server.port != 0)
    let listening = try await Client.connect(port: server.port)
    let asking = try await Client.connect(port: server.port)
    // A connection that is accepted may not have joined yet: its own answer proves that it has.
    let request = try Frame.sndNKE(address: 1).encoded
    #expect(try await listening.ask(request) == [0xE5])
    #expect(try await asking.ask(request).last == 0xE5)
    #expect(try await listening.next() == [0xE5])
    await listening.close()
    await asking.close()
    await server.stop()
  }
}

/// A TCP client that waits for what it receives.
final class Client: Sendable {
  private let channel: any Channel
  private let received: AsyncStream<[UInt8]>

  private init(_ channel: any Channel, _ received: AsyncStream<[UInt8]>) {
    self.channel = channel
    self.received = received
  }

  static func connect(port: Int) async throws -> Client {
    let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Collector(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return Client(channel, stream)
  }

  func ask(_ bytes: [UInt8]) async throws -> [UInt8] {
    try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes))
    return try await next()
  }

  func next() async throws -> [UInt8] {
    for await bytes in received { return bytes }
    return []
  }

  func close() async { try? await channel.close() }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<[UInt8]>.Continuation

    init(_ continuation: AsyncStream<[UInt8]>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      continuation.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
  }
}
