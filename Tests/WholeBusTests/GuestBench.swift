import BusMaster
import BusSimulator
import Bytes
import LineJobs
import MBus
import Metering
import Station
import Time

/// A line in virtual time with both its users: jobs of ours, and an outside master that asks again as soon as
/// it has its answer.
struct GuestBench {
  var bus: SimulatedBus
  var driver: LineDriver
  var now = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_700_000_000))
  private var wakeAt: MonotonicInstant?
  private var actions: [LineDriver.Action] = []
  private var isCarryingOut = false
  /// What happened, in order.
  private(set) var events: [LineEvent] = []
  /// What the outside master was given, packet by packet.
  private(set) var packets: [[UInt8]] = []
  /// What was put on the wire.
  private(set) var sent: [[UInt8]] = []
  /// Done when an event or a packet has come; the bench may be used by it.
  var react: (inout GuestBench, LineDriver.Action) -> Void = { _, _ in }

  init(_ slaves: [SimulatedSlave], timing: LineTiming = LineTiming()) {
    bus = SimulatedBus(slaves, settings: LineSettings(baud: timing.baud))
    driver = LineDriver(
      line: LineID(.mbus),
      configuration: LineConfiguration(
        timing: timing, selectMask: SelectMask(rawValue: 0), reset: .standard, retries: 3,
        maxTelegrams: 0))
    handle(.opened)
  }

  var readouts: [Readout] {
    events.compactMap { if case .readout(let readout) = $0 { readout } else { nil } }
  }

  var states: [LineState] {
    events.compactMap { if case .state(_, let state) = $0 { state } else { nil } }
  }

  mutating func handle(_ input: LineDriver.Input) {
    actions += driver.handle(input, at: now)
    guard !isCarryingOut else { return }
    isCarryingOut = true
    defer { isCarryingOut = false }
    while !actions.isEmpty { carryOut(actions.removeFirst()) }
  }

  private mutating func carryOut(_ action: LineDriver.Action) {
    switch action {
    case .send(let bytes):
      sent.append(bytes)
      bus.send(bytes, at: now.instant)
    case .raw, .use: break
    case .wake(let instant): wakeAt = instant
    case .cancelWake: wakeAt = nil
    case .event(let event):
      events.append(event)
      let react = react
      react(&self, action)
    case .guest(let bytes):
      packets.append(bytes)
      let react = react
      react(&self, action)
    }
  }

  /// Lets time pass.
  mutating func run(for span: Span) {
    let end = now.instant + span
    while now.instant < end {
      let next = [wakeAt, bus.nextEvent, end].compactMap { $0 }.min() ?? end
      now.instant = max(now.instant, min(next, end))
      let bytes = bus.advance(to: now.instant).map(\.value)
      if !bytes.isEmpty { handle(.received(LineBytes(bytes))) }
      if let due = wakeAt, now.instant >= due {
        wakeAt = nil
        handle(.wake)
      }
    }
  }

  /// Asks for a meter to be read.
  mutating func read(_ meter: Int, _ identity: MeterIdentity) {
    handle(
      .perform(
        .read(
          ReadJob(meter: MeterID(meter), address: .mbus(.secondary(identity)), identity: identity)))
    )
  }
}
