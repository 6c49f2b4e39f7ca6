import BusMaster
import Metering
import Time

/// Whether a meter answers at the speed that it was told. One that hears nothing there goes back to its speed before by
/// itself, after 2 to 10 minutes (EN 13757-2, ch. 5.4). When it is over, the line has its speed before.
struct SpeedCheck: Sendable {
  private enum Phase {
    /// The meter changes its speed.
    case pausing
    case atNew, atOld
  }

  /// What is read, by the settings of the line.
  private let plan: ReadoutPlan
  private let timing: LineTiming
  private let new: Int64
  /// Nobody has acknowledged the speed: what is said then, unless the meter has it all the same.
  private let silence: String?
  private var phase = Phase.pausing
  private var received: [[UInt8]]
  private var readout: MeterReadout?
  private var memory: FrameCountBits
  /// What came of it; nil: it goes on.
  private(set) var result: CommandResult?

  /// - Parameters:
  ///   - command: what came of the command.
  ///   - plan: how the meter is reached and read.
  ///   - new: the speed that it was told, bits a second.
  ///   - timing: of the line, with the speed before.
  init(
    _ command: CommandResult, by plan: ReadoutPlan, new: Int64, timing: LineTiming,
    countBits: FrameCountBits
  ) {
    self.plan = plan
    self.new = new
    self.timing = timing
    memory = countBits
    received = command.received
    if case .unacknowledged(let why) = command.ending { silence = why } else { silence = nil }
  }

  /// What the master remembers of link addresses, at any moment.
  var countBits: FrameCountBits { readout?.countBits ?? memory }

  private var old: Int64 { timing.baud }

  /// Changes the speed of the line, behind the acknowledgement. Without one the meter is asked at its speed before
  /// first: what answers there has not changed it, and some meters follow any speed.
  mutating func begin(now: MonotonicInstant) -> [LineStep] {
    guard silence == nil else { return read(at: old, as: .atOld, now) }
    return [.use(baud: new), .wake(at: now + timing.pauseAfterBroadcast + .milliseconds(50))]
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
    var timing = timing
    timing.baud = baud
    readout = MeterReadout(plan, timing: timing, countBits: memory)
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
    memory = countBits
    self.readout = nil
    received += readout.received
    switch (phase, !readout.telegrams.isEmpty, silence) {
    case (.atNew, true, let silence):
      let addition = silence == nil ? "" : ", though no acknowledgement came"
      return finish(.confirmed("it answers at \(new) baud\(addition)"))
    case (.atOld, false, .some) where new != old:
      return [.use(baud: new)] + read(at: new, as: .atNew, now)
    case (_, _, let silence?): return finish(.refused(silence))
    case (.atOld, true, nil): return finish(.otherwise("it still answers at \(old) baud"))
    case (.atNew, false, nil) where new != old:
      return [.use(baud: old)] + read(at: old, as: .atOld, now)
    default:
      return finish(
        .otherwise(
          "it answers neither at \(new) nor at \(old) baud; it goes back to \(old) by itself after 2 to 10 minutes"
        ))
    }
  }

  private mutating func finish(_ ending: CommandResult.Ending) -> [LineStep] {
    result = CommandResult(ending: ending, received: received)
    return [.use(baud: old)]
  }
}
