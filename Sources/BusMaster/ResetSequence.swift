import MBus

/// What is sent before a readout (MBUS_RESETMODE). Nothing stands between select and REQ_UD2, since
/// SND_NKE deselects; MUC500 manual 1.1, ch. 5.3.6 rules over its table 25, whose "NKE after select"
/// and "NKE before select" are both the web page's "Standard".
public struct ResetSequence: Hashable, Sendable {
  /// One frame of the sequence.
  public enum Step: Hashable, Sendable {
    /// SND_NKE to the selection address FD, which deselects.
    case linkResetToSelection
    /// SND_NKE to all, FF.
    case linkResetToAll
    /// SND_NKE to the primary address of the meter.
    case linkResetToMeter
    /// Application reset to the selection address FD.
    case applicationResetToSelection
    /// Application reset to all, FF.
    case applicationResetToAll
    /// SND_NKE to the selection address FD, and the longest time that a slave may take to react, for meters
    /// that sleep (MBUS_WAKEUPENABLE). The manuals name a "wake-up request" and give no bytes.
    case wakeUp
  }

  /// Before a readout by primary address.
  public var primary: [Step]
  /// Before a readout by secondary address.
  public var secondary: [Step]

  /// Mode 2, "None".
  public static let none = ResetSequence(primary: [], secondary: [])

  /// Modes 0 and 1, "Standard", of the solvimus dialect (MUC500 manual 1.1, ch. 5.3.6).
  public static let standard = ResetSequence(
    primary: [.linkResetToAll, .linkResetToMeter], secondary: [.linkResetToAll])

  /// Mode 3, "Extended 1", of the solvimus dialect.
  public static let extended1 = standard.after([.linkResetToSelection])

  /// Mode 4, "Extended 2", of the solvimus dialect.
  public static let extended2 = standard.after([.linkResetToSelection, .applicationResetToAll])

  /// Modes 0 and 1, "Standard", of the Anybus dialect (Anybus gateway manual 2.4, ch. 4.4).
  public static let anybusStandard = ResetSequence(
    primary: [.linkResetToMeter], secondary: [.linkResetToAll])

  /// "Extended 1" of the Anybus dialect's web page.
  public static let anybusExtended1 = anybusStandard.after([.linkResetToSelection])

  /// "Extended 2" of the Anybus dialect's web page.
  public static let anybusExtended2 = anybusStandard.after([
    .linkResetToSelection, .applicationResetToSelection,
  ])

  private func after(_ steps: [Step]) -> ResetSequence {
    ResetSequence(primary: steps + primary, secondary: steps + secondary)
  }
}

extension ResetSequence.Step {
  /// It has applications begin anew, which then send what they send by themselves.
  var isOfApplication: Bool {
    self == .applicationResetToSelection || self == .applicationResetToAll
  }

  /// The frame, and what is to come of it.
  /// - Parameter address: the primary address of the meter; nil when it is read by its secondary one.
  func exchange(with address: UInt8?) -> (frame: Frame, expectation: Exchange.Expectation)? {
    switch self {
    case .linkResetToSelection:
      (.sndNKE(address: LinkAddress.networkLayer), .acknowledgeIfAny)
    case .linkResetToAll: (.sndNKE(address: LinkAddress.broadcast), .nothing)
    case .linkResetToMeter: address.map { (.sndNKE(address: $0), .acknowledge) }
    case .applicationResetToSelection:
      (.applicationReset(address: LinkAddress.networkLayer), .acknowledgeIfAny)
    case .applicationResetToAll:
      // Nobody acknowledges a broadcast, so that it has no frame count bit (EN 13757-2: C 43).
      (.applicationReset(address: LinkAddress.broadcast, fcb: nil), .nothing)
    case .wakeUp: (.sndNKE(address: LinkAddress.networkLayer), .presence)
    }
  }
}
