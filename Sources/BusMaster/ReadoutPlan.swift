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
  /// How its telegrams are read: whether another one follows may stand in the encrypted part.
  public var decoding: DecodingOptions
  /// What its compact frames look like, as far as earlier readouts have shown it.
  public var formats: FormatCache
  /// What is sent before REQ_UD2 (MBUS_REQUESTMODE).
  public var request = RequestSequence.none
  /// What is done for meters that behave in their own way.
  public var manner = ReadoutManner()
  /// Several meters may answer: an answer counts when nothing follows it for as long as another meter may take.
  public var expectsSeveral = false

  /// A plan; what is left out is neutral.
  public init(
    address: MBusAddress, selectMask: SelectMask = [], reset: ResetSequence = .none,
    retries: Int = 3, maxTelegrams: Int = 0, decoding: DecodingOptions = .standard,
    formats: FormatCache = FormatCache()
  ) {
    self.address = address
    self.selectMask = selectMask
    self.reset = reset
    self.retries = retries
    self.maxTelegrams = maxTelegrams
    self.decoding = decoding
    self.formats = formats
  }
}

extension ReadoutPlan {
  /// What stands before the select, or before the first frame to the meter.
  /// - Parameter isNeeded: SND_NKE to a meter with a primary address must be among it, whatever the reset mode.
  func resets(ofMeter isNeeded: Bool) -> [ResetSequence.Step] {
    var steps = primaryAddress == nil ? reset.secondary : reset.primary
    if primaryAddress != nil, isNeeded, !steps.contains(.linkResetToMeter) {
      steps.append(.linkResetToMeter)
    }
    if !manner.mayReset { steps = [] }
    if manner.wakes, steps.first != .linkResetToSelection { steps.insert(.wakeUp, at: 0) }
    return steps
  }
}
