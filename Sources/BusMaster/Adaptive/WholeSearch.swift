import MBus
import Metering
import Time

/// The search from its first question to its last: all meters at once, then range by range, then what has been
/// left for the end.
struct WholeSearch: SearchStep {
  private enum Phase: Hashable {
    case beginning
    case root
    /// Nobody: meters may be slower than the standard allows.
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

  var share: Int { phase == .closing || phase == .done ? Self.withoutClosing : 0 }
  var unit: Int { phase == .visiting ? Self.withoutClosing : 0 }
  private static let withoutClosing = 990_000

  mutating func next(_ memory: inout SearchMemory) -> SearchMove {
    switch phase {
    case .beginning:
      phase = .root
      return .push(NodeLook(memory.start, nil, Self.options()))
    case .slowRoot:
      // What was silent need not be so with more time.
      memory.closed = []
      memory.window = memory.timing.longWindow
      return .push(NodeLook(memory.start, nil, Self.options(asks: 1)))
    case .listening: return .select(memory.start, LongListen())
    case .visiting where !looked:
      looked = true
      memory.root = seen.common
      return .push(NodeVisit(memory.start, seen))
    case .root, .visiting, .closing: return closing.next(&memory)
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
    phase = .visiting
    guard case .acknowledged(let bytes, let first, let last) = outcome else { return }
    memory.noteAcknowledgements(bytes, first: first, last: last, isRoot: true)
    if last > memory.window + memory.timing.wireTime(bytes: 1) {
      memory.window = last + memory.timing.pauseAfterBroadcast
    }
  }

  mutating func resume(_ result: LookResult, _ memory: inout SearchMemory) {
    let listensLonger = !memory.timing.isTimeoutGiven
    switch (phase, result) {
    case (.root, .collision(let seen)), (.slowRoot, .collision(let seen)):
      self.seen = seen
      if phase == .slowRoot, let latest = memory.latest {
        memory.window = latest + memory.timing.pauseAfterBroadcast
      }
      phase = listensLonger && phase == .root ? .listening : .visiting
    case (.root, .empty): phase = listensLonger ? .slowRoot : .done
    case (.root, _), (.slowRoot, _): phase = .closing
    case (.visiting, _): phase = .closing
    case (.closing, _): closing.resume(result, &memory)
    case (.beginning, _), (.listening, _), (.done, _): break
    }
  }
}
