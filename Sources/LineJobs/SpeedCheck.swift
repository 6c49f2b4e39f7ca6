import BusMaster
import Metering
import Time

/// Whether a meter that has acknowledged another speed answers at it. One that hears nothing there goes back to its
/// speed before by itself, after 2 to 10 minutes (EN 13757-2, ch. 5.4).
struct SpeedCheck: Sendable {
  private enum Phase {
    /// The meter changes its speed.
    case pausing
    case atNew, atOld
  }

  private let address: MBusAddress
  private let new: Int64
  private let configuration: LineConfiguration
  private var phase = Phase.pausing
  private var received: [[UInt8]]
  private var readout: MeterReadout?
  /// What the master remembers of link addresses.
  private(set) var countBits: FrameCountBits
  /// What came of it; nil: it goes on.
  private(set) var result: CommandResult?

  /// - Parameters:
  ///   - command: what came of the command.
  ///   - new: the speed that the meter has acknowledged, bits a second.
  ///   - configuration: with the speed before.
  init(
    _ command: CommandResult, of address: MBusAddress, new: Int64,
    configuration: LineConfiguration, countBits: FrameCountBits
  ) {
    self.address = address
    self.new = new
    self.configuration = configuration
    self.countBits = countBits
    received = command.received
  }

  private var old: Int64 { configuration.timing.baud }

  /// Changes the speed of the line, behind the acknowledgement.
  mutating func begin(now: MonotonicInstant) -> [LineStep] {
    let pause = configuration.timing.pauseAfterBroadcast
    return [.use(baud: new), .wake(at: now + pause + .milliseconds(50))]
  }

  mutating func handle(_ event: BusEvent, now: MonotonicInstant) -> [LineStep] {
    guard readout == nil else { return drive(event, now) }
    guard event == .wake, phase == .pausing else { return [] }
    return read(at: new, as: .atNew, now)
  }

  private mutating func read(
    at baud: Int64, as phase: Phase, _ now: MonotonicInstant
  ) -> [LineStep] {
    self.phase = phase
    var timing = configuration.timing
    timing.baud = baud
    let plan = ReadoutPlan(
      address: address, reset: .anybusStandard, retries: configuration.retries)
    readout = MeterReadout(plan, timing: timing, countBits: countBits)
    return drive(.start, now)
  }

  private mutating func drive(_ event: BusEvent, _ now: MonotonicInstant) -> [LineStep] {
    (readout?.handle(event, now: now) ?? []).flatMap { action -> [LineStep] in
      switch action {
      case .send(let request): return [.send(request)]
      case .wake(let instant): return [.wake(at: instant)]
      case .finish(let result): return ended(result, now)
      }
    }
  }

  private mutating func ended(_ readout: ReadoutResult, _ now: MonotonicInstant) -> [LineStep] {
    if let machine = self.readout { countBits = machine.countBits }
    self.readout = nil
    received += readout.received
    let ending: CommandResult.Ending
    switch (phase, readout.telegrams.isEmpty) {
    case (.atNew, false): ending = .confirmed("it answers at \(new) baud")
    case (.atOld, false): ending = .otherwise("it still answers at \(old) baud")
    case (.atNew, true) where new != old:
      return [.use(baud: old)] + read(at: old, as: .atOld, now)
    default:
      ending = .otherwise(
        "it answers neither at \(new) nor at \(old) baud; it goes back to \(old) by itself after 2 to 10 minutes"
      )
    }
    result = CommandResult(ending: ending, received: received)
    return []
  }
}
