import MBus
import Metering
import Time

/// Reads one meter: resets what the plan says, selects, asks for telegram after telegram, repeats what
/// stays without answer.
public struct MeterReadout: Sendable {
  private enum Phase: Hashable {
    case resetting
    case selecting
    case requesting
  }

  private let plan: ReadoutPlan
  private let timing: LineTiming
  /// What the master remembers of the link address; to be kept by the line when the readout is over.
  public private(set) var countBits: FrameCountBits

  private var resets: ArraySlice<Step>
  private var phase = Phase.resetting
  private var exchange: Exchange?
  /// Failures of the current request, and of the select.
  private var attempts = 0
  private var selectAttempts = 0
  private var complaint: String?
  private var countBit: Bool
  private var result = ReadoutResult(telegrams: [], ending: .complete, rejected: [])

  private struct Step: Hashable {
    var frame: Frame
    var expectation: Exchange.Expectation

    static let linkResetToAll = Step(
      frame: .sndNKE(address: LinkAddress.broadcast), expectation: .nothing)
  }

  /// - Parameters:
  ///   - plan: how the meter is read.
  ///   - timing: of the line.
  ///   - countBits: what the line remembers from readouts before.
  public init(_ plan: ReadoutPlan, timing: LineTiming, countBits: FrameCountBits) {
    self.plan = plan
    self.timing = timing
    self.countBits = countBits
    let steps = Self.resets(for: plan, countBits: countBits)
    resets = steps[...]
    switch plan.address {
    case .secondary: countBit = FrameCountBits.Entry.afterReset.next
    case .primary(let address):
      let isReset = steps.contains { step in
        step.frame == .sndNKE(address: address)
          || step.frame == .sndNKE(address: LinkAddress.broadcast)
      }
      countBit = (isReset ? .afterReset : countBits[address]).next
    }
  }

  /// Takes an event; what is to be done now.
  public mutating func handle(_ event: BusEvent, now: MonotonicInstant) -> [BusAction] {
    let outcome: Exchange.Outcome?
    switch event {
    case .start: return proceed(now: now)
    case .received(let bytes): outcome = exchange?.receive(bytes, now: now)
    case .wake: outcome = exchange?.wake(now: now)
    }
    guard let exchange else { return [] }
    guard let outcome else { return [.wake(at: exchange.deadline)] }
    self.exchange = nil
    return finished(outcome, now: now)
  }

  // MARK: - Steps

  /// Begins the next exchange.
  private mutating func proceed(now: MonotonicInstant) -> [BusAction] {
    if phase == .resetting {
      if let step = resets.popFirst() {
        return begin(step.frame, expecting: step.expectation, now: now)
      }
      if case .secondary = plan.address { phase = .selecting } else { phase = .requesting }
    }
    if phase == .selecting, case .secondary(let identity) = plan.address {
      let select = SlaveSelect(identity, mask: plan.selectMask).frame()
      return begin(select, expecting: .acknowledge, now: now)
    }
    let request = Frame.reqUD2(address: requestAddress, fcb: countBit)
    return begin(request, expecting: .response(from: responder), now: now)
  }

  private mutating func begin(
    _ frame: Frame, expecting expectation: Exchange.Expectation, now: MonotonicInstant
  ) -> [BusAction] {
    // Short frames and selects always fit; an empty request would only be waited for in vain.
    let bytes = (try? frame.encoded) ?? []
    let exchange = Exchange(bytes, expecting: expectation, timing: timing, now: now)
    self.exchange = exchange
    return [.send(bytes), .wake(at: exchange.deadline)]
  }

  private mutating func finished(
    _ outcome: Exchange.Outcome, now: MonotonicInstant
  ) -> [BusAction] {
    switch (phase, outcome) {
    case (.resetting, _):
      // A slave may be silent on SND_NKE and yet answer REQ_UD2: resets are not repeated.
      return proceed(now: now)
    case (.selecting, .acknowledged):
      phase = .requesting
      return proceed(now: now)
    case (.requesting, .response(let frame, let bytes)):
      return took(ReadoutResult.Telegram(frame: frame, bytes: bytes), now: now)
    case (.requesting, .acknowledged):
      return failed("the meter acknowledges (E5) but sends no data", now: now)
    case (_, .garbage(let why, let bytes)):
      result.rejected.append(bytes)
      return failed(why, now: now)
    case (_, .silence), (_, .done), (_, .acknowledged), (_, .response):
      return failed(nil, now: now)
    }
  }

