import BusMaster
import MBus
import Settings
import Transport

/// How meters are asked, and what is done for those that behave in their own way.
extension Settings {
  /// What is sent before REQ_UD2: the freeze step first, so that the values asked for are those of that moment.
  var requestSequence: RequestSequence {
    let freeze = RequestSequence.freeze(storage: UInt64(max(integer(.mbusFreezeStorage), 0)))
    let asked: RequestSequence =
      switch text(.mbusRequestMode) {
      case "ALL": .all
      case "EXT": .ext
      case "FREEZE": freeze
      default: .none
      }
    let isFrozen = flag(.mucUseFreeze) && asked != freeze
    return RequestSequence((isFrozen ? freeze.steps : []) + asked.steps)
  }

  var readoutManner: ReadoutManner {
    var tolerance: FrameTolerance = []
    if flag(.mbusIgnoreChecksum) { tolerance.insert(.checksum) }
    if flag(.mbusIgnoreLength) { tolerance.insert(.length) }
    return ReadoutManner(
      tolerance: tolerance,
      forcedAcknowledge: ForcedAcknowledge(rawValue: integer(.mbusForce)) ?? .no,
      verifiesAddress: !flag(.mbusNoAddressVerify), firstBit: !flag(.mbusFirstBitNegated),
      wakes: flag(.mbusWakeUp), mayReset: !flag(.mbusResetDisable))
  }

  /// MBUS_RESETDISABLE wins over MBUS_RESETMODE, in scans as well.
  var resetSequence: ResetSequence {
    guard !flag(.mbusResetDisable) else { return .none }
    return switch (integer(.mbusResetMode), dialect) {
    case (2, _): .none
    case (3, .anybus): .anybusExtended1
    case (3, .solvimus): .extended1
    case (4, .anybus): .anybusExtended2
    case (4, .solvimus): .extended2
    case (_, .anybus): .anybusStandard
    case (_, .solvimus): .standard
    }
  }

  /// The port of the M-Bus.
  var serialParameters: SerialParameters {
    var parameters = SerialParameters(
      baud: integer(.mbusBaudRate), dataBits: integer(.mbusDataBits),
      parity: SerialParameters.Parity(rawValue: integer(.mbusParity)) ?? .even,
      stopBits: integer(.mbusStopBits))
    parameters.flowControl =
      SerialParameters.FlowControl(rawValue: integer(.mbusFlowControl)) ?? .none
    parameters.isRS485 = flag(.mbusRS485Enable)
    return parameters
  }
}
