import BusMaster
import MBus
import Metering

/// Why a readout has failed, for whoever has asked for it by an address of his own.
struct ReadFailure: Hashable, CustomStringConvertible {
  let failure: ReadoutFailure
  /// How the meter was asked.
  let address: MBusAddress

  var description: String {
    switch failure {
    case .noAnswer(let attempts): absence(attempts) ?? "\(failure)"
    case .badTelegram: failure.description + (several.map { "; \($0)" } ?? "")
    case .unreadable, .applicationError, .lineDown, .lineLent, .speedRefused: "\(failure)"
    }
  }

  private func absence(_ attempts: Int) -> String? {
    guard case .secondary(let identity) = address else { return nil }
    return identity.absence(attempts: attempts)
  }

  /// Answers that disturb each other look like a damaged one.
  private var several: String? {
    switch address {
    case .primary(LinkAddress.test):
      "several meters may have answered at once, since all of them do at address 254: \"metergate scan\" finds them"
    case .secondary(let identity) where identity.serial.isPattern:
      "several meters may have answered at once, as \(identity.serial) fits many: \"metergate scan\" finds them"
    case .primary, .secondary: nil
    }
  }
}
