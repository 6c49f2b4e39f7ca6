import Metering
import Time

/// A state machine of the bus: what all of them have in common, so that one driver serves them.
public protocol BusMachine: Sendable {
  /// What it asks for.
  associatedtype Action: BusStep
  /// Takes an event; what is to be done now.
  mutating func handle(_ event: BusEvent, now: MonotonicInstant) -> [Action]
}

/// Something that a state machine asks for.
public protocol BusStep: Hashable, Sendable {
  /// What it ends with.
  associatedtype Result: Hashable & Sendable
  /// What that is for the line; nil: it concerns the line in no way.
  var onLine: BusAction<Result>? { get }
}

extension BusAction: BusStep {
  /// Itself.
  public var onLine: BusAction<Result>? { self }
}

extension ScanAction: BusStep {
  /// What is found, and how far it is, are told besides.
  public var onLine: BusAction<ScanSummary>? {
    switch self {
    case .send(let bytes): .send(bytes)
    case .wake(let instant): .wake(at: instant)
    case .finish(let result): .finish(result)
    case .found, .progress: nil
    }
  }
}

extension MeterReadout: BusMachine {}
extension BusScan: BusMachine {}
extension FrameSend: BusMachine {}
extension CommandSequence: BusMachine {}
