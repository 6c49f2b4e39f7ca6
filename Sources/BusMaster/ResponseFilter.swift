import MBus
import Metering

/// Which RSP_UD is the answer to a request: the line may still carry one that belongs to an earlier
/// request, or that another slave sends.
struct ResponseFilter: Hashable, Sendable {
  /// The link address that must answer; nil: whoever is selected.
  var address: UInt8?
  /// The serial that was selected, with F for digits that do not matter. Version, manufacturer and
  /// medium are not compared: some meters tell others in their telegrams than they are selected by
  /// (Anybus gateway manual 2.4, ch. 8.3).
  var serial: MeterSerial = .any
  /// The telegram before in the chain: the same one again may be a repetition, and no answer.
  var previous: Frame?
  /// How many such repetitions are passed over (`TelegramCopies`).
  var copies = 0
  /// The request is sent for the first time: what comes too early to be its answer is a repetition, too.
  var isFirstRequest = false

  /// Why this frame is not the answer; nil when it is.
  func objection(to frame: Frame) -> String? {
    guard frame.controlField?.kind == .rspUD() else { return "a valid frame, but no RSP_UD" }
    if let address, let sender = frame.address, sender != address {
      return "the answer comes from address \(sender), not from \(address)"
    }
    if let told = frame.serial, !serial.matches(told) {
      return "the answer comes from meter \(told), not from \(serial)"
    }
    return nil
  }

  /// Whether this is the telegram before once more.
  /// - Parameters:
  ///   - passedOver: how many such frames have come and were passed over.
  ///   - isEarly: the request was not over yet when the frame began.
  func isCopy(_ frame: Frame, passedOver: Int, isEarly: Bool) -> Bool {
    guard let previous, frame.isRepetition(of: previous) else { return false }
    return passedOver < copies || isFirstRequest && isEarly
  }

  /// What is wrong when only copies come.
  static let repeatsItself = "the meter repeats the telegram before instead of sending the next one"
}

extension Frame {
  /// The serial that the telegram tells; nil for one that has none.
  fileprivate var serial: MeterSerial? { ResponseDecoder.header(of: self)?.identity?.serial }

  /// True when this frame says the same as another; the access number may have counted on.
  func isRepetition(of other: Frame) -> Bool {
    guard ci == other.ci, address == other.address else { return false }
    return bytesWithoutAccessNumber == other.bytesWithoutAccessNumber
  }

  private var bytesWithoutAccessNumber: [UInt8] {
    let position: Int? =
      switch ci {
      case ControlInformation.longHeader, ControlInformation.longHeaderBigEndian: 8
      case ControlInformation.shortHeader, ControlInformation.compactShortHeader: 0
      case ControlInformation.fixedData, ControlInformation.fixedDataBigEndian: 4
      default: nil
      }
    return data.enumerated().filter { $0.offset != position }.map(\.element)
  }
}
