import BusMaster
import MBus
import Metering
import Station
import Time

/// Bytes that are put on the line as they are, or a command to a meter.
struct SendWork: LineWork {
  private enum Machine {
    case bytes(FrameSend)
    case order(CommandSequence)
    /// Whether the line can follow to another speed, before the meter is told.
    case trial(SpeedTrial, CommandSequence)
    /// A command has set another speed.
    case speed(SpeedCheck)
  }

  private let line: LineID
  private let job: SendJob
  private let configuration: LineConfiguration
  /// Whether the line can talk at another speed.
  private let changesSpeed: Bool
  private var machine: Machine
  /// What bytes of somebody's own do to a slave is beyond what the line can know: it is reset before its next
  /// readout.
  private var remembered: FrameCountBits
  /// The meter that a command went to, as soon as it is known.
  private var target: MBusAddress?

  init(
    _ job: SendJob, line: LineID, configuration: LineConfiguration, countBits: FrameCountBits,
    cipher: (any TelegramCipher)?, changesSpeed: Bool
  ) {
    self.line = line
    self.job = job
    self.configuration = configuration
    self.changesSpeed = changesSpeed
    remembered = countBits
    if let order = job.order, case .mbus(let address) = order.address {
      let plan = configuration.readoutPlan(
        of: address, identity: job.knownIdentity ?? address.identity,
        key: cipher.flatMap { TelegramKey(job.encryptionKey, cipher: $0) })
      machine = .order(
        CommandSequence(
          order.command, by: plan, timing: configuration.timing, countBits: countBits))
    } else {
      machine = .bytes(FrameSend(job.bytes, timing: configuration.timing))
      if let address = GuestExchange.address(of: job.bytes) {
        remembered.noteForeign(address)
      } else {
        remembered.noteForeignMaster()
      }
    }
  }

  var countBits: FrameCountBits {
    switch machine {
    case .bytes: remembered
    case .order(let sequence), .trial(_, let sequence): sequence.countBits
    case .speed(let check): check.countBits
    }
  }

  var serial: MeterSerial? {
    guard case .mbus(.secondary(let identity))? = job.order?.address else { return nil }
    return identity.serial == .any ? nil : identity.serial
  }

  mutating func handle(_ event: BusEvent, at now: Moment) -> [LineStep] {
    if event == .start, let refusal { return [end(CommandResult(refusal))] }
    switch machine {
    case .bytes(var send):
      defer { machine = .bytes(send) }
      return send.handle(event, now: now.instant).map { action in
        switch action {
        case .send(let request): .send(request)
        case .wake(let instant): .wake(at: instant)
        case .finish(let result): .end(.sent(line, SendReply(result)))
        }
      }
    case .order(let sequence):
      if event == .start, let trial = speedTrial {
        machine = .trial(trial, sequence)
        return trial.begin(now: now.instant)
      }
      return drive(sequence, event, now.instant)
    case .trial(var trial, let sequence):
      let steps = trial.handle(event, now: now.instant)
      machine = .trial(trial, sequence)
      return trial.isOver ? steps + drive(sequence, .start, now.instant) : steps
    case .speed(var check):
      let steps = check.handle(event, now: now.instant)
      machine = .speed(check)
      return steps + (check.result.map { [end($0)] } ?? [])
    }
  }

  private mutating func drive(
    _ sequence: CommandSequence, _ event: BusEvent, _ now: MonotonicInstant
  ) -> [LineStep] {
    var sequence = sequence
    let actions = sequence.handle(event, now: now)
    machine = .order(sequence)
    return actions.flatMap { carryOut($0, now) }
  }

  /// The speed that a meter is to get, if it is another one.
  private var speedTrial: SpeedTrial? {
    guard case .setBaud(let baud)? = job.order?.command, MeterSpeed.all.contains(baud),
      Int64(baud) != configuration.timing.baud
    else { return nil }
    return SpeedTrial(new: Int64(baud), timing: configuration.timing)
  }

  /// Why a command is not sent at all.
  private var refusal: CommandResult.Ending? {
    guard case .setBaud? = job.order?.command, !changesSpeed else { return nil }
    return .refused(
      "this line cannot change its speed, so that the meter could not be reached any more; a serial port can"
    )
  }

  private mutating func carryOut(
    _ action: BusAction<CommandResult>, _ now: MonotonicInstant
  ) -> [LineStep] {
    switch action {
    case .send(let request): return [.send(request)]
    case .wake(let instant): return [.wake(at: instant)]
    case .finish(let result):
      guard case .order(let sequence) = machine else { return [end(result)] }
      target = sequence.plan.address
      guard result.ending.showsAtAnotherSpeed, case .setBaud(let baud)? = job.order?.command else {
        return [end(result)]
      }
      var check = SpeedCheck(
        result, of: sequence, new: Int64(baud), timing: configuration.timing)
      let steps = check.begin(now: now)
      machine = .speed(check)
      return steps
    }
  }

  private func end(_ result: CommandResult) -> LineStep {
    var reply = SendReply(result)
    reply.target = target.map { .mbus($0) }
    return .end(.sent(line, reply))
  }

  /// Before a meter is told, nothing is sent; behind that the meter may have the speed that the line does not take.
  mutating func speedRefused(_ why: String, at now: Moment) -> [LineStep] {
    switch machine {
    case .bytes, .order: return [.end(refused(.speedRefused(why), at: now))]
    case .trial(let trial, _):
      return [end(CommandResult(.refused("\(trial.refusal): \(why)")))]
    case .speed(var check):
      let steps = check.speedRefused(why, now: now.instant)
      machine = .speed(check)
      return steps + (check.result.map { [end($0)] } ?? [])
    }
  }

  func refused(_ failure: ReadoutFailure, at now: Moment) -> LineEvent {
    .sent(line, SendReply(.lineDown(failure.lineReason)))
  }
}

extension ReadoutFailure {
  /// Why the line cannot be used, as far as it is that.
  fileprivate var lineReason: String {
    if case .lineDown(let why) = self { why } else { description }
  }
}

extension SendJob {
  fileprivate var knownIdentity: MeterIdentity? {
    identity.flatMap { $0.serial == .any ? nil : $0 }
  }
}

extension MBusAddress {
  /// Who the meter is, as far as the address says it; nil: it says nothing.
  fileprivate var identity: MeterIdentity? {
    if case .secondary(let identity) = self { identity } else { nil }
  }
}

extension CommandResult.Ending {
  fileprivate var showsAtAnotherSpeed: Bool {
    switch self {
    case .acknowledged, .unacknowledged: true
    case .confirmed, .unseen, .sentToAll, .notShown, .otherwise, .refused: false
    }
  }
}

extension CommandResult {
  /// Nothing was sent.
  fileprivate init(_ ending: Ending) { self.init(ending: ending, received: []) }
}

extension SendReply {
  fileprivate init(_ result: CommandResult) {
    self.init(
      result.received.isEmpty ? .silence : .answered, received: result.received.flatMap { $0 })
    check =
      switch result.ending {
      case .confirmed(let what): .confirmed(what)
      case .sentToAll: .sentToAll
      case .acknowledged: .acknowledged
      case .unseen: .unseen
      case .notShown(let why): .notShown(why)
      case .otherwise(let what): .otherwise(what)
      case .refused(let why), .unacknowledged(let why): .refused(why)
      }
  }

  fileprivate init(_ result: SendResult) {
    let ending: Ending =
      switch result.ending {
      case .answered: .answered
      case .silence: .silence
      case .garbage(let why): .garbage(why)
      }
    self.init(ending, received: result.received)
  }
}
