import MBus
import Metering
import Time

/// Reads one meter: resets what the plan says, selects, tells the meter what it is to send, asks for telegram
/// after telegram, repeats what stays without answer.
public struct MeterReadout: Sendable {
  enum Phase: Hashable {
    case resetting
    case selecting
    /// The commands of the request mode.
    case preparing
    /// The rest of a chain that must not be reset is read and dropped.
    case draining
    case requesting
  }

  let plan: ReadoutPlan
  private let timing: LineTiming
  /// What the master remembers of link addresses; to be kept by the line when the readout is over, or
  /// dropped.
  public internal(set) var countBits: FrameCountBits

  var resets: ArraySlice<ResetSequence.Step>
  var phase = Phase.resetting
  private var exchange: Exchange?
  /// Failures of the current request, and of the select.
  var attempts = 0
  private var selectAttempts = 0
  /// How often SND_NKE to the meter stayed without its acknowledgement.
  var resetAttempts = 0
  /// How many commands of the request mode are done with, and how often one was not acknowledged.
  var prepared = 0
  var unacknowledged = 0
  /// What may be the end of an old chain is read before the readout begins.
  var drains = false
  /// The telegrams of it, and the last one.
  var drained = (count: 0, last: Frame?.none)
  private var complaint: String?
  /// What may come of requests that were repeated.
  var copies = TelegramCopies()
  var countBit: Bool
  var result = ReadoutResult()

  /// - Parameters:
  ///   - plan: how the meter is read.
  ///   - timing: of the line.
  ///   - countBits: what the line remembers from readouts before.
  public init(_ plan: ReadoutPlan, timing: LineTiming, countBits: FrameCountBits) {
    self.plan = plan
    self.timing = timing
    self.countBits = countBits
    result.formats = plan.formats
    countBit = plan.manner.firstBit
    var needsReset = false
    if let address = plan.primaryAddress {
      let memory = countBits[address, afterReset: plan.manner.firstBit]
      countBit = memory.next
      // Whatever the reset mode: a chain that was left in the middle would go on there. And where a command
      // stands before each request, a slave that counts both apart gets every request with the same bit.
      needsReset = memory.isChainOpen || !plan.request.steps.isEmpty
      drains = needsReset && !plan.manner.mayReset
    }
    resets = plan.resets(ofMeter: needsReset)[...]
  }

  /// Takes an event; what is to be done now.
  public mutating func handle(_ event: BusEvent, now: MonotonicInstant) -> [BusAction<
    ReadoutResult
  >] {
    let outcome: Exchange.Outcome?
    switch event {
    case .start: return proceed(now: now)
    case .received(let bytes): outcome = exchange?.receive(bytes, now: now)
    case .wake: outcome = exchange?.wake(now: now)
    }
    guard let exchange else { return [] }
    guard let outcome else { return [.wake(at: exchange.deadline)] }
    self.exchange = nil
    copies.notePassedOver(exchange.copies)
    if !exchange.received.isEmpty { result.received.append(exchange.received) }
    if phase == .requesting || phase == .draining, exchange.isOnlyAcknowledged, beginsAnew() {
      return proceed(now: now)
    }
    return finished(forced(outcome), now: now)
  }

  // MARK: - Steps

  /// Begins the next exchange.
  private mutating func proceed(now: MonotonicInstant) -> [BusAction<ReadoutResult>] {
    if phase == .resetting {
      if let step = resets.first?.exchange(with: plan.primaryAddress) {
        return begin(step.frame, expecting: step.expectation, now: now)
      }
      phase = plan.primaryAddress == nil ? .selecting : .preparing
    }
    if phase == .selecting, let select = plan.select {
      return begin(select.frame(), expecting: .acknowledge, now: now)
    }
    if let address = plan.primaryAddress {
      // From now on until the chain has ended the slave is somewhere within it.
      countBits[address] = FrameCountBits.Entry(next: countBit, isChainOpen: true)
    }
    if phase == .preparing {
      if let command = plan.request.steps.dropFirst(prepared).first?.command {
        let frame = command.frame(address: plan.requestAddress, fcb: countBit)
        return begin(frame, expecting: .acknowledge, now: now)
      }
      phase = drains ? .draining : .requesting
    }
    var filter = ResponseFilter(
      address: plan.manner.verifiesAddress ? plan.responder : nil,
      serial: plan.select?.serial ?? .any,
      previous: phase == .draining ? drained.last : result.telegrams.last)
    (filter.copies, filter.isFirstRequest) = (copies.allowance, copies.noteRequest())
    let request = Frame.reqUD2(address: plan.requestAddress, fcb: countBit)
    return begin(
      request,
      expecting: plan.expectsSeveral
        ? .loneResponse(filter, isSomebodyThere: true) : .response(filter), now: now)
  }

