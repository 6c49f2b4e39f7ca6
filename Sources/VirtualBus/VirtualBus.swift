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
  /// What the master remembers of link addresses.
  public var countBits = FrameCountBits()
  /// Speed and timeouts of the master.
  public let timing: LineTiming
  /// What the master sent in the last readout.
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
    var requests: [[UInt8]] = []
    var machine = MeterReadout(plan, timing: timing, countBits: countBits)
    var result: ReadoutResult?
    var wakeAt: MonotonicInstant?
    func carryOut(
      _ actions: [BusAction<ReadoutResult>], _ bus: inout SimulatedBus, _ now: MonotonicInstant
    ) {
      for action in actions {
        switch action {
        case .send(let bytes):
          requests.append(bytes)
          bus.send(bytes, at: now)
        case .wake(let instant): wakeAt = instant
        case .finish(let finished): result = finished
        }
      }
    }
    carryOut(machine.handle(.start, now: now), &bus, now)
    while result == nil, let deadline = wakeAt {
      now = max(now, min(deadline, bus.nextEvent ?? deadline))
      let bytes = bus.advance(to: now).map(\.value)
      if !bytes.isEmpty {
        carryOut(machine.handle(.received(LineBytes(bytes)), now: now), &bus, now)
      }
      if result == nil, now >= deadline { carryOut(machine.handle(.wake, now: now), &bus, now) }
    }
    countBits = machine.countBits
    sent = requests
    return (result, now - start)
  }
}
