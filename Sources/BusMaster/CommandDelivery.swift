import MBus
import Metering
import Time

/// Brings one command to its meter: what the plan resets, SND_NKE to the meter or its select, then the command. What
/// is repeated is the same frame with the same frame count bit, and nothing stands between: a meter that has
/// carried it out, and whose E5 was lost, knows it again.
struct CommandDelivery: Sendable {
  /// What came of it.
  enum Outcome: Hashable, Sendable {
    /// E5.
    case acknowledged
    /// It went to all, and nobody acknowledges that.
    case sentToAll
    /// SND_NKE, or the select, was not acknowledged: how often it was tried, and what came instead; nil: nothing.
    case notAddressed(attempts: Int, String?)
    /// The command was not acknowledged: the same.
    case notAcknowledged(String)
    /// It is longer than a frame can be.
    case tooLong
  }

  private enum Phase { case resetting, selecting, sending }

  private let command: MasterCommand
  private let plan: ReadoutPlan
  private let timing: LineTiming
  /// What the master remembers of link addresses.
  private(set) var countBits: FrameCountBits
  /// What came in each exchange.
  private(set) var received: [[UInt8]] = []

  private var resets: ArraySlice<ResetSequence.Step>
  private var phase = Phase.resetting
  private var exchange: Exchange?
  /// The frame count bit of the command.
  private var countBit: Bool
  private var attempts = 0
  /// What stands before the command was repeated: its first E5 may still come.
  private var isLateAcknowledgePossible = false
  private var complaint: String?

  /// - Parameters:
  ///   - command: what is sent.
  ///   - plan: how the meter is reached.
  ///   - deselects: nobody else may carry it out. SND_NKE to FD stands before the select, which somebody who is still
  ///     selected may miss.
  init(
    _ command: MasterCommand, by plan: ReadoutPlan, deselects: Bool, timing: LineTiming,
    countBits: FrameCountBits
  ) {
    self.command = command
    self.plan = plan
    self.timing = timing
    self.countBits = countBits
    self.countBits.baud = timing.baud
    countBit = plan.manner.firstBit
    if let address = plan.primaryAddress {
      countBit = self.countBits[address, afterReset: plan.manner.firstBit].next
    }
    // As some meters count commands and requests apart, the meter is reset whatever the reset mode.
    var steps = plan.resets(ofMeter: true)
    if plan.address == .primary(LinkAddress.broadcast) { steps.removeAll { $0 != .wakeUp } }
    if deselects, plan.primaryAddress == nil, plan.manner.mayReset,
      !steps.contains(.linkResetToSelection)
    {
      steps.append(.linkResetToSelection)
    }
    resets = steps[...]
  }

  private var isToAll: Bool { plan.address == .primary(LinkAddress.broadcast) }

  /// Takes an event; what is to be done now.
  mutating func handle(_ event: BusEvent, now: MonotonicInstant) -> [BusAction<Outcome>] {
    let outcome: Exchange.Outcome?
    switch event {
    case .start: return proceed(now)
    case .received(let bytes): outcome = exchange?.receive(bytes, now: now)
    case .wake: outcome = exchange?.wake(now: now)
    }
    guard let exchange else { return [] }
    guard let outcome else { return [.wake(at: exchange.deadline)] }
    self.exchange = nil
    if !exchange.received.isEmpty { received.append(exchange.received) }
    return took(outcome, now)
  }

  /// Begins the next exchange.
  private mutating func proceed(_ now: MonotonicInstant) -> [BusAction<Outcome>] {
    if phase == .resetting {
      if let step = resets.first?.exchange(with: plan.primaryAddress) {
        return ask(step.frame, step.expectation, now)
      }
      phase = plan.select == nil ? .sending : .selecting
    }
    if phase == .selecting, let select = plan.select {
      return ask(select.frame(), .acknowledge, now)
    }
    remember()
    let frame = command.frame(address: plan.requestAddress, fcb: isToAll ? nil : countBit)
    return ask(frame, isToAll ? .nothing : .acknowledge, now)
  }

  /// From now on nobody knows where a meter stands in its chain, nor which bit it takes for a new one.
  private mutating func remember() {
    guard let address = plan.primaryAddress else { return }
    guard LinkAddress.slaves.contains(address) else { return countBits.noteForeign(address) }
    countBits[address] = FrameCountBits.Entry(next: countBit, isChainOpen: true)
  }

  private mutating func ask(
    _ frame: Frame, _ expectation: Exchange.Expectation, _ now: MonotonicInstant
  ) -> [BusAction<Outcome>] {
    guard let bytes = try? frame.encoded else { return [.finish(.tooLong)] }
    var exchange = Exchange(bytes, expecting: expectation, timing: timing, now: now)
    exchange.takesEarlyAcknowledge = phase != .sending || attempts > 0 || !isLateAcknowledgePossible
    self.exchange = exchange
    return [.send(bytes), .wake(at: exchange.deadline)]
  }

  private mutating func took(
    _ outcome: Exchange.Outcome, _ now: MonotonicInstant
  ) -> [BusAction<Outcome>] {
    if phase == .resetting, resets.first != .linkResetToMeter {
      resets = resets.dropFirst()
      return proceed(now)
    }
    switch (phase, plan.manner.forcedAcknowledge.judged(outcome)) {
    case (.sending, .done): return [.finish(.sentToAll)]
    case (.sending, .acknowledged):
      countBit.toggle()
      remember()
      return [.finish(.acknowledged)]
    case (.resetting, .acknowledged), (.selecting, .acknowledged):
      countBit = plan.manner.firstBit
      isLateAcknowledgePossible = attempts > 0
      (attempts, complaint) = (0, nil)
      resets = resets.dropFirst()
      if phase == .selecting { phase = .sending }
      return proceed(now)
    case (_, let outcome):
      if case .garbage(let why) = outcome { complaint = why }
      attempts += 1
      if attempts <= plan.retries { return proceed(now) }
      guard phase == .sending else {
        return [.finish(.notAddressed(attempts: attempts, complaint))]
      }
      return [.finish(.notAcknowledged(CommandTarget.tried(attempts, complaint)))]
    }
  }
}