  private mutating func begin(
    _ frame: Frame, expecting expectation: Exchange.Expectation, now: MonotonicInstant
  ) -> [BusAction<ReadoutResult>] {
    // Short frames, selects and commands always fit; an empty request would only be waited for in vain.
    let bytes = (try? frame.encoded) ?? []
    let tolerance =
      switch expectation {
      case .response, .loneResponse: plan.manner.tolerance
      case .nothing, .acknowledge, .acknowledgeIfAny, .presence, .anything: FrameTolerance()
      }
    let exchange = Exchange(
      bytes, expecting: expectation, timing: timing, tolerance: tolerance, now: now)
    self.exchange = exchange
    return [.send(bytes), .wake(at: exchange.deadline)]
  }

  private mutating func finished(
    _ outcome: Exchange.Outcome, now: MonotonicInstant
  ) -> [BusAction<ReadoutResult>] {
    switch (phase, outcome) {
    case (.resetting, _):
      resetEnded(outcome)
      return proceed(now: now)
    case (.selecting, .acknowledged):
      phase = .preparing
      // The select has reset it.
      countBit = plan.manner.firstBit
      return proceed(now: now)
    case (.preparing, _):
      commandEnded(outcome)
      return proceed(now: now)
    case (.draining, .response(let frame)):
      dropped(frame)
      return proceed(now: now)
    case (.requesting, .response(let frame)):
      return took(frame, now: now)
    case (_, .garbage(let why)):
      return failed(why, now: now)
    case (_, .silence), (_, .done), (_, .acknowledged), (_, .acknowledgedBySeveral), (_, .response):
      return failed(nil, now: now)
    }
  }

  private mutating func failed(_ why: String?, now: MonotonicInstant) -> [BusAction<ReadoutResult>]
  {
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
      if plan.primaryAddress == nil, result.telegrams.isEmpty { selectAgain() }
    }
    if failures <= plan.retries { return proceed(now: now) }
    if phase == .requesting, copies.run >= TelegramCopies.most {
      // One telegram again and again: it is none of a chain.
      result.telegrams.removeLast(copies.run)
      result.responses.removeLast(copies.run)
    }
    return finish(
      complaint.map { .garbage($0, attempts: failures) } ?? .noAnswer(attempts: failures))
  }

  private mutating func took(_ frame: Frame, now: MonotonicInstant) -> [BusAction<ReadoutResult>] {
    attempts = 0
    complaint = nil
    countBit.toggle()
    copies.noteTelegram(frame, after: result.telegrams.last)
    result.telegrams.append(frame)
    let response = response(in: frame)
    result.responses.append(response)
    guard case .success(let answer) = response else { return finish(.complete) }
    result.formats.learn(from: answer)
    guard case .data(let telegram) = answer else { return finish(.complete) }
    // What cannot be read may say that more follow: nothing more is asked for, and the chain counts as open.
    guard telegram.isReadable else { return finish(.limited) }
    guard telegram.moreRecordsFollow else { return finish(.complete) }
    let limit = plan.maxTelegrams > 0 ? plan.maxTelegrams : Self.longestChain
    return result.telegrams.count < limit ? proceed(now: now) : finish(.limited)
  }

  private mutating func finish(_ ending: ReadoutResult.Ending) -> [BusAction<ReadoutResult>] {
    result.ending = ending
    if let address = plan.primaryAddress {
      countBits[address] = FrameCountBits.Entry(next: countBit, isChainOpen: ending != .complete)
    }
    return [.finish(result)]
  }

  func response(in frame: Frame) -> Result<Response, ResponseError> {
    Result { () throws(ResponseError) in
      try ResponseDecoder.decode(frame, plan.decoding, formats: result.formats)
    }
  }

  /// No meter known sends more telegrams than this; one that never ends its chain is cut off here.
  static let longestChain = 255
}

extension ReadoutPlan {
  /// The link address of a meter that is read by it; nil when it is selected.
  var primaryAddress: UInt8? {
    switch address {
    case .primary(let address): address
    case .secondary: nil
    }
  }

  var select: SlaveSelect? {
    switch address {
    case .primary: nil
    case .secondary(let identity): SlaveSelect(identity, mask: selectMask)
    }
  }

  var requestAddress: UInt8 { primaryAddress ?? LinkAddress.networkLayer }

  /// From which link address the answer must come. A selected slave answers with its own, and so does
  /// whoever is asked by a special address.
  var responder: UInt8? {
    primaryAddress.flatMap { $0 <= LinkAddress.meters.upperBound ? $0 : nil }
  }
}
