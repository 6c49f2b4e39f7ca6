import Metering
import Time

/// What a scan asks of the line, and what it has to tell.
public enum ScanAction: Hashable, Sendable {
  /// Put these bytes on the wire.
  case send([UInt8])
  /// Call again at this time if nothing has come until then; replaces earlier wishes.
  case wake(at: MonotonicInstant)
  /// A meter has answered.
  case found(ScanHit)
  /// How far it is: the share of the range that has been looked at, in thousandths (0–1000), and the
  /// meters found so far. Told whenever one of them changes.
  case progress(thousandths: Int, found: Int)
  /// It is over.
  case finish(ScanSummary)
}

/// A meter that answered in a scan.
public struct ScanHit: Hashable, Sendable {
  /// How it was reached, and can be reached again.
  public var address: MBusAddress
  /// Who it says it is; serial `MeterSerial.any` when it does not tell.
  public var identity: MeterIdentity
  /// The link layer address that its answer came from, 0–250; nil when that is none of a meter.
  public var primaryAddress: UInt8?

  /// - Parameters:
  ///   - address: how it was reached.
  ///   - identity: who it says it is.
  ///   - primaryAddress: where its answer came from.
  public init(address: MBusAddress, identity: MeterIdentity, primaryAddress: UInt8? = nil) {
    self.address = address
    self.identity = identity
    self.primaryAddress = primaryAddress
  }
}
