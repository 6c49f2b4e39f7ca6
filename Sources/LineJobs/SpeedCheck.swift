import BusMaster
import MBus
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
  /// Who the meter is; nil: that is not known.
  private let serial: MeterSerial?
  /// Nobody has acknowledged the speed: what is said then, unless the meter has it all the same.
  private let silence: String?
  private var phase = Phase.pausing
  private var received: [[UInt8]]
  private var readout: MeterReadout?
  private var memory: FrameCountBits
  /// Who answers there in place of the meter, in words.
  private var strangers: [String] = []
  /// The line does not take the new speed: why.
  private var lineProblem: String?
  /// What came of it; nil: it goes on.
  private(set) var result: CommandResult?

  /// - Parameters:
  ///   - command: what came of the command.
  ///   - sequence: which has given it: how the meter is reached and read, and who it is.
  ///   - new: the speed that it was told, bits a second.
  ///   - timing: of the line, with the speed before.
  init(
    _ command: CommandResult, of sequence: CommandSequence, new: Int64, timing: LineTiming
  ) {
    plan = sequence.plan
    serial = sequence.identity?.serial
    memory = sequence.countBits
    self.new = new
    self.timing = timing
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

  /// The line does not take the speed that was wanted last, and goes on at another one. What answers at the speed before
  /// has not changed it.
  mutating func speedRefused(_ why: String, now: MonotonicInstant) -> [LineStep] {
    memory = countBits
    readout = nil
    guard lineProblem == nil, phase != .atOld else {
      lineProblem = lineProblem ?? why
      return finish(unseen)
    }
    lineProblem = why
    // Without acknowledgement it has been asked there already.
    guard silence == nil else { return finish(unseen) }
    return [.use(baud: old)] + read(at: old, as: .atOld, now)
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
    switch (phase, isTheMeter(readout), silence) {
    case (.atNew, true, let silence):
      let addition = silence == nil ? "" : ", though no acknowledgement came"
      return finish(.confirmed("it answers at \(new) baud\(addition)"))
    case (.atOld, false, .some) where new != old:
      return [.use(baud: new)] + read(at: new, as: .atNew, now)
    case (_, _, let silence?): return finish(.refused(silence))
    case (.atOld, true, nil): return finish(.otherwise("it still answers at \(old) baud"))
    case (.atNew, false, nil) where new != old:
      return [.use(baud: old)] + read(at: old, as: .atOld, now)
    default: return finish(unseen)
    }
  }

  /// Whether it was the meter that has answered: at another speed another one may have its address.
  private mutating func isTheMeter(_ readout: ReadoutResult) -> Bool {
    guard let frame = readout.telegrams.first else { return false }
    guard let serial, serial != .any,
      let told = ResponseDecoder.header(of: frame)?.meterIdentity?.serial,
      !serial.matches(told)
    else { return true }
    strangers.append("meter \(told) answers there at \(phase == .atNew ? new : old) baud")
    return false
  }

  /// It has not been heard.
  private var unseen: CommandResult.Ending {
    let others = strangers.isEmpty ? "" : " (\(strangers.joined(separator: ", ")))"
    let wayBack = "goes back to \(old) by itself after 2 to 10 minutes"
    guard let lineProblem else {
      guard new != old else {
        return .otherwise("it does not answer at \(old) baud any more\(others)")
      }
      return .otherwise(
        "it answers neither at \(new) nor at \(old) baud\(others); it \(wayBack)")
    }
    let line = "the line cannot follow to \(new) baud (\(lineProblem))"
    guard let silence else {
      return .notShown(
        "\(line), and it does not answer at \(old) baud\(others); a meter that hears nothing at its new speed \(wayBack)"
      )
    }
    return .refused(
      "\(silence); it does not answer at \(old) baud\(others), and \(line): if it has the new speed, it \(wayBack)"
    )
  }

  private mutating func finish(_ ending: CommandResult.Ending) -> [LineStep] {
    result = CommandResult(ending: ending, received: received)
    return [.use(baud: old)]
  }
}
