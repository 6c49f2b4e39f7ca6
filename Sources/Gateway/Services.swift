import BusMaster
import ConfigurationArchive
import Logging
import MBusLine
import MeterFiles
import Metering
import ModbusServer
import NIOCore
import NIOPosix
import RegisterMap
import Settings
import Station
import Time

/// Everything that runs, on one event loop: line, station, registers, server, files. It is set up from an
/// application folder, and follows it when it has changed.
final class Services {
  let core: Core
  let keeper: ListKeeper
  let listener: Listener
  let clock: DeviceClock
  let eventLoop: any EventLoop
  /// When it was made.
  let startedAt: MonotonicInstant
  private let files: NIOThreadPool
  private let logger: Logger

  /// The folder as it was read last.
  private(set) var app: AppFolder
  /// What is in force.
  private(set) var settings: Settings
  /// Called with the settings that are in force after the files have been read anew.
  var onReload: (Settings) -> Void = { _ in }
  /// What came of reading the files anew the last time.
  private(set) var lastReload: GatewayEvent?
  private var line: MBusLine?
  /// What the lines so far remembered of meters.
  private var remembered = FrameCountBits()
  private(set) var isReloading = false
  private var isReloadWanted = false
  private(set) var isStopped = false
  private var control: ControlServer?
  private var watch: FolderWatch?
  /// What MUC_CONFIG_AUTOAPPLY has tried to apply last.
  private var tried: PendingChange?
  private let history: HistoryKeeper

  /// Files that have changed and are not applied; nil: none.
  var pendingChange: PendingChange? { watch?.pending }

  /// Whether there is a line to meters at all.
  var hasLine: Bool { line != nil }
  /// What is said of a wish that needs one.
  static let noLine = "there is no line to scan: see MBUS_DEVPATH and MBUS_ENABLE"

  init(
    _ app: AppFolder, device: DeviceIdentity, clock: DeviceClock, logger: Logger,
    files: NIOThreadPool, eventLoop: any EventLoop
  ) {
    self.app = app
    self.clock = clock
    self.logger = logger
    self.files = files
    self.eventLoop = eventLoop
    startedAt = clock.now().instant
    settings = app.settings
    let slices = Slices(app.settings, folder: app.folder)
    let bank = RegisterBank(
      device: DeviceEntry(
        serial: device.serial, version: device.version, clockRule: slices.registers.clockRule),
      layout: slices.registers.layout)
    let core = Core(
      station: Station(configuration: slices.station, meters: app.meters), bank: bank,
      clock: clock, eventLoop: eventLoop, logger: logger)
    core.use(slices.registers)
    self.core = core
    keeper = ListKeeper(
      app.meterListFile, meters: core.station.meters.map(\.id), list: { core.station.listToSave },
      report: { core.report(.files($0)) }, files: files, eventLoop: eventLoop)
    listener = Listener(
      bank: { core.servedBank }, clock: clock, logger: logger, eventLoop: eventLoop)
    core.onListChange = { [keeper] in keeper.noteChange() }
    history = HistoryKeeper(
      Gateway.history(app.folder, device), clock: clock, report: { core.report(.files($0)) },
      files: files, eventLoop: eventLoop)
    keeper.onSaved = { [history] in history.noteSaved() }
  }

  /// Begins to serve and to read. The future has where Modbus is served, once each way was tried.
  func start() -> EventLoopFuture<ModbusPlaces> {
    core.start()
    let modbus = Slices(settings, folder: app.folder).modbus
    if modbus == nil { logger.notice("Modbus is off: MODBUS_ENABLE is 0") }
    let bound = listener.use(modbus)
    core.use(makeLine())
    watchFolder()
    if app.isWithoutErrors, app.refusals.isEmpty { history.noteStart() }
    return bound
  }

  /// Notices from now on what others write into the folder.
  private func watchFolder() {
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    let watch = FolderWatch(
      inForce: {
        services.value.isReloading
          ? nil : (services.value.app, services.value.keeper.version)
      }, changed: { services.value.filesChanged($0) }, files: files, eventLoop: eventLoop)
    watch.start()
    self.watch = watch
    history.isInForce = { [weak watch] in watch?.pending == nil }
  }

  private func filesChanged(_ change: PendingChange?) {
    guard let change else {
      tried = nil
      return core.report(.files(.pendingGone))
    }
    let errors = change.errors
    // What was tried and waits still, such as a file that is gone, is not tried every second.
    if errors.isEmpty, settings.flag(.mucConfigAutoApply), change != tried {
      tried = change
      return reload()
    }
    core.report(
      .files(
        .pending(files: change.files, errors: errors.count, first: errors.first?.description)))
  }

  /// Answers on a control socket, which belongs to it from now on.
  func control(_ socket: Int32, path: String) {
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    let control = ControlServer(eventLoop: eventLoop, logger: logger) {
      services.value.perform($0)
    }
    control.start(socket, path: path)
    self.control = control
  }

  /// Ends: what has arrived is answered, what has been learned is written.
  func stop() -> EventLoopFuture<Void> {
    isStopped = true
    control?.stop()
    watch?.stop()
    let closed = listener.use(nil).map { _ in }
    core.stop()
    let history = NIOLoopBound(history, eventLoop: eventLoop)
    return closed.and(keeper.finish()).flatMap { _ in history.value.finish() }
  }

