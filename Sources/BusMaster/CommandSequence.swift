import MBus
import Metering
import Time

/// Gives a meter a command: finds out who it is where the address does not say it, looks whether somebody has the new
/// address or serial already, sends the command, and reads back, where the standard allows, whether it is done.
public struct CommandSequence: Sendable {
  private enum Phase: Hashable {
    /// Who the meter is, and what it has before.
    case identifying
    /// Whether somebody has the new primary address, or the new serial.
    case looking
    /// The command is on its way.
    case delivering
    case checking
  }

  private let command: MeterCommand
  private let template: ReadoutPlan
  private let timing: LineTiming
  private var memory: FrameCountBits

  private var phase = Phase.identifying
  private var target: CommandTarget
  private var delivery: CommandDelivery?
  private var readout: MeterReadout?
  /// What the meter had before.
  private var before: ReadoutResult?
  /// The command was not acknowledged: how often it was tried.
  private var silence: String?
  private var received: [[UInt8]] = []

  /// - Parameters:
  ///   - command: what the meter is told.
  ///   - plan: how it is reached and read, by the settings of the line.
  ///   - timing: of the line.
  ///   - countBits: what the line remembers of meters.
  public init(
    _ command: MeterCommand, by plan: ReadoutPlan, timing: LineTiming, countBits: FrameCountBits
  ) {
    self.command = command
    template = plan.aroundCommand
    self.timing = timing
    memory = countBits
    target = CommandTarget(command, plan.address)
  }

  /// What the master remembers of link addresses, at any moment: a sequence that is given up in the middle leaves
  /// nothing behind that is not so.
  public var countBits: FrameCountBits {
    readout?.countBits ?? delivery?.countBits ?? memory
  }

  /// Who the meter is; nil: that is not known.
  public var identity: MeterIdentity? { target.identity }

  /// How the meter is reached and read: by its whole address as soon as that is known.
  public var plan: ReadoutPlan { plan(to: target.address) }

  /// Takes an event; what is to be done now.
  public mutating func handle(
    _ event: BusEvent, now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    if event == .start { return begin(now) }
    return delivery == nil ? drive(event, now) : deliver(event, now)
  }

  // MARK: - Steps

  private mutating func begin(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    if let why = target.refusal { return finish(.refused(why)) }
    return target.isToBeRead ? identify(now) : look(now)
  }

  private mutating func identify(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    var plan = plan
    if !command.isSeenByComparison { plan = plan.forIdentity }
    plan.expectsSeveral = true
    return read(plan, as: .identifying, now)
  }

  /// A lost answer must not let two meters have the same.
  private mutating func look(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    let place: MBusAddress
    switch command {
    case .setAddress(let new, force: false) where target.address != .primary(new):
      place = .primary(new)
    case .setIdentity(let new, force: false) where target.identity?.serial != new.serial:
      place = .secondary(MeterIdentity(serial: new.serial))
    default: return send(now)
    }
    var plan = plan(to: place).forIdentity
    plan.retries = max(1, plan.retries)
    plan.expectsSeveral = true
    plan.decoding.asked = nil
    return read(plan, as: .looking, now)
  }

  private mutating func send(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    guard let onMBus = command.onMBus else { return [] }
    phase = .delivering
    // The meter moves there.
    if case .setAddress(let new, _) = command { memory.noteForeign(new) }
    delivery = CommandDelivery(
      onMBus, by: plan, deselects: command.ownPart != nil, timing: timing, countBits: memory)
    return deliver(.start, now)
  }

  private mutating func check(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    switch command {
    case .setBaud: return finish(silence.map { .unacknowledged($0) } ?? .acknowledged)
    case .setAddress(let new, _): return read(plan(to: .primary(new)), as: .checking, now)
    case .setIdentity(let new, _):
      var known = new
      if case .secondary(let old) = target.address, known.manufacturer == nil {
        (known.manufacturer, known.version, known.medium) = (
          old.manufacturer, old.version, old.medium
        )
      }
      var plan = plan(to: .secondary(known))
      plan.decoding.asked = known
      return read(plan, as: .checking, now)
    // Where the meter keeps the values, and whether it ever sends them, is its own matter.
    case .freeze(storage: 0, _): return finish(.acknowledged)
    case .setClock, .applicationReset, .select, .setValue, .globalReadout, .freeze:
      return read(plan, as: .checking, now)
    }
  }

  private func plan(to address: MBusAddress) -> ReadoutPlan {
    var plan = template
    plan.address = address
    plan.decoding.asked = target.identity ?? template.decoding.asked
    return plan
  }

  private func finish(_ ending: CommandResult.Ending) -> [BusAction<CommandResult>] {
    [.finish(CommandResult(ending: ending, received: received))]
  }

