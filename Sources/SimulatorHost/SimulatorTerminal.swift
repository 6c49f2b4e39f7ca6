import BusSimulator
import Glibc
import Metering
import NIOCore
import NIOPosix

/// A simulated bus behind a pseudo terminal, as a serial port with a level converter offers it. The character
/// format that its users set has no effect, and their speed only if that is wanted.
public final class SimulatorTerminal: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let terminal: PseudoTerminal
  private let hub: NIOLoopBound<SimulatorHub>

  /// The link that users open.
  public var link: String { terminal.link }

  private init(
    group: MultiThreadedEventLoopGroup, terminal: PseudoTerminal, hub: NIOLoopBound<SimulatorHub>
  ) {
    self.group = group
    self.terminal = terminal
    self.hub = hub
  }

  /// Opens the pseudo terminal and makes the link.
  /// - Parameters:
  ///   - population: the slaves.
  ///   - settings: the line.
  ///   - muted: serials of slaves that are cut off.
  ///   - followsSpeed: the master talks at the speed that users set; otherwise always at that of the line.
  ///   - link: where the link is made. One that leads nowhere or to another pseudo terminal is
  ///     replaced, everything else is left alone.
  /// - Throws: `PseudoTerminalError`.
  public static func start(
    _ population: SimulatedPopulation, settings: LineSettings, muted: [MeterSerial] = [],
    followsSpeed: Bool = false, link: String
  ) async throws -> SimulatorTerminal {
    let terminal = try PseudoTerminal.open(link: link)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let loop = group.next()
      let hub = try await SimulatorHub.make(
        population, settings: settings, muted: muted, on: loop)
      try await connect(terminal, to: hub, followsSpeed: followsSpeed, on: loop)
      return SimulatorTerminal(group: group, terminal: terminal, hub: hub)
    } catch {
      terminal.close()
      try? await group.shutdownGracefully()
      throw error
    }
  }

  /// Removes the link and closes the pseudo terminal: to its users the device is gone.
  public func stop() async {
    let hub = hub
    try? await group.next().submit { hub.value.close() }.get()
    try? await group.shutdownGracefully()
    terminal.close()
  }

  /// Bytes that nobody reads stay in the system, some 20 kB; beyond that they are lost.
  private static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 1, high: 1024)

  private static func connect(
    _ terminal: PseudoTerminal, to hub: NIOLoopBound<SimulatorHub>, followsSpeed: Bool,
    on loop: any EventLoop
  ) async throws {
    guard let input = terminal.duplicateMaster() else {
      throw PseudoTerminalError(terminal.link, "there are too many open files")
    }
    guard let output = terminal.duplicateMaster() else {
      _ = Glibc.close(input)
      throw PseudoTerminalError(terminal.link, "there are too many open files")
    }
    do {
      _ = try await NIOPipeBootstrap(group: loop)
        .channelOption(.writeBufferWaterMark, value: waterMark)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              SimulatorConnection(hub.value) { followsSpeed ? terminal.speed : nil })
          }
        }
        .takingOwnershipOfDescriptors(input: input, output: output).get()
    } catch {
      _ = Glibc.close(input)
      _ = Glibc.close(output)
      throw error
    }
  }
}