  /// Looks for meters.
  func scan() {
    guard line != nil else {
      return logger.warning("\(Self.noLine)")
    }
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    prepareScan().whenSuccess { services.value.core.handle(.scan) }
  }

  /// Reads what meters are to have that a scan finds: whoever brings meter-conf-import.csv need not say so.
  func prepareScan() -> EventLoopFuture<Void> {
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    let folder = app.folder
    return files.runIfActive(eventLoop: eventLoop) { MeterPreconfiguration.load(folder) }
      .flatMapErrorThrowing { _ in nil }
      .map { found in
        for diagnostic in found?.diagnostics ?? [] where diagnostic.severity < .note {
          services.value.logger.warning("\(diagnostic)")
        }
        guard !services.value.isStopped else { return }
        services.value.core.handle(.preconfigure(found?.meters ?? []))
      }
  }

  // MARK: - Changed files

  /// Reads the files anew and takes over what has changed.
  /// - Parameter done: called when that is done, or cannot be done any more.
  func reload(_ done: @escaping () -> Void = {}) {
    guard !isStopped else { return done() }
    guard !isReloading else {
      isReloadWanted = true
      return
    }
    isReloading = true
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    let done = NIOLoopBound(done, eventLoop: eventLoop)
    let before = app
    keeper.pause().flatMap {
      let list = services.value.keeper.saved
      return services.value.files.runIfActive(eventLoop: services.value.eventLoop) {
        // Files may be in the middle of an import whose program was killed.
        (ConfigurationFolder.finished(before.folder), before.reloaded(saved: list))
      }
    }.whenComplete { result in
      if case .success(let (finished, app)) = result {
        for line in finished { services.value.logger.warning("\(line)") }
        services.value.takeOver(app)
      }
      services.value.keeper.resume()
      services.value.isReloading = false
      services.value.onReload(services.value.settings)
      done.value()
      guard services.value.isReloadWanted else { return }
      services.value.isReloadWanted = false
      services.value.reload()
    }
  }

  /// What chip.ini of a folder says by now, if that is something else than when it was read.
  func pendingSettings(of app: AppFolder) -> EventLoopFuture<Settings?> {
    files.runIfActive(eventLoop: eventLoop) { app.pendingSettings() }
      .flatMapErrorThrowing { _ in nil }
  }

  private func takeOver(_ app: AppFolder) {
    guard !isStopped else { return }
    watch?.noteApplied()
    let isStillWithoutList = app.metersState == .missing && keeper.version == .missing
    for diagnostic in app.logged.condensed { logger.log(diagnostic) }
    let before = Slices(settings, folder: self.app.folder)
    let now = Slices(app.settings, folder: app.folder)
    settings = app.settings
    let isOtherLine = before.line != now.line
    if isOtherLine { core.use(nil) }
    core.use(now.registers)
    let isOtherFile = app.metersPath != self.app.metersPath
    self.app = app
    let isRead = app.metersState == .read
    let list = isRead ? app.meters : core.station.listToSave.map(\.configuration)
    core.handle(.configure(now.station, list, keeping: keeper.unsaved))
    keeper.use(
      app.meterListFile,
      meters: isRead ? core.station.meters.prefix(list.count).map(\.id) : nil)
    // A list that has moved to a path where there is none yet is to be found there after a restart.
    if isOtherFile, app.metersState == .missing { keeper.noteChange() }
    if isOtherLine { core.use(makeLine()) }
    if before.modbus != now.modbus {
      if now.modbus == nil { logger.notice("Modbus is off: MODBUS_ENABLE is 0") }
      _ = listener.use(now.modbus)
    }
    // Files may be renewed while the settings stay as they are.
    if before.modbus?.server == now.modbus?.server { listener.rereadCertificates() }
    let changed =
      now.differences(from: before) + (isOtherFile ? ["the path of the meter list"] : [])
    let left = [
      (app.settingsFile.name, app.isSettingsFileTaken),
      (app.meterListFile.name, app.metersState == .read || isStillWithoutList),
    ].filter { !$0.1 }.map(\.0)
    let event = GatewayEvent.files(
      .reread(meters: core.station.meters.count, changed: changed, left: left))
    lastReload = event
    if left.isEmpty {
      tried = nil
      history.noteApplied()
    }
    core.report(event)
  }

  /// A line as the settings want it, with what the one in its place remembered of its meters.
  private func makeLine() -> MBusLine? {
    if let line { remembered = line.countBits }
    line = Gateway.byteLine(settings, logger: logger, loop: eventLoop).map { bytes in
      MBusLine(
        line: core.station.line, bytes: bytes, eventLoop: eventLoop,
        configuration: settings.mbusLine, clock: clock.now, countBits: remembered)
    }
    return line
  }
}

extension Logger {
  /// Says what there is to say about a file.
  package func log(_ diagnostic: Diagnostic) {
    let level: Logger.Level =
      switch diagnostic.severity {
      case .error: .error
      case .warning: .warning
      case .note: .notice
      }
    log(level: level, "\(diagnostic)")
  }
}
