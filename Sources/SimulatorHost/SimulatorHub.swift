import Metering
import BusSimulator
import Bytes
import NIOCore

/// The bus and its clients; lives on the event loop.
final class SimulatorHub {
  private let bus: RealTimeBus
  private var clients: [ObjectIdentifier: any Channel] = [:]

  init(_ bus: RealTimeBus) {
    self.bus = bus
    bus.onBytes = { [weak self] in self?.broadcast($0) }
  }

  /// A bus with its slaves on an event loop, and the hub that its clients join.
  static func make(
    _ population: SimulatedPopulation, settings: LineSettings, muted: [MeterSerial],
    on loop: any EventLoop
  ) async throws -> NIOLoopBound<SimulatorHub> {
    try await loop.submit {
      let bus = RealTimeBus(population, settings: settings, muted: muted, on: loop)
      return NIOLoopBound(SimulatorHub(bus), eventLoop: loop)
    }.get()
  }

  func join(_ channel: any Channel) { clients[ObjectIdentifier(channel)] = channel }

  func leave(_ channel: any Channel) { clients[ObjectIdentifier(channel)] = nil }

  func send(_ bytes: ByteBufferView) { bus.send(bytes) }

  func use(baud: Int64) { bus.use(baud: baud) }

  func close() {
    bus.close()
    for client in clients.values { client.close(promise: nil) }
    clients = [:]
  }

  /// Neither TCP nor a pseudo terminal has a way to mark damaged bytes: they go out as they came.
  private func broadcast(_ bytes: LineBytes) {
    // A client that does not read loses bytes, as behind a level converter.
    for client in clients.values where client.isWritable {
      client.writeAndFlush(client.allocator.buffer(bytes: bytes.values), promise: nil)
    }
  }
}

/// One client, or all users of a pseudo terminal.
final class SimulatorConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let hub: SimulatorHub
  /// The speed at which its user talks just now; nil: that of the bus.
  private let speed: () -> Int64?

  init(_ hub: SimulatorHub, speed: @escaping () -> Int64? = { nil }) {
    self.hub = hub
    self.speed = speed
  }

  func channelActive(context: ChannelHandlerContext) { hub.join(context.channel) }

  func channelInactive(context: ChannelHandlerContext) { hub.leave(context.channel) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if let baud = speed() { hub.use(baud: baud) }
    hub.send(unwrapInboundIn(data).readableBytesView)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
