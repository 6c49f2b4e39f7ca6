import BusMaster
import BusSimulator
import Bytes
import MBus
import Metering
import Time

/// A bus of which single requests, or the answers to them, are lost as a whole.
struct LossyBus {
  /// What is lost in a readout, by the number of the request.
  struct Loss: Hashable {
    var requests: Set<Int> = []
    var answers: Set<Int> = []
  }

  var bus: SimulatedBus
  var now = MonotonicInstant.zero
  var countBits = FrameCountBits()
  /// What the link to the wire adds to each byte that comes.
  var latency = Span.zero
  private var onTheWay: [ReceivedByte] = []
  private var requests = 0
  private var wakeAt: MonotonicInstant?
  private var result: ReadoutResult?

  init(_ slave: SimulatedSlave) { bus = SimulatedBus([slave]) }

  /// Lets time pass in which nobody listens.
  mutating func pass(_ span: Span) {
    now = now + span
    _ = bus.advance(to: now)
    onTheWay = []
  }

  mutating func read(_ plan: ReadoutPlan, _ loss: Loss) -> ReadoutResult? {
    var machine = MeterReadout(plan, timing: LineTiming(), countBits: countBits)
    (requests, wakeAt, result) = (0, nil, nil)
    carryOut(machine.handle(.start, now: now), loss)
    while result == nil, let deadline = wakeAt {
      let next = [bus.nextEvent, onTheWay.first.map { $0.time + latency }, deadline]
      now = max(now, next.compactMap { $0 }.min() ?? deadline)
      onTheWay += bus.advance(to: now)
      let bytes = onTheWay.prefix { $0.time + latency <= now }.map(\.value)
      onTheWay.removeFirst(bytes.count)
      if !bytes.isEmpty, !loss.answers.contains(requests) {
        carryOut(machine.handle(.received(LineBytes(bytes)), now: now), loss)
      }
      if result == nil, now >= deadline { carryOut(machine.handle(.wake, now: now), loss) }
    }
    countBits = machine.countBits
    return result
  }

  private mutating func carryOut(_ actions: [BusAction<ReadoutResult>], _ loss: Loss) {
    for action in actions {
      switch action {
      case .send(let bytes):
        requests += 1
        if !loss.requests.contains(requests) { bus.send(bytes, at: now) }
      case .wake(let instant): wakeAt = instant
      case .finish(let finished): result = finished
      }
    }
  }
}
