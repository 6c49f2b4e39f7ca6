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
      let hub = try await SimulatorHub.make(
        population, settings: settings, muted: muted, on: loop)
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
