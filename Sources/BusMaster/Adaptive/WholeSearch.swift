import MBus
import Metering
import Time

/// The search from its first question to its last: all meters at once, then range by range, then what has been
/// left for the end.
struct WholeSearch: SearchStep {
  private enum Phase: Hashable {
    case beginning
    case root
    /// Nobody, or somebody who is slow: meters may be slower than the standard allows.
    case slowRoot
    case listening
    case visiting
    case closing
    case done
  }

  private var phase = Phase.beginning
  private var seen = Observation()
  private var closing = ClosingChecks()
  private var looked = false
  /// One meter has answered to the first question.
  private var isLone = false
  /// Everything has been looked at with time for those whose telegrams come late.
  private var isPatient = false

  var share: Int { phase == .closing || phase == .done ? Self.withoutClosing : 0 }
  var unit: Int { phase == .visiting ? Self.withoutClosing : 0 }
  private static let withoutClosing = 990_000

  mutating func next(_ memory: inout SearchMemory) -> SearchMove {
    switch phase {
    case .beginning:
      phase = .root
      return .push(NodeLook(memory.start, nil, Self.options()))
    case .slowRoot:
      memory.forgetSilence()
      isPatient = memory.isDataLate
      memory.window = memory.timing.longWindow
      return .push(NodeLook(memory.start, nil, Self.options(asks: 1)))
    case .listening: return .select(memory.start, LongListen())
    case .visiting where !looked:
      looked = true
      memory.root = seen.common
      return .push(NodeVisit(memory.start, seen))
    case .root, .visiting: return .done(.skipped)
    case .closing: return closing.next(&memory)
    case .done: return .done(.skipped)
    }
  }

  private static func options(asks: Int? = nil) -> NodeLook.Options {
    var options = NodeLook.Options()
    (options.isRoot, options.asks) = (true, asks)
    return options
  }

  /// One select is listened to for longer: whose E5 comes late is waited for from then on.
  mutating func take(_ outcome: Probe.Outcome, _ memory: inout SearchMemory) {
    guard phase == .listening else { return closing.take(outcome, &memory) }
    phase = isLone ? .closing : .visiting
    guard case .acknowledged(let bytes, let first, let last) = outcome else { return }
    memory.noteAcknowledgements(bytes, first: first, last: last, isRoot: true)
    guard last > memory.window + memory.timing.wireTime(bytes: 1) else { return }
    memory.window = last + memory.timing.pauseAfterBroadcast
    if isLone { phase = .slowRoot }
  }

  mutating func resume(_ result: LookResult, _ memory: inout SearchMemory) {
    let listensLonger = !memory.timing.isTimeoutGiven
    if phase == .slowRoot, let latest = memory.latest {
      memory.window = max(
        memory.timing.answerWindow, latest + memory.timing.pauseAfterBroadcast)
    }
    switch (phase, result) {
    case (.root, .collision(let seen)):
      self.seen = seen
      phase = listensLonger ? .listening : .visiting
    case (.slowRoot, .collision(let seen)):
      self.seen = seen
      phase = .visiting
    case (.root, .empty):
      phase = listensLonger ? .slowRoot : memory.mutes.isEmpty ? .done : .closing
    // Others may be as slow as this one, and be hidden by it.
    case (.root, _) where memory.isDataLate: phase = .slowRoot
    // Who looks again misses somebody.
    case (.root, _) where listensLonger && memory.confirmsLone:
      isLone = true
      phase = .listening
    case (.root, _), (.slowRoot, _): phase = .closing
    case (.visiting, _) where memory.isDataLate && !isPatient:
      (phase, looked) = (.slowRoot, false)
    case (.visiting, _): phase = .closing
    case (.closing, _): closing.resume(result, &memory)
    case (.beginning, _), (.listening, _), (.done, _): break
    }
  }
}
