import MBus
import Metering

/// How a meter is read: everything that the settings decide.
public struct ReadoutPlan: Hashable, Sendable {
  /// How the meter is reached.
  public var address: MBusAddress
  /// Which parts of a secondary address are sent as wildcards (MBUS_SELECTMASK).
  public var selectMask: SelectMask
  /// What is reset before.
  public var reset: ResetSequence
  /// How often a request is repeated after the first attempt (MBUS_MAXRETRY).
  public var retries: Int
  /// The most telegrams of a chain (MBUS_MAXMULTIPAGE); 0: all of them.
  public var maxTelegrams: Int

  /// A plan; what is left out is neutral.
  public init(
    address: MBusAddress, selectMask: SelectMask = [], reset: ResetSequence = .none,
    retries: Int = 3, maxTelegrams: Int = 0
  ) {
    self.address = address
    self.selectMask = selectMask
    self.reset = reset
    self.retries = retries
    self.maxTelegrams = maxTelegrams
  }
}

/// What is sent before a readout (MBUS_RESETMODE). Nothing stands between select and REQ_UD2, since
/// SND_NKE deselects; MUC500 manual 1.1, ch. 5.3.6 rules over its table 25, whose "NKE after select"
/// and "NKE before select" are both the web page's "Standard".
public struct ResetSequence: Hashable, Sendable {
  /// SND_NKE to the selection address FD, which deselects.
  public var linkResetToSelection: Bool
  /// An application reset to all, FF.
  public var applicationResetToAll: Bool
  /// SND_NKE to all, FF, when the meter is read by its primary address.
  public var linkResetToAllWhenPrimary: Bool
  /// SND_NKE to all, FF, when the meter is read by its secondary address.
  public var linkResetToAllWhenSecondary: Bool
  /// SND_NKE to the primary address, when the meter is read by it.
  public var linkResetToMeter: Bool

  /// No reset (mode 2).
  public static let none = ResetSequence(
    linkResetToSelection: false, applicationResetToAll: false, linkResetToAllWhenPrimary: false,
    linkResetToAllWhenSecondary: false, linkResetToMeter: false)

  /// Modes 0 and 1 of the Anybus dialect: SND_NKE to the primary address, or to all when the meter is
  /// read by its secondary address (Anybus gateway manual 2.4, ch. 4.4).
  public static let anybusStandard = ResetSequence(
    linkResetToSelection: false, applicationResetToAll: false, linkResetToAllWhenPrimary: false,
    linkResetToAllWhenSecondary: true, linkResetToMeter: true)

  /// Modes 0 and 1 of the solvimus dialect: SND_NKE to all and, when the meter is read by its primary
  /// address, to this as well (MUC500 manual 1.1, ch. 5.3.6).
  public static let standard = ResetSequence(
    linkResetToSelection: false, applicationResetToAll: false, linkResetToAllWhenPrimary: true,
    linkResetToAllWhenSecondary: true, linkResetToMeter: true)

  /// Mode 3, "Extended 1": SND_NKE to FD before those of the standard mode.
  public static let extended1 = ResetSequence(
    linkResetToSelection: true, applicationResetToAll: false, linkResetToAllWhenPrimary: true,
    linkResetToAllWhenSecondary: true, linkResetToMeter: true)

  /// Mode 4, "Extended 2": as mode 3, with an application reset to FF after SND_NKE to FD.
  public static let extended2 = ResetSequence(
    linkResetToSelection: true, applicationResetToAll: true, linkResetToAllWhenPrimary: true,
    linkResetToAllWhenSecondary: true, linkResetToMeter: true)
}
