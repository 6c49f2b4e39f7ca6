import MBus
import Metering
import Time

/// Looks for meters by slave selects, asking only what is not yet explained: all at once first; where answers
/// disturb each other, by the digit that tells most, as the bits that all have in common and serials that
/// follow each other suggest (MBUS_SCANSTRATEGY=ADAPTIVE).
///
/// Whatever closes a range has been seen twice: silence, a good answer, the bits in common; so that a meter of
/// which one answer is lost is found all the same. Exceptions are a meter that is alone on the bus, which is
/// found by two frames, and meters behind which another one is unlikely.
///
/// It ends without a deselect, unless it is cancelled: only requests to FD reach who is selected, and each use
/// of FD begins with a select.
struct AdaptiveSearch: ScanSearch {
  let countBits: FrameCountBits
  private var memory: SearchMemory
  private var stack: [any SearchStep] = [WholeSearch()]
  private var isCancelled = false
  private var isDeselected = false
  private var most = 0

  init(_ start: SlaveSelect, plan: ScanPlan, timing: LineTiming, countBits: FrameCountBits) {
    self.countBits = countBits
    memory = SearchMemory(start: start, radix: plan.triesHex ? 15 : 10, timing: timing)
    memory.confirmsLone = plan.confirmsLone
  }

  var problems: [ScanProblem] { memory.problems }

  var thousandths: Int {
    guard !stack.isEmpty else { return isCancelled ? most : 1000 }
    let share = stack.reversed().reduce(0) { inner, step in
      step.share + step.unit * inner / 1_000_000
    }
    return max(most, min(share / 1000, 999))
  }

  mutating func use(latency: Span) { memory.use(latency: latency) }

  mutating func cancel() {
    isCancelled = true
    stack = []
  }

  mutating func nextRequest() -> ScanRequest? {
    guard !isCancelled else { return takeDeselection() }
    most = thousandths
    while let last = stack.indices.last {
      switch stack[last].next(&memory) {
      case .select(let select, let listen):
        let window = listen == nil ? memory.window : memory.timing.longWindow
        return ScanRequest(
          select.frame(), .select(listening: listen == nil ? memory.listening : nil),
          window: window, patience: window)
      case .request(let listen):
        // The select has reset the frame count bit; with the same bit again a meter repeats its telegram,
        // so that answers can be compared.
        return ScanRequest(
          .reqUD2(address: LinkAddress.networkLayer, fcb: FrameCountBits.Entry.afterReset.next),
          .request, window: memory.dataWindow,
          patience: listen == nil ? memory.dataWindow : memory.timing.longWindow)
      case .push(let step): stack.append(step)
      case .done(let result):
        stack.removeLast()
        if let below = stack.indices.last { stack[below].resume(result, &memory) }
      }
    }
    return nil
  }

  /// SND_NKE to FD, once.
  private mutating func takeDeselection() -> ScanRequest? {
    guard !isDeselected else { return nil }
    isDeselected = true
    return ScanRequest(.sndNKE(address: LinkAddress.networkLayer), .acknowledgeIfAny)
  }

  mutating func take(_ reply: ScanReply) -> [ScanHit] {
    guard case .probe(let outcome, let lateness) = reply, let last = stack.indices.last else {
      return []
    }
    if case .clean = outcome, let lateness { memory.noteData(lateness: lateness) }
    stack[last].take(outcome, &memory)
    return memory.takeNews()
  }
}
