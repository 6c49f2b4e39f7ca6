import Control
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
import TelegramCrypto
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
  let files: NIOThreadPool
  let logger: Logger

  /// The folder as it was read last.
  private(set) var app: AppFolder
  /// What is in force.
  private(set) var settings: Settings
  /// The last lines of the log, for the web page.
  var log = ApplicationLog()
  /// Ends the process so that it begins anew.
  var restart: @Sendable () -> Void = {}
  /// The folder with the files that the device comes with.
  var shipped = ConfigurationFolder.shippedFolder
  /// Who this gateway is.
  let device: DeviceIdentity
  /// Called with the settings that are in force after the files have been read anew.
  var onReload: (Settings) -> Void = { _ in }
  /// What came of reading the files anew the last time.
  private(set) var lastReload: GatewayEvent?
  /// What that has changed in the meter list, a line each.
  private(set) var lastListChanges: [String] = []
  /// What is wrong with what is in force.
  private(set) var errors: [Diagnostic]
  /// What has been logged of the files, the last time they were read.
  private var logged: Set<Diagnostic>
  /// Whether files without errors are applied without being asked: MUC_CONFIG_AUTOAPPLY as a file gave it last.
  /// One that lacks the key, such as the first half of another one, does not switch it off.
  private(set) var appliesByItself: Bool
  private var line: MBusLine?
  /// What the lines so far remembered of meters.
  private var remembered = FrameCountBits()
  private var reloadTurns = ReloadTurns()
  /// Whether the files are being read.
  var isReloading: Bool { reloadTurns.isUnderWay }
  private(set) var isStopped = false
  private var control: ControlServer?
  private(set) var web: WebDoor?
  var watch: FolderWatch?
  let history: HistoryKeeper
  let sharing: LineSharing
  private let indicators: Indicators
  private let rawLog: RawLogKeeper
  /// Whether each service has been tried once.
  private var isReady = false
  /// Whoever waits for what comes of what was sent.
  var sends = WaitingSends()
  /// What was counted through the list last, or is being counted.
  var listStatuses: (key: ListStatus.Key, future: EventLoopFuture<ListStatus>)?
  /// How many jobs the line had done when somebody looked last.
  private var knownJobs = 0

  /// Files that have changed and are not applied; nil: none.
  var pendingChange: PendingChange? { watch?.pending }

  /// Whether there is a line to meters at all.
  var hasLine: Bool { line != nil }
  /// What is said of a wish that needs one.
  static let noLine = "there is no line to scan: see MBUS_DEVPATH and MBUS_ENABLE"

  init(
    _ app: AppFolder, errors: [Diagnostic], device: DeviceIdentity, clock: DeviceClock,
    logger: Logger, files: NIOThreadPool, eventLoop: any EventLoop
  ) {
    self.app = app
    self.errors = errors
    logged = Set(app.logged)
    appliesByItself = app.settings.flag(.mucConfigAutoApply)
    self.clock = clock
    self.logger = logger
    self.files = files
    self.device = device
    self.eventLoop = eventLoop
    startedAt = clock.now().instant
    settings = app.settings
    let slices = Slices(
      app.settings, zones: app.zones, folder: app.folder, ext: app.ext)
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
    listener = Listener(core.registers, clock: clock, logger: logger, eventLoop: eventLoop)
    core.onListChange = { [keeper] in keeper.noteChange() }
    history = HistoryKeeper(
      Gateway.history(app.folder, device), clock: clock, report: { core.report(.files($0)) },
      files: files, eventLoop: eventLoop)
    sharing = LineSharing(logger: logger, clock: clock, eventLoop: eventLoop)
    indicators = Indicators(logger: logger, files: files, eventLoop: eventLoop)
    rawLog = RawLogKeeper(files: files, eventLoop: eventLoop, logger: logger)
    rawLog.onFailure = { core.report(.files(.notSaved($0))) }
    keeper.onSaved = { [history] in history.noteSaved($0) }
    history.inForce = { [weak self] in self?.filesInForce }
    core.onSent = { [weak self] in self?.take($0) }
    indicators.sense = { [weak self] in self?.indicate() ?? .off }
  }

  /// Begins to serve and to read. The future has what is served, once each way was tried.
  func start() -> EventLoopFuture<Gateway.Ready> {
    core.start()
    let slices = Slices(settings, folder: app.folder, ext: app.ext)
    indicators.use(slices.lamps)
    let modbus = slices.modbus
    if modbus == nil { logger.notice("Modbus is off: MODBUS_ENABLE is 0") }
    let web = WebDoor(self, files: files, device: device)
    self.web = web
    let bound = listener.use(modbus).and(web.use(slices.web)).map {
      Gateway.Ready(places: $0.0, web: $0.1)
    }
    for diagnostic in FolderCheck.speedDiagnostics(of: app) { logger.log(diagnostic) }
    core.use(makeLine())
    sharing.use(slices.transparent)
    rawLog.use(slices.rawLog, on: line)
    watchFolder()
    if app.isWithoutErrors, app.refusals.isEmpty { history.noteStart() }
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    bound.whenComplete { _ in services.value.isReady = true }
    return bound
  }

  // MARK: - What the lights show

  /// How the gateway is, to be seen from afar.
  var condition: Indication.Condition {
    guard isReady else { return .starting }
    if case .down? = core.station.lineState, hasLine { return .failing }
    let isBlocked = pendingChange.map { !$0.errors.isEmpty } ?? false
    let isWell =
      errors.isEmpty && !isBlocked && listener.complaints.isEmpty && !keeper.isFailing
      && history.complaint == nil && sharing.complaint == nil && !core.station.isLineHeldLow
      && web?.complaints.isEmpty ?? true
    return isWell ? .running : .failing
  }

  /// What the lights are to show now.
  var indication: Indication {
    Indication(condition, core.station.activity, dialect: settings.dialect)
  }

  /// The same, with what was too short to be met by a look.
  private func indicate() -> Indication {
    defer { knownJobs = core.jobs }
    let activity = core.station.activity
    guard activity == .idle, core.jobs != knownJobs else { return indication }
    return Indication(condition, .reading, dialect: settings.dialect)
  }

  /// The files that are in force, for the history; nil: one of them could not be read.
  private var filesInForce: FilesInForce? {
    guard let settings = app.settingsInForce, let list = keeper.version else { return nil }
    return FilesInForce(
      settings: settings,
      settingsBytes: app.isSettingsFileTaken ? app.settingsFile.document?.bytes : nil,
      meterList: list)
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
    for promise in sends.takeAll() {
      promise.succeed(ControlAnswer(error: "the gateway is ending"))
    }
    control?.stop()
    watch?.stop()
    let page = web?.stop() ?? eventLoop.makeSucceededVoidFuture()
    let closed = listener.use(nil).and(sharing.stop()).and(page).map { _ in }
    core.stop()
    let dark = indicators.stop()
    let history = NIOLoopBound(history, eventLoop: eventLoop)
    let traced = rawLog.write()
    return closed.and(keeper.finish()).and(dark).and(traced).flatMap { _ in history.value.finish() }
  }

  // MARK: - Changed files

  /// Reads the files anew and takes over what has changed.
  /// - Parameters:
  ///   - look: how the files have to look when they have been read, and which; otherwise nothing is taken over.
  ///     nil: however they look.
  ///   - done: called when that is done, or cannot be done any more.
  func reload(
    ifStill look: (FolderLook, Set<String>)? = nil, _ done: @escaping () -> Void = {}
  ) {
    guard !isStopped else { return done() }
    // Files that are to look so have been read by whoever is at it, or look otherwise.
    if isReloading, look != nil { return done() }
    guard reloadTurns.begin(otherwise: done) else { return }
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    let done = NIOLoopBound(done, eventLoop: eventLoop)
    let (before, clock) = (app, clock)
    keeper.pause().flatMap {
      let list = services.value.keeper.saved
      return services.value.files.runIfActive(eventLoop: services.value.eventLoop) {
        () -> Reread? in
        let reread = Reread(before, list: list, clock: clock)
        return look.map { Reread.isStill($0, $1) } ?? true ? reread : nil
      }
    }.whenComplete { result in
      if case .success(let reread?) = result {
        services.value.takeOver(reread)
      } else {
        services.value.watch?.noteNotApplied()
      }
      services.value.keeper.resume()
      let next = services.value.reloadTurns.end()
      services.value.core.noteStatus()
      services.value.onReload(services.value.settings)
      done.value()
      if let next { services.value.reload(next) }
    }
  }

  private func takeOver(_ reread: Reread) {
    guard !isStopped else { return }
    let app = reread.app
    for line in reread.finished { logger.warning("\(line)") }
    watch?.noteApplied()
    (errors, lastListChanges) = (reread.errors, reread.meters)
    let isStillWithoutList = app.metersState == .missing && keeper.version == .missing
    // What was said the last time has not become more important.
    let said = app.logged
    let news = said.filter { $0.severity == .error || !logged.contains($0) }
    for diagnostic in news.condensed { logger.log(diagnostic) }
    logged = Set(said)
    noteAutoApply(app.settings)
    let hasOtherSettings = !app.settings.differences(from: settings).isEmpty
    let before = Slices(
      settings, zones: self.app.zones, folder: self.app.folder, ext: self.app.ext)
    let now = Slices(
      app.settings, zones: app.zones, folder: app.folder, ext: app.ext)
    settings = app.settings
    let isOtherLine = before.line?.wire != now.line?.wire
    let knownSpeeds = FolderCheck.speedDiagnostics(of: self.app)
    for diagnostic in FolderCheck.speedDiagnostics(of: app) where !knownSpeeds.contains(diagnostic)
    {
      logger.log(diagnostic)
    }
    if isOtherLine { core.use(nil) }
    core.use(now.registers)
    let isOtherFile = app.metersPath != self.app.metersPath
    self.app = app
    let isRead = app.metersState == .read
    let list = isRead ? app.meters : core.station.listToSave.map(\.configuration)
    core.handle(.configure(now.station, list, keeping: keeper.unsaved))
    // A list that is not taken over is none that was read: it waits, until it is mended or put back.
    if isRead || isOtherFile || app.metersState == .missing {
      keeper.use(
        app.meterListFile,
        meters: isRead ? core.station.meters.prefix(list.count).map(\.id) : nil)
    }
    // A list that has moved to a path where there is none yet is to be found there after a restart.
    if isOtherFile, app.metersState == .missing { keeper.noteChange() }
    indicators.use(now.lamps)
    if isOtherLine { core.use(makeLine()) } else { line?.reconfigure(to: settings.mbusLine) }
    sharing.use(now.transparent)
    rawLog.use(now.rawLog, on: line)
    if before.modbus != now.modbus {
      if now.modbus == nil { logger.notice("Modbus is off: MODBUS_ENABLE is 0") }
      _ = listener.use(now.modbus)
    }
    // Files may be renewed while the settings stay as they are.
    if before.modbus?.server == now.modbus?.server, reread.left.isEmpty {
      listener.rereadCertificates()
    }
    if before.web != now.web { _ = web?.use(now.web) } else { web?.rereadCertificates() }
    if before.transparent == now.transparent, reread.left.isEmpty { sharing.rereadCertificates() }
    let changed =
      now.differences(from: before) + (isOtherFile ? ["the path of the meter list"] : [])
    let left =
      [
        (app.settingsFile.name, app.isSettingsFileTaken),
        (app.meterListFile.name, app.metersState == .read || isStillWithoutList),
      ].filter { !$0.1 }.map(\.0) + reread.left
    let event = GatewayEvent.files(
      .reread(
        meters: core.station.meters.count, changed: changed, hasOtherSettings: hasOtherSettings,
        left: left))
    lastReload = event
    // What else was left counts as it did before.
    if app.isSettingsFileTaken || isRead || isStillWithoutList { history.noteApplied() }
    core.report(event)
  }

  private func noteAutoApply(_ settings: Settings) {
    let isOn = settings.flag(.mucConfigAutoApply)
    if isOn || settings.isGiven(.mucConfigAutoApply) {
      appliesByItself = isOn
    } else if appliesByItself {
      logger.notice(
        "MUC_CONFIG_AUTOAPPLY is not in the file any more, and stays on until the next start; MUC_CONFIG_AUTOAPPLY=0 switches it off"
      )
    }
  }

  /// A line as the settings want it, with what the one in its place remembered of its meters.
  private func makeLine() -> MBusLine? {
    if let line { remembered = line.countBits }
    line = Gateway.byteLine(settings, logger: logger, loop: eventLoop).map { bytes in
      MBusLine(
        line: core.station.line, bytes: bytes, eventLoop: eventLoop,
        configuration: settings.mbusLine, clock: clock.now, countBits: remembered,
        cipher: AESTelegramCipher())
    }
    sharing.use(line)
    return line
  }
}
