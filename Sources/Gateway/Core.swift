import Logging
import MBusLine
import Metering
import NIOCore
import RegisterMap
import Station
import Time

/// The one object that holds what changes while the gateway runs: the station and the registers. It is
/// confined to the event loop; every input is carried to its end before the next one.
final class Core {
  /// The registers that are in force now.
  let bank: RegisterBank

  private var station: Station
  private let line: (any MeterInterface)?
  private let clock: DeviceClock
  private let eventLoop: any EventLoop
  private let logger: Logger
  private var timer: Scheduled<Void>?
  private var waiting: [StationInput] = []
  private var isHandling = false

  init(
    station: Station, bank: RegisterBank, line: (any MeterInterface)?, clock: DeviceClock,
    eventLoop: any EventLoop, logger: Logger
  ) {
    self.station = station
    self.bank = bank
    self.line = line
    self.clock = clock
    self.eventLoop = eventLoop
    self.logger = logger
  }

  /// Publishes the registers of the configured meters and opens the line.
  func start() {
    line?.onEvent = { [weak self] event in self?.handle(.line(event)) }
    handle(.start)
    line?.start()
  }

  /// Closes the line and stops asking for anything.
  func stop() {
    timer?.cancel()
    line?.stop()
  }

  private func handle(_ input: StationInput) {
    waiting.append(input)
    guard !isHandling else { return }
    isHandling = true
    defer { isHandling = false }
    while !waiting.isEmpty {
      for effect in station.handle(waiting.removeFirst(), at: clock.now()) { carryOut(effect) }
    }
  }

  private func carryOut(_ effect: StationEffect) {
    switch effect {
    case .perform(let job): line?.perform(job)
    case .clearRegisters: bank.clear()
    case .publish(let id): publish(id)
    case .saveList: break
    case .report(let event):
      logger.log(
        level: event.severity.logLevel, "\(event.text)", metadata: ["event": "\(event.code)"])
    case .wake(let instant): wake(at: instant)
    }
  }

  private func publish(_ id: MeterID) {
    guard let meter = station.meter(id) else { return }
    if let register = meter.register.map(RegisterAddress.init) {
      bank.patch(meter.registerEntry, at: register)
    }
    for value in meter.values {
      guard let register = value.register.map(RegisterAddress.init) else { continue }
      bank.patch(value.registerEntry, at: register)
    }
    if meter.isRead, let time = meter.lastRead?.wall { bank.noteReadout(at: time) }
  }

  private func wake(at instant: MonotonicInstant) {
    timer?.cancel()
    let delay = max((instant - clock.now().instant).nanoseconds, 0)
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: .nanoseconds(delay)) { this.value.handle(.wake) }
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
