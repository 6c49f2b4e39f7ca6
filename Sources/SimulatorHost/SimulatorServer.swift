import BusSimulator
import Metering
import NIOCore
import NIOPosix

/// A simulated bus behind a TCP port, as a level converter with a network port offers it: what
/// clients send goes on the line, what the slaves answer goes to all clients.
public final class SimulatorServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let listener: any Channel
  private let hub: NIOLoopBound<SimulatorHub>

  /// The port that clients connect to.
  public let port: Int

  private init(
    group: MultiThreadedEventLoopGroup, listener: any Channel, hub: NIOLoopBound<SimulatorHub>
  ) {
    self.group = group
    self.listener = listener
    self.hub = hub
    port = listener.localAddress?.port ?? 0
  }

  /// Opens the port.
  /// - Parameters:
  ///   - population: the slaves.
  ///   - settings: the line.
  ///   - muted: serials of slaves that are cut off.
  ///   - host: an address of this machine, or its name.
  ///   - port: 0 takes a free one.
  /// - Throws: what the system says when the port cannot be opened.
  public static func start(
    _ population: SimulatedPopulation, settings: LineSettings, muted: [MeterSerial] = [],
    host: String, port: Int
  ) async throws -> SimulatorServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let loop = group.next()
      let hub = try await loop.submit {
        let bus = RealTimeBus(population, settings: settings, muted: muted, on: loop)
        return NIOLoopBound(SimulatorHub(bus), eventLoop: loop)
      }.get()
      let listener = try await bootstrap(group, hub).bind(host: host, port: port).get()
      return SimulatorServer(group: group, listener: listener, hub: hub)
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  /// Closes the port and all connections.
  public func stop() async {
    try? await listener.close()
    let hub = hub
    try? await listener.eventLoop.submit { hub.value.close() }.get()
    try? await group.shutdownGracefully()
  }

  private static func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ hub: NIOLoopBound<SimulatorHub>
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(SimulatorConnection(hub.value))
        }
      }
  }
}

/// The bus and its clients; lives on the event loop.
final class SimulatorHub {
  private let bus: RealTimeBus
  private var clients: [ObjectIdentifier: any Channel] = [:]

  init(_ bus: RealTimeBus) {
    self.bus = bus
    bus.onBytes = { [weak self] in self?.broadcast($0) }
  }

  func join(_ channel: any Channel) { clients[ObjectIdentifier(channel)] = channel }

  func leave(_ channel: any Channel) { clients[ObjectIdentifier(channel)] = nil }

  func send(_ bytes: ByteBufferView) { bus.send(bytes) }

  func close() {
    bus.close()
    for client in clients.values { client.close(promise: nil) }
    clients = [:]
  }

  private func broadcast(_ bytes: [UInt8]) {
    // A client that does not read loses bytes, as behind a level converter.
    for client in clients.values where client.isWritable {
      client.writeAndFlush(client.allocator.buffer(bytes: bytes), promise: nil)
    }
  }
}

/// One client.
final class SimulatorConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let hub: SimulatorHub

  init(_ hub: SimulatorHub) { self.hub = hub }

  func channelActive(context: ChannelHandlerContext) { hub.join(context.channel) }

  func channelInactive(context: ChannelHandlerContext) { hub.leave(context.channel) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hub.send(unwrapInboundIn(data).readableBytesView)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
