import Control
import Logging
import MBusLine
import Metering
import ModbusServer
import NIOCore
import RegisterMap
import Station
import Time

/// The one object that holds what changes while the gateway runs: the station, and what it publishes in the
/// registers. It is confined to the event loop; every input is carried to its end before the next one, and
/// clients see all that it changes in the registers or nothing.
final class Core {
  /// What clients see.
  let registers: ServedRegisters

  /// Meters, values, schedule.
  private(set) var station: Station
  /// How many jobs the line has been asked to do.
  private(set) var jobs = 0
  /// How long the line has been at work, until it rested last.
  private var busyBefore = Span.zero
  /// Since when the line has been at work; nil: it rests.
  private var busySince: MonotonicInstant?
  /// Called when the meter list is to be written to its file.
  var onListChange: () -> Void = {}
  /// Called with what came of what somebody has sent, in the order in which it was wanted.
  var onSent: (SendReply) -> Void = { _ in }

  /// The meters and their values; kept up to date also while test data are served.
  private var bank: RegisterBank
  private var testBank: RegisterBank?
  /// To be taken over with what the next input changes.
  private var registerSlice: RegisterSlice?
  /// What the bank has.
  private var quality: DeviceQuality?
  private var line: (any MeterInterface)?
  private let clock: DeviceClock
  private let eventLoop: any EventLoop
  private let logger: Logger
  private var timer: Scheduled<Void>?
  /// The latest readout so far: entries are also published when the list has changed.
  private var lastReadout: MonotonicInstant?
  private var waiting: [StationInput] = []
  private var isHandling = false
  /// What became of the last command.
  private var answer: Result<ListOutcome, ListRefusal>?
  /// What has been reported since somebody listens; nil: nobody does.
  private var heard: [String]?
  /// Tells this run of the gateway from others.
  private let instance = String(UInt64.random(in: .min ... .max), radix: 16)
  /// Counts what changes, for whoever shows it.
  private var revision: UInt64 = 0
  /// At which revision each meter changed last.
  private var changed: [MeterID: UInt64] = [:]
  /// At which revision meters came, went or changed places last.
  private var listRevision: UInt64 = 0
  /// Whoever waits for a change.
  let waiters = ChangeWaiters()

  init(
    station: Station, bank: RegisterBank, clock: DeviceClock, eventLoop: any EventLoop,
    logger: Logger
  ) {
    self.station = station
    self.bank = bank
    registers = ServedRegisters(bank)
    self.clock = clock
    self.eventLoop = eventLoop
    self.logger = logger
  }

  /// Publishes the registers of the configured meters.
  func start() { handle(.start) }

  /// Takes over what the registers show besides meters and values, with what the next input changes. Their
  /// layout is the station's matter.
  func use(_ registers: RegisterSlice) { registerSlice = registers }

  /// Opens a line; nil: there is none from now on. The one before is closed, and what it was doing is done
  /// by the new one.
  func use(_ newLine: (any MeterInterface)?) {
    if let line {
      line.stop()
      handle(.lineRemoved)
    }
    line = newLine
    line?.onEvent = { [weak self] event in self?.handle(.line(event)) }
    line?.start()
  }

  /// Closes the line and stops asking for anything.
  func stop() {
    waiters.end()
    timer?.cancel()
    line?.stop()
    line = nil
  }

  /// Carries a command out.
  /// - Throws: `ListRefusal`; nothing has changed.
  func perform(_ command: ListCommand) throws -> ListOutcome {
    answer = nil
    handle(.command(command))
    return try answer?.get() ?? ListOutcome()
  }

  /// Carries an input to its end, and gives what was reported of it, in words.
  func handling(_ input: StationInput) -> [String] {
    heard = []
    defer { heard = nil }
    handle(input)
    return heard ?? []
  }

  /// Carries an input to its end.
  func handle(_ input: StationInput) {
    waiting.append(input)
    guard !isHandling else { return }
    isHandling = true
    defer { isHandling = false }
    while !waiting.isEmpty {
      let input = waiting.removeFirst()
      let effects = station.handle(input, at: clock.now())
      note(effects, of: input)
      publish(effects)
      for effect in effects { carryOut(effect) }
    }
    noteActivity()
  }

  private func noteActivity() {
    let isBusy = station.activity != .idle
    guard isBusy != (busySince != nil) else { return }
    let now = clock.now().instant
    if let busySince { busyBefore = busyBefore + (now - busySince) }
    busySince = isBusy ? now : nil
  }

  /// How long the line has been at work since the start.
  var busy: Span {
    busyBefore + (busySince.map { clock.now().instant - $0 } ?? .zero)
  }

