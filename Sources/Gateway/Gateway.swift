import ConfigurationArchive
import Control
import Logging
import MeterFiles
import NIOCore
import NIOPosix
import Settings

/// A gateway that runs: an M-Bus line, a station and a Modbus server on one event loop. Its functions must
/// not be called on that loop; `start` and `stop` wait for it.
public final class Gateway: Sendable {
  /// What it serves.
  public struct Ready: Hashable, Sendable {
    /// Where Modbus is served.
    public var places: ModbusPlaces
    /// Where the web page is served.
    public var web = WebPlaces()

    /// Where Modbus TCP is answered, as `host:port`; nil when it is off or cannot be had yet.
    public var modbus: String? { places[.tcp] }

    /// The line that `metergate run` prints.
    public var line: String { (["ready:"] + web.words + places.words).joined(separator: " ") }
  }

  private let group: MultiThreadedEventLoopGroup
  private let files: NIOThreadPool
  private let services: NIOLoopBoundBox<Services?>
  private let place: ControlPlace

  /// - Parameters:
  ///   - app: the configuration folder as it was read.
  ///   - device: who this gateway is.
  ///   - clock: the device's clocks.
  ///   - logger: where it reports.
  ///   - log: the last lines of that, for the web page.
  ///   - shipped: the folder with the files that the device comes with, for a factory reset.
  ///   - restart: ends the process so that it begins anew.
  ///   - onReload: called on the event loop with the settings that are in force after the files have been
  ///     read anew.
  /// - Throws: `GatewayRunning` when another gateway runs on the folder.
  public init(
    app: AppFolder, device: DeviceIdentity = .ofThisMachine(), clock: DeviceClock = .system,
    logger: Logger, log: ApplicationLog = ApplicationLog(),
    shipped: String = ConfigurationFolder.shippedFolder,
    restart: @escaping @Sendable () -> Void = {},
    onReload: @escaping @Sendable (Settings) -> Void = { _ in }
  ) throws {
    let place = try ControlPlace(folder: app.folder)
    self.place = place
    if let complaint = place.complaint { logger.warning("\(complaint)") }
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    files = NIOThreadPool(numberOfThreads: 1)
    files.start()
    let loop = group.next()
    services = NIOLoopBoundBox.makeEmptyBox(eventLoop: loop)
    let (box, files) = (services, files)
    let errors = FolderCheck.errorsInForce(of: app, clock: clock)
    try loop.submit {
      let services = Services(
        app, errors: errors, device: device, clock: clock, logger: logger, files: files,
        eventLoop: loop)
      services.log = log
      services.shipped = shipped
      services.restart = restart
      services.onReload = onReload
      if let socket = place.socket {
        services.control(socket, path: ControlPlace.path(in: app.folder))
      }
      box.value = services
    }.wait()
  }

  /// Begins to serve and to read; done when each listener is bound or has said why not.
  public func start() throws -> Ready {
    let box = services
    return try group.next().flatSubmit {
      box.value?.start() ?? box.eventLoop.makeSucceededFuture(Ready(places: ModbusPlaces()))
    }.wait()
  }

  /// Looks for meters on the line, by MBUS_SCANMODE, as soon as it is free. What is found joins the list,
  /// and its file.
  public func scan() {
    let box = services
    group.next().execute { box.value?.scan() }
  }

  /// Reads the files of the configuration folder anew. What has changed is taken over, the rest goes on; a
  /// file that cannot be read leaves the last good one in force, and the log says so.
  public func reload() {
    let box = services
    group.next().execute { box.value?.reload() }
  }

  /// What is at work for pages that want to hear of changes.
  struct Watchers: Equatable {
    /// Event streams that are open, or not wound up yet.
    var streams: Int
    /// Who waits for the next change.
    var waiters: Int
  }

  /// The same as it is now.
  var watchers: Watchers? {
    let box = services
    return try? group.next().submit {
      box.value.map { services in
        Watchers(streams: services.web?.streams.count ?? 0, waiters: services.core.waiters.count)
      }
    }.wait()
  }

  /// Ends: requests that have arrived are answered, the line is closed, the meter list is saved.
  public func stop() throws {
    let box = services
    try group.next().flatSubmit {
      let stopped = box.value?.stop() ?? box.eventLoop.makeSucceededVoidFuture()
      return stopped.map { box.value = nil }
    }.wait()
    place.removeSocket()
    try files.syncShutdownGracefully()
    try group.syncShutdownGracefully()
  }
}