  private mutating func failed(_ why: String?, now: MonotonicInstant) -> [BusAction] {
    complaint = why ?? complaint
    let failures: Int
    if phase == .selecting {
      selectAttempts += 1
      failures = selectAttempts
    } else {
      attempts += 1
      failures = attempts
      // The slave may have lost its selection. Within a chain a select would begin again at telegram
      // one, so there the request alone is repeated.
      if case .secondary = plan.address, result.telegrams.isEmpty { phase = .selecting }
    }
    if failures <= plan.retries { return proceed(now: now) }
    return finish(
      complaint.map { .garbage($0, attempts: failures) } ?? .noAnswer(attempts: failures))
  }

  private mutating func took(
    _ telegram: ReadoutResult.Telegram, now: MonotonicInstant
  ) -> [BusAction] {
    attempts = 0
    complaint = nil
    countBit.toggle()
    if let last = result.telegrams.last, last.frame.isRepeated(by: telegram.frame) {
      return finish(.repeating)
    }
    result.telegrams.append(telegram)
    guard telegram.frame.saysMoreFollows else { return finish(.complete) }
    let limit = plan.maxTelegrams > 0 ? plan.maxTelegrams : Self.longestChain
    return result.telegrams.count < limit ? proceed(now: now) : finish(.limited)
  }

  private mutating func finish(_ ending: ReadoutResult.Ending) -> [BusAction] {
    result.ending = ending
    if case .primary(let address) = plan.address {
      countBits[address] = FrameCountBits.Entry(next: countBit, isChainOpen: ending != .complete)
    }
    return [.finish(result)]
  }

  /// No meter known sends more telegrams than this; one that never ends its chain is cut off here.
  static let longestChain = 255

  private var requestAddress: UInt8 {
    switch plan.address {
    case .primary(let address): address
    case .secondary: LinkAddress.networkLayer
    }
  }

  /// From which link address the answer must come; a selected slave answers with its own.
  private var responder: UInt8? {
    switch plan.address {
    case .primary(let address) where address <= LinkAddress.meters.upperBound: address
    case .primary, .secondary: nil
    }
  }

  // MARK: - Resets

  private static func resets(for plan: ReadoutPlan, countBits: FrameCountBits) -> [Step] {
    let reset = plan.reset
    var steps: [Step] = []
    if reset.linkResetToSelection {
      steps.append(
        Step(frame: .sndNKE(address: LinkAddress.networkLayer), expectation: .acknowledgeIfAny))
    }
    if reset.applicationResetToAll {
      // SND_UD without a valid FCB, as to a broadcast: nobody answers.
      steps.append(
        Step(
          frame: .applicationReset(address: LinkAddress.broadcast, fcb: nil), expectation: .nothing)
      )
    }
    switch plan.address {
    case .primary(let address):
      if reset.linkResetToAllWhenPrimary { steps.append(.linkResetToAll) }
      if reset.linkResetToMeter || countBits[address].isChainOpen {
        steps.append(Step(frame: .sndNKE(address: address), expectation: .acknowledge))
      }
    case .secondary:
      if reset.linkResetToAllWhenSecondary { steps.append(.linkResetToAll) }
    }
    return steps
  }
}

extension Frame {
  /// True when the meter has another telegram to send.
  fileprivate var saysMoreFollows: Bool {
    guard case .data(let data) = try? ResponseDecoder.decode(self) else { return false }
    return data.moreRecordsFollow
  }

  /// True when the other frame says the same again: everything after the header alike. The access
  /// number may count on.
  fileprivate func isRepeated(by other: Frame) -> Bool {
    let header = 12
    return ci == other.ci && data.count == other.data.count && data.count > header
      && data.dropFirst(header) == other.data.dropFirst(header)
  }
}
