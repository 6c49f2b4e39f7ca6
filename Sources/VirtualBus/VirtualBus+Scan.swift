import BusMaster
import BusSimulator
import Bytes
import MBus
import Metering
import Time

/// What came of a scan of a simulated bus.
public struct ScanOutcome: Sendable {
  /// The meters in the order in which they were found.
  public var hits: [ScanHit] = []
  /// How far it said it was, in thousandths.
  public var progress: [Int] = []
  /// How it ended.
  public var result: ScanResult?
  /// The time that it took on the bus.
  public var span = Span.zero
  /// What the master sent.
  public var sent: [[UInt8]] = []

  /// Whom it found.
  public var serials: Set<MeterSerial> { Set(hits.map(\.identity.serial)) }

  /// How many slave selects were sent.
  public var selects: Int { sent.count { $0.first == 0x68 && $0.dropFirst(6).first == 0x52 } }
}

extension VirtualBus {
  /// Looks for meters to the end, with the marks of damaged bytes or, as over a converter in the
  /// network, without them.
  /// - Parameters:
  ///   - plan: where and how meters are looked for.
  ///   - marksDamage: whether damaged bytes are told.
  ///   - frames: cancels when so many frames have been sent; nil: does not.
  public mutating func scan(
    _ plan: ScanPlan, marksDamage: Bool = true, cancellingAfter frames: Int? = nil
  ) -> ScanOutcome {
    let start = now
    var machine = BusScan(plan, timing: timing, countBits: countBits)
    var outcome = ScanOutcome()
    var wakeAt: MonotonicInstant?
    func carryOut(_ actions: [ScanAction], _ bus: inout SimulatedBus, _ now: MonotonicInstant) {
      for action in actions {
        switch action {
        case .send(let bytes):
          outcome.sent.append(bytes)
          bus.send(bytes, at: now)
        case .wake(let instant): wakeAt = instant
        case .found(let hit): outcome.hits.append(hit)
        case .progress(let thousandths, _): outcome.progress.append(thousandths)
        case .finish(let result): outcome.result = result
        }
      }
    }
    carryOut(machine.handle(.start, now: now), &bus, now)
    while outcome.result == nil, let deadline = wakeAt {
      if outcome.sent.count == frames { machine.cancel() }
      now = max(now, min(deadline, bus.nextEvent ?? deadline))
      let received = bus.advance(to: now)
      let damaged = received.indices.filter {
        marksDamage && (received[$0].parityError || received[$0].framingError)
      }
      if !received.isEmpty {
        let bytes = LineBytes(received.map(\.value), damaged: damaged)
        carryOut(machine.handle(.received(bytes), now: now), &bus, now)
      }
      if outcome.result == nil, now >= deadline {
        carryOut(machine.handle(.wake, now: now), &bus, now)
      }
    }
    countBits = machine.countBits
    outcome.span = now - start
    return outcome
  }
}