  private func carryOut(_ effect: StationEffect) {
    switch effect {
    case .perform(let job):
      jobs &+= 1
      line?.perform(job)
    case .cancelScan: line?.cancelScan()
    case .sent(let reply): onSent(reply)
    case .clearRegisters, .publish: break
    case .saveList: onListChange()
    case .report(let event): report(event)
    case .wake(let instant): wake(at: instant)
    case .answer(let result): answer = result
    }
  }

  /// Tells people.
  func report(_ event: GatewayEvent) {
    if isHandling { heard?.append(event.text) }
    logger.log(
      level: event.severity.logLevel, "\(event.text)", metadata: ["event": "\(event.code)"])
  }

  // MARK: Changes

  /// All of it as it is now.
  var view: StationView {
    StationView(
      station, revision: revision, changed: changed, listRevision: listRevision, at: clock.now(),
      instance: instance)
  }

  /// Something has changed that the status tells and no meter has to do with.
  func noteStatus() {
    revision += 1
    waiters.wakeAll()
  }

  /// True with the next change behind a revision; false when there will be none.
  func change(
    after known: UInt64, _ waiter: ChangeWaiters.Waiter
  ) -> EventLoopFuture<Bool> {
    known < revision && !waiter.isGone
      ? eventLoop.makeSucceededFuture(true) : waiters.wait(waiter, on: eventLoop)
  }

  private func note(_ effects: [StationEffect], of input: StationInput) {
    revision += 1
    for effect in effects {
      switch effect {
      case .publish(let id): changed[id] = revision
      case .clearRegisters, .saveList: listRevision = revision
      case .perform, .sent, .cancelScan, .report, .wake, .answer: break
      }
    }
    if input.mayChangeAnyMeter {
      listRevision = revision
      for meter in station.meters { changed[meter.id] = revision }
    }
    waiters.wakeAll()
  }

  // MARK: Registers

  /// Has all that an input changes served in one go.
  private func publish(_ effects: [StationEffect]) {
    var isChanged = registerSlice != nil
    if let slice = registerSlice { takeOver(slice) }
    registerSlice = nil
    for effect in effects {
      switch effect {
      case .clearRegisters: bank.clear(layout: station.configuration.layout)
      case .publish(let id): publish(id)
      case .perform, .sent, .cancelScan, .saveList, .report, .wake, .answer: continue
      }
      isChanged = true
    }
    if bank.layout.hasQuality, isChanged || station.quality != quality {
      quality = station.quality
      bank.patch(station.quality)
      isChanged = true
    }
    if isChanged { registers.serve(testBank ?? bank) }
  }

  private func takeOver(_ slice: RegisterSlice) {
    bank.unitID = slice.unitID
    bank.clockRule = slice.clockRule
    testBank = slice.testData?.bank(layout: slice.layout, unitID: slice.unitID)
  }

  private func publish(_ id: MeterID) {
    guard let meter = station.meter(id) else { return }
    let layout = station.configuration.layout
    let rule = meter.configuration.staleRule(otherwise: station.configuration.stale)
    if let address = meter.address(in: layout) {
      bank.patch(meter.registerEntry, at: address)
      if layout.hasQuality { bank.patch(meter.quality, at: address) }
    }
    let zone = station.configuration.zones.rules(of: meter.configuration.timeZone)
    for value in meter.values {
      guard let address = meter.address(of: value, in: layout) else { continue }
      bank.patch(
        value.registerEntry(by: rule, zone: zone), at: address,
        isRefused: value.isRefused(by: rule))
      if layout.hasQuality { bank.patch(value.quality, at: address) }
    }
    guard meter.isRead, let read = meter.lastRead, read.instant > lastReadout ?? .zero else {
      return
    }
    lastReadout = read.instant
    bank.noteReadout(at: read.wall)
  }

  /// So often at least the station looks at the clock on the wall, which may have been set.
  private static let longestSleep = Span.seconds(60)

  private func wake(at instant: MonotonicInstant) {
    timer?.cancel()
    let delay = min(max((instant - clock.now().instant), .zero), Self.longestSleep).nanoseconds
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: .nanoseconds(delay)) { this.value.handle(.wake) }
  }
}

extension StationInput {
  /// Whether meters may be otherwise afterwards for which nothing is published: those without registers. Edits say
  /// which meters they are about.
  fileprivate var mayChangeAnyMeter: Bool {
    switch self {
    case .command(.edit): false
    case .command, .configure: true
    default: false
    }
  }
}

extension GatewayEvent.Severity {
  fileprivate var logLevel: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .warning: .warning
    case .error: .error
    }
  }
}
