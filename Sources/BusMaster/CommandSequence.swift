import MBus
import Metering
import Time

/// What came of a command.
public struct CommandResult: Hashable, Sendable {
  /// How it ended.
  public enum Ending: Hashable, Sendable {
    /// Acknowledged, and what was read afterwards shows it: what.
    case confirmed(String)
    /// Acknowledged. Whether it is done shows at another speed of the line only.
    case acknowledged
    /// Acknowledged, and what was read afterwards does not tell: why.
    case notShown(String)
    /// Acknowledged, and what was read afterwards is something else: what.
    case otherwise(String)
    /// Not acknowledged, or nothing was sent: why.
    case refused(String)
  }

  /// How it ended.
  public var ending: Ending
  /// What came in each exchange.
  public var received: [[UInt8]]

  /// - Parameters:
  ///   - ending: how it ended.
  ///   - received: what came in each exchange.
  public init(ending: Ending, received: [[UInt8]]) {
    self.ending = ending
    self.received = received
  }
}

/// Gives a meter a command and reads back, where the standard allows, whether it has done it.
public struct CommandSequence: Sendable {
  private enum Phase: Hashable {
    /// Whether somebody has the new primary address.
    case looking
    /// Who the meter is, at the primary address that it has.
    case identifying
    /// SND_NKE to the meter, or its select.
    case addressing
    case sending
    case checking
  }

  private let command: MeterCommand
  private let address: MBusAddress
  private let retries: Int
  private let timing: LineTiming
  /// What the master remembers of link addresses.
  public private(set) var countBits: FrameCountBits

  private var phase = Phase.addressing
  private var readout: MeterReadout?
  private var exchange: Exchange?
  private var attempts = 0
  private var complaint: String?
  private var identity: MeterIdentity?
  private var received: [[UInt8]] = []

  /// - Parameters:
  ///   - command: what the meter is told.
  ///   - address: of the meter.
  ///   - retries: how often a frame is repeated (MBUS_MAXRETRY).
  ///   - timing: of the line.
  ///   - countBits: what the line remembers of meters.
  public init(
    _ command: MeterCommand, to address: MBusAddress, retries: Int, timing: LineTiming,
    countBits: FrameCountBits
  ) {
    self.command = command
    self.address = address
    self.retries = retries
    self.timing = timing
    self.countBits = countBits
    if case .secondary(let identity) = address { self.identity = identity }
  }

  /// Takes an event; what is to be done now.
  public mutating func handle(
    _ event: BusEvent, now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    if event == .start { return begin(now) }
    if readout != nil { return drive(event, now) }
    let outcome: Exchange.Outcome?
    switch event {
    case .start: outcome = nil
    case .received(let bytes): outcome = exchange?.receive(bytes, now: now)
    case .wake: outcome = exchange?.wake(now: now)
    }
    guard let exchange else { return [] }
    guard let outcome else { return [.wake(at: exchange.deadline)] }
    self.exchange = nil
    if !exchange.received.isEmpty { received.append(exchange.received) }
    return took(outcome, now)
  }

  // MARK: - Steps

  private mutating func begin(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    guard command.onMBus != nil else { return finish(.refused("there is no such command")) }
    guard case .setAddress(let new, let force) = command, address != .primary(new) else {
      return addressed(now)
    }
    return force ? identify(now) : read(.primary(new), retries: 1, as: .looking, now)
  }

  private mutating func identify(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    guard case .primary = address else { return addressed(now) }
    return read(address, retries: retries, as: .identifying, now)
  }

  private var isBroadcast: Bool { address == .primary(LinkAddress.broadcast) }

  /// Has the meter take the next command for a new one.
  private mutating func addressed(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    phase = .addressing
    switch address {
    case .primary where isBroadcast: return send(now)
    case .primary(let address):
      return ask(.sndNKE(address: address), .acknowledge, now)
    case .secondary(let identity): return ask(SlaveSelect(identity).frame(), .acknowledge, now)
    }
  }

