import Logging
import Metering
import NIOCore
import NIOPosix
import Settings

/// A gateway that runs: an M-Bus line, a station and a Modbus server on one event loop. Its functions
/// wait for that loop and must not be called on it.
public final class Gateway: Sendable {
  /// What it serves.
  public struct Ready: Hashable, Sendable {
    /// Where Modbus TCP is answered, as `host:port`; nil when it is off or the port cannot be had yet.
    public var modbus: String?

    /// The line that `metergate run` prints.
    public var line: String {
      (["ready:"] + [modbus.map { "modbus=\($0)" }].compactMap { $0 }).joined(separator: " ")
    }
  }

  private let group: MultiThreadedEventLoopGroup
  private let parts: NIOLoopBoundBox<Parts?>

  struct Parts {
    var core: Core
    var listener: Listener?
  }

  /// - Parameters:
  ///   - settings: from chip.ini and the command line.
  ///   - meters: from Device_Handle.cfg.
  ///   - device: who this gateway is.
  ///   - clock: the device's clocks.
  ///   - logger: where it reports.
  public init(
    settings: Settings, meters: [MeterConfiguration], device: DeviceIdentity = .ofThisMachine(),
    clock: DeviceClock = .system, logger: Logger
  ) throws {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    parts = NIOLoopBoundBox.makeEmptyBox(eventLoop: loop)
    let box = parts
    try loop.submit {
      box.value = Self.assemble(
        settings: settings, meters: meters, device: device, clock: clock, logger: logger,
        loop: loop)
    }.wait()
  }

  /// Begins to serve and to read; done when the listener is bound or has said why not.
  public func start() throws -> Ready {
    let box = parts
    return try group.next().flatSubmit {
      box.value?.core.start()
      let bound = box.value?.listener?.start() ?? box.eventLoop.makeSucceededFuture(nil)
      return bound.map { Ready(modbus: $0) }
    }.wait()
  }

  /// Ends: requests that have arrived are answered, the line is closed.
  public func stop() throws {
    let box = parts
    try group.next().flatSubmit {
      let stopped = box.value?.listener?.stop() ?? box.eventLoop.makeSucceededVoidFuture()
      box.value?.core.stop()
      box.value = nil
      return stopped
    }.wait()
    try group.syncShutdownGracefully()
  }
}
