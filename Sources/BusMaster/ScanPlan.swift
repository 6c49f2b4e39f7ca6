import MBus
import Metering

/// How meters are looked for: everything that the settings decide.
public struct ScanPlan: Hashable, Sendable {
  /// Where they are looked for.
  public enum Range: Hashable, Sendable {
    /// At link layer addresses, one after another (MBUS_MINPRIMARYADDRESS, MBUS_MAXPRIMARYADDRESS).
    case primary(ClosedRange<UInt8>)
    /// By slave selects: each digit F of the serial is tried with 0–9, from the first to the last, or
    /// from the last to the first (MBUS_SECMASK…, the REVERSE modes of MBUS_SCANMODE).
    case secondary(SlaveSelect, isReversed: Bool)
  }

  /// Where they are looked for.
  public var range: Range
  /// What is reset at the beginning (MUC500 manual 1.1, ch. 5.3.6).
  public var reset: ResetSequence
  /// How often a request is repeated after the first attempt (MBUS_MAXRETRY). Where nobody is known to be,
  /// silence is asked once more at most.
  public var retries: Int

  /// A plan; what is left out is neutral.
  public init(
    _ range: Range = .secondary(.any, isReversed: false), reset: ResetSequence = .none,
    retries: Int = 3
  ) {
    self.range = range
    self.reset = reset
    self.retries = retries
  }

  /// Every address that a meter can have (EN 13757-2, ch. 5.7.5).
  public static let allPrimary = Range.primary(
    LinkAddress.unconfigured...LinkAddress.meters.upperBound)

  /// How often silence is asked again where it is not known that there is anybody.
  var silentRetries: Int { min(1, retries) }
}
