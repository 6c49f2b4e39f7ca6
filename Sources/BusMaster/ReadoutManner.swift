import MBus

/// What the settings allow for meters that behave in their own way. Without any of it a readout goes by the
/// standard.
public struct ReadoutManner: Hashable, Sendable {
  /// Which faults of a telegram are passed over (MBUS_IGNORECRCFIELD, MBUS_IGNORELENGTHFIELD).
  public var tolerance: FrameTolerance
  /// What counts as E5 (MBUS_FORCE).
  public var forcedAcknowledge: ForcedAcknowledge
  /// Whether the answer of a primary address must come from there (MBUS_NOADDRESS_VERIFY).
  public var verifiesAddress: Bool
  /// The frame count bit of the first request after a reset or select (MBUS_FIRST_FCBBIT_NEG: false).
  public var firstBit: Bool
  /// Whether the meter is woken up first (MBUS_WAKEUPENABLE).
  public var wakes: Bool
  /// Whether SND_NKE and application resets may be sent (MBUS_RESETDISABLE: false).
  public var mayReset: Bool

  /// What is left out is the standard's.
  public init(
    tolerance: FrameTolerance = [], forcedAcknowledge: ForcedAcknowledge = .no,
    verifiesAddress: Bool = true, firstBit: Bool = true, wakes: Bool = false,
    mayReset: Bool = true
  ) {
    self.tolerance = tolerance
    self.forcedAcknowledge = forcedAcknowledge
    self.verifiesAddress = verifiesAddress
    self.firstBit = firstBit
    self.wakes = wakes
    self.mayReset = mayReset
  }
}