  private mutating func send(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    phase = .sending
    guard let command = command.onMBus else { return [] }
    return ask(
      command.frame(address: linkAddress, fcb: isBroadcast ? nil : true),
      isBroadcast ? .nothing : .acknowledge, now)
  }

  private var linkAddress: UInt8 {
    switch address {
    case .primary(let address): address
    case .secondary: LinkAddress.networkLayer
    }
  }

  private mutating func ask(
    _ frame: Frame, _ expectation: Exchange.Expectation, _ now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    let bytes = (try? frame.encoded) ?? []
    guard !bytes.isEmpty else { return finish(.refused("it does not fit into one frame")) }
    let exchange = Exchange(bytes, expecting: expectation, timing: timing, now: now)
    self.exchange = exchange
    return [.send(bytes), .wake(at: exchange.deadline)]
  }

  private mutating func took(
    _ outcome: Exchange.Outcome, _ now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    switch (phase, outcome) {
    case (.addressing, .acknowledged):
      return send(now)
    case (.sending, .done):
      return finish(.notShown("nobody acknowledges a frame to all"))
    case (.sending, .acknowledged):
      return check(now)
    default:
      if case .garbage(let why) = outcome { complaint = why }
      attempts += 1
      if attempts <= retries { return addressed(now) }
      let what = phase == .sending ? "the command" : "being addressed"
      let why = complaint.map { ": \($0)" } ?? ""
      let times = "\(attempts) \(attempts == 1 ? "attempt" : "attempts")"
      return finish(.refused("the meter does not acknowledge \(what), in \(times)\(why)"))
    }
  }

  // MARK: - Reading

  private mutating func read(
    _ address: MBusAddress, retries: Int, as phase: Phase, _ now: MonotonicInstant
  ) -> [BusAction<CommandResult>] {
    self.phase = phase
    let plan = ReadoutPlan(address: address, reset: .anybusStandard, retries: retries)
    readout = MeterReadout(plan, timing: timing, countBits: countBits)
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
        if let readout { countBits = readout.countBits }
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
    case .looking:
      if case .noAnswer = result.ending { return identify(now) }
      return finish(.refused(Self.taken(result)))
    case .identifying:
      if case .noAnswer(let attempts) = result.ending {
        return finish(
          .refused(
            "nobody answers at the address, in \(attempts) \(attempts == 1 ? "attempt" : "attempts")"
          ))
      }
      guard let told = result.telegrams.first?.identity else {
        return finish(
          .refused(
            "the meter does not say who it is, so that it could not be told "
              + "from another one at its new address"))
      }
      identity = told
      return addressed(now)
    case .checking: return finish(CommandCheck(command, identity: identity).verdict(result))
    case .addressing, .sending: return []
    }
  }

  private static func taken(_ result: ReadoutResult) -> String {
    guard let identity = result.telegrams.first?.identity else {
      return "somebody has the new address already"
    }
    return "meter \(identity.serial) has the new address already"
  }

  private mutating func check(_ now: MonotonicInstant) -> [BusAction<CommandResult>] {
    switch command {
    case .setBaud: return finish(.acknowledged)
    case .setAddress(let new, _): return read(.primary(new), retries: retries, as: .checking, now)
    case .setIdentity(let identity):
      var known = identity
      if case .secondary(let old) = address, known.manufacturer == nil {
        known.manufacturer = old.manufacturer
        known.version = old.version
        known.medium = old.medium
      }
      return read(.secondary(known), retries: retries, as: .checking, now)
    case .setClock, .applicationReset, .select, .setValue, .globalReadout, .freeze:
      return read(address, retries: retries, as: .checking, now)
    }
  }

  private func finish(_ ending: CommandResult.Ending) -> [BusAction<CommandResult>] {
    [.finish(CommandResult(ending: ending, received: received))]
  }
}
