import MBus

/// What comes before the first telegram: resets, the commands of the request mode, and the end of an old chain.
extension MeterReadout {
  /// SND_NKE to the meter is repeated once: a slave that has not heard it would take the next request
  /// for a repetition and send its old telegram again. One that never acknowledges it may answer
  /// REQ_UD2 all the same, with the frame count bit that it remembers. Both count as attempts, so that a
  /// dead meter costs no more than the retries allow.
  mutating func resetEnded(_ outcome: Exchange.Outcome) {
    guard resets.first == .linkResetToMeter else {
      resets = resets.dropFirst()
      return
    }
    if outcome == .acknowledged {
      countBit = plan.manner.firstBit
      attempts = 0
    } else {
      attempts += 1
      resetAttempts += 1
      if resetAttempts < 2, attempts < plan.retries { return }
      // It may still stand in the middle of its chain, or take the request for the one of the last readout.
      if let address = plan.primaryAddress {
        drains = countBits[address].isChainOpen || !plan.request.steps.isEmpty
      }
    }
    resets = resets.dropFirst()
  }

  /// A command that is not acknowledged is repeated once, with the same frame count bit, and the readout goes
  /// on without it: many meters send all that they have in any case.
  mutating func commandEnded(_ outcome: Exchange.Outcome) {
    if outcome == .acknowledged {
      countBit.toggle()
      attempts = 0
      prepared += 1
      return
    }
    attempts += 1
    unacknowledged += 1
    if unacknowledged < 2, attempts < plan.retries { return }
    if result.problems.isEmpty, let command = plan.request.steps.dropFirst(prepared).first?.command
    {
      result.problems.append("the meter does not acknowledge \"\(command)\"")
    }
    prepared += 1
  }

  /// A telegram of a chain that was left in the middle.
  mutating func dropped(_ frame: Frame) {
    attempts = 0
    countBit.toggle()
    copies.noteTelegram(frame, after: drained.last)
    drained = (drained.count + 1, frame)
    if case .success(.data(let telegram)) = response(in: frame), telegram.isReadable,
      telegram.moreRecordsFollow, drained.count < Self.longestChain
    {
      return
    }
    phase = .requesting
  }

  /// What there is after silence of a selected meter: everything from the select on.
  mutating func selectAgain() {
    phase = .selecting
    prepared = 0
  }

  /// A slave that has one memory for SND_UD and REQ_UD2, and whose acknowledgements of SND_UD were lost, now or in a
  /// command before, takes the request for a repetition of that and sends E5 once more. It is asked anew from the reset on,
  /// or with the other bit where there is no reset.
  /// - Returns: false when this is not the case.
  mutating func beginsAnew() -> Bool {
    guard unacknowledged > 0 || phase == .draining, result.telegrams.isEmpty,
      plan.primaryAddress != nil,
      attempts < plan.retries
    else { return false }
    unacknowledged = 0
    attempts += 1
    guard plan.manner.mayReset else {
      countBit.toggle()
      return true
    }
    resets = [.linkResetToMeter]
    (phase, prepared, resetAttempts) = (.resetting, 0, 0)
    return true
  }

  /// What counts as E5 by the plan (MBUS_FORCE).
  func forced(_ outcome: Exchange.Outcome) -> Exchange.Outcome {
    switch phase {
    case .resetting where resets.first != .linkResetToMeter: outcome
    case .draining, .requesting: outcome
    case .resetting, .selecting, .preparing: plan.manner.forcedAcknowledge.judged(outcome)
    }
  }
}