  // MARK: - Sending

  private mutating func deliver(
    _ event: BusEvent, _ now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    var actions: [BusAction<CommandResult>] = []
    for action in delivery?.handle(event, now: now) ?? [] {
      switch action {
      case .send(let bytes): actions.append(.send(bytes))
      case .wake(let instant): actions.append(.wake(at: instant))
      case .finish(let outcome):
        received += delivery?.received ?? []
        memory = countBits
        delivery = nil
        actions += delivered(outcome, now)
      }
    }
    return actions
  }

  private mutating func delivered(
    _ outcome: CommandDelivery.Outcome, _ now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    switch outcome {
    case .acknowledged: return check(now)
    case .sentToAll: return finish(.sentToAll)
    case .tooLong: return finish(.refused("it does not fit into one frame"))
    case .notAddressed(let attempts, let complaint):
      // Who has been read before is there.
      if complaint == nil, before == nil, let why = target.absence(attempts) {
        return finish(.refused(why))
      }
      let tried = CommandTarget.tried(attempts, complaint)
      return finish(.refused("the meter does not acknowledge being addressed, \(tried)"))
    case .notAcknowledged(let tried):
      let silence = "the meter does not acknowledge the command, \(tried)"
      self.silence = silence
      if case .setBaud = command { return check(now) }
      // It may have done it, and only its acknowledgements were lost.
      return command.isProvenByReading ? check(now) : finish(.refused(silence))
    }
  }

  // MARK: - Reading

  private mutating func read(
    _ plan: ReadoutPlan, as phase: Phase, _ now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    self.phase = phase
    readout = MeterReadout(plan, timing: timing, countBits: memory)
    return drive(.start, now)
  }

  private mutating func drive(
    _ event: BusEvent, _ now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    var actions: [BusAction<CommandResult>] = []
    for action in readout?.handle(event, now: now) ?? [] {
      switch action {
      case .send(let bytes): actions.append(.send(bytes))
      case .wake(let instant): actions.append(.wake(at: instant))
      case .finish(let result):
        memory = countBits
        readout = nil
        received += result.received
        actions += ended(result, now)
      }
    }
    return actions
  }

  private mutating func ended(
    _ result: ReadoutResult, _ now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    switch phase {
    case .identifying:
      // One of several may have been heard alone by chance.
      let first = before
      before = result
      if result.haveSeveralAnswered || first != nil, !result.telegrams.isEmpty {
        guard let first else { return identify(now) }
        guard !result.haveSeveralAnswered, result.isOfSameMeter(as: first) else {
          return finish(.refused(target.severalAnswer))
        }
      }
      if let why = target.take(result) { return finish(.refused(why)) }
      return look(now)
    case .looking:
      if let why = taken(result) { return finish(.refused(why)) }
      return send(now)
    case .checking: return finish(verdict(result))
    case .delivering: return []
    }
  }

  /// Who has the new address or serial; nil: nobody, or the meter itself. Whatever comes to what is sent there, and is
  /// no echo, comes from somebody.
  private func taken(_ result: ReadoutResult) -> String? {
    guard result.isSomebodyThere else { return nil }
    let what = if case .setIdentity = command { "serial" } else { "address" }
    guard let frame = result.telegrams.first, let found = frame.identity else {
      return "somebody has the new \(what) already"
    }
    if let identity = target.identity, identity.serial == found.serial, identity.agrees(with: found)
    {
      return nil
    }
    let place = frame.address.map { " at address \($0)" } ?? ""
    return what == "serial"
      ? "meter \(found.addressText)\(place) has the new serial already"
      : "meter \(found.serial) has the new address already"
  }

  private func verdict(_ result: ReadoutResult) -> CommandResult.Ending {
    let check = CommandCheck(command, identity: target.identity, before: before)
    let ending = check.verdict(result)
    guard let silence else { return ending }
    // Without an acknowledgement only what is there counts.
    guard case .confirmed(let what) = ending else { return .refused(silence) }
    if command.mayHaveBeenSo {
      return .refused("\(silence); \(what), which may have been so before")
    }
    return .confirmed("\(what), though no acknowledgement came")
  }
}

extension ReadoutResult {
  fileprivate func isOfSameMeter(as other: ReadoutResult) -> Bool {
    telegrams.first?.identity == other.telegrams.first?.identity
  }
}

extension ReadoutPlan {
  /// The same, when only the identity of the meter is wanted: one telegram tells it. Where the meter must not be
  /// reset the chain is read to its end.
  fileprivate var forIdentity: ReadoutPlan {
    var plan = self
    if plan.manner.mayReset { plan.maxTelegrams = 1 }
    return plan
  }
}
