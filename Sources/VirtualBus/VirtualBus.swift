import BusMaster
import BusSimulator
import Bytes
import MBus
import Metering
import Time

/// Master and slaves in virtual time: the master's state machine on one end of a simulated wire.
public struct VirtualBus: Sendable {
  /// The slaves on their wire.
  public var bus: SimulatedBus
  /// What time it is.
  public var now = MonotonicInstant.zero
  /// What the link between wire and master adds to each byte that comes.
  public var latency = Span.zero
  /// Bytes that the link holds.
  var onTheWay: [ReceivedByte] = []
  /// What scans have shown of the way to the meters.
  public var link = LinkRecord()
  /// What the master remembers of link addresses.
  public var countBits = FrameCountBits()
  /// Speed and timeouts of the master.
  public let timing: LineTiming
  /// What the master sent in the last readout, command or scan.
  public private(set) var sent: [[UInt8]] = []

  /// - Parameters:
  ///   - slaves: who is on the wire.
  ///   - timing: speed and timeouts of the master.
  ///   - noise: the share of bytes that arrive damaged.
  ///   - loss: the share of answers that do not arrive at all.
  ///   - echoes: the master hears its own bytes.
  ///   - seed: draws noise, losses and answer delays.
  public init(
    _ slaves: [SimulatedSlave], timing: LineTiming = LineTiming(), noise: Double = 0,
    loss: Double = 0, echoes: Bool = false, seed: UInt64 = 1
  ) {
    var settings = LineSettings(baud: timing.baud, seed: seed, noise: noise, loss: loss)
    settings.echoes = echoes
    bus = SimulatedBus(slaves, settings: settings)
    self.timing = timing
  }

  /// Reads one meter; what came of it, and the time that it took on the bus.
  public mutating func read(_ plan: ReadoutPlan) -> (result: ReadoutResult?, span: Span) {
    let start = now
    var machine = MeterReadout(plan, timing: timing, countBits: countBits)
    let outcome = drive(&machine)
    countBits = machine.countBits
    return (outcome, now - start)
  }

  /// Gives a meter a command; what came of it.
  /// - Parameters:
  ///   - command: what it is told.
  ///   - plan: how it is reached and read.
  public mutating func give(_ command: MeterCommand, by plan: ReadoutPlan) -> CommandResult? {
    var machine = CommandSequence(command, by: plan, timing: timing, countBits: countBits)
    let outcome = drive(&machine)
    countBits = machine.countBits
    return outcome
  }

  /// Drives a state machine to its end.
  /// - Parameters:
  ///   - marksDamage: whether damaged bytes are told, as converters in the network do not.
  ///   - intervene: called before each event with the machine and the number of frames sent.
  ///   - tell: gets what it asks for beside the line.
  mutating func drive<Machine: BusMachine>(
    _ machine: inout Machine, marksDamage: Bool = false,
    intervene: (inout Machine, Int) -> Void = { _, _ in },
    tell: (Machine.Action) -> Void = { _ in }
  ) -> Machine.Action.Result? {
    sent = []
    var result: Machine.Action.Result?
    var wakeAt: MonotonicInstant?
    func carryOut(_ actions: [Machine.Action], _ bus: inout VirtualBus) {
      for action in actions {
        switch action.onLine {
        case .send(let bytes):
          bus.sent.append(bytes)
          bus.bus.send(bytes, at: bus.now)
        case .wake(let instant): wakeAt = instant
        case .finish(let finished): result = finished
        case nil: tell(action)
        }
      }
    }
    carryOut(machine.handle(.start, now: now), &self)
    while result == nil, let deadline = wakeAt {
      intervene(&machine, sent.count)
      now = max(now, min(deadline, nextEvent ?? deadline))
      let received = receive()
      let damaged = received.indices.filter {
        marksDamage && (received[$0].parityError || received[$0].framingError)
      }
      if !received.isEmpty {
        let bytes = LineBytes(received.map(\.value), damaged: damaged)
        carryOut(machine.handle(.received(bytes), now: now), &self)
      }
      if result == nil, now >= deadline {
        carryOut(machine.handle(.wake, now: now), &self)
      }
    }
    return result
  }

  /// When something happens next.
  private var nextEvent: MonotonicInstant? {
    guard let first = onTheWay.first else { return bus.nextEvent }
    let arrival = first.time + latency
    return bus.nextEvent.map { min($0, arrival) } ?? arrival
  }

  /// The bytes that have come by now.
  private mutating func receive() -> [ReceivedByte] {
    let fresh = bus.advance(to: now)
    guard latency > .zero else { return fresh }
    onTheWay += fresh
    let arrived = Array(onTheWay.prefix { $0.time + latency <= now })
    onTheWay.removeFirst(arrived.count)
    return arrived
  }
}
