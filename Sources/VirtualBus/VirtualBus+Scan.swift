import BusMaster
import Metering
import Time

/// What came of a scan of a simulated bus.
public struct ScanOutcome: Sendable {
  /// The meters in the order in which they were found.
  public var hits: [ScanHit] = []
  /// How far it said it was, in thousandths.
  public var progress: [Int] = []
  /// How it ended.
  public var result: ScanSummary?
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
    var machine = BusScan(plan, timing: timing, countBits: countBits, link: link)
    var outcome = ScanOutcome()
    outcome.result = drive(&machine, marksDamage: marksDamage) { machine, sent in
      if sent == frames { machine.cancel() }
    } tell: { action in
      switch action {
      case .found(let hit): outcome.hits.append(hit)
      case .progress(let thousandths, _): outcome.progress.append(thousandths)
      case .send, .wake, .finish: break
      }
    }
    countBits = machine.countBits
    link = machine.link
    outcome.sent = sent
    outcome.span = now - start
    return outcome
  }
}
