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

  /// How a secondary scan chooses what to ask (MBUS_SCANSTRATEGY).
  public enum Strategy: Hashable, Sendable {
    /// What is known decides: common bits of answers that disturb each other, serials that follow each other.
    case adaptive
    /// Digit by digit, as the manuals describe it.
    case classic
  }

  /// Where they are looked for.
  public var range: Range
  /// Where they are looked for behind that; nil: nowhere else.
  public var second: Range?
  /// What is reset at the beginning (MUC500 manual 1.1, ch. 5.3.6).
  public var reset: ResetSequence
  /// How often a request is repeated after the first attempt (MBUS_MAXRETRY). Where nobody is known to be,
  /// silence is asked once more at most.
  public var retries: Int
  /// How a secondary scan chooses what to ask.
  public var strategy: Strategy
  /// Whether a meter that is alone on the bus is asked again: another one behind it may have been silent for
  /// once. The adaptive search takes it at its word otherwise, for the sake of time.
  public var confirmsLone = false
  /// Whether digits A–E are looked for as well (MBUS_SCANHEX); the classic search does not.
  public var triesHex: Bool

  /// A plan; what is left out is neutral.
  public init(
    _ range: Range = .secondary(.any, isReversed: false), reset: ResetSequence = .none,
    retries: Int = 3, strategy: Strategy = .classic, triesHex: Bool = false
  ) {
    self.range = range
    second = nil
    self.reset = reset
    self.retries = retries
    self.strategy = strategy
    self.triesHex = triesHex
  }

  /// Every address that a meter can have (EN 13757-2, ch. 5.7.5).
  public static let allPrimary = Range.primary(
    LinkAddress.unconfigured...LinkAddress.meters.upperBound)

  /// What is reset before a secondary scan. The first question of the adaptive search is a select that all
  /// slaves hear, which resets their selection as SND_NKE would: it is sent only where somebody has set more
  /// than the standard.
  var secondaryResets: [ResetSequence.Step] {
    let steps = reset.secondary
    return strategy == .adaptive && steps == [.linkResetToAll] ? [] : steps
  }

  /// How often silence is asked again where it is not known that there is anybody.
  var silentRetries: Int { min(1, retries) }
}
