import MBus
import Metering

extension Frame {
  /// The data that the frame carries; nil for what is no answer with data.
  var told: Telegram? {
    guard case .data(let data) = try? ResponseDecoder.decode(self) else { return nil }
    return data
  }

  /// True when the meter has another telegram to send.
  var saysMoreFollows: Bool { told?.moreRecordsFollow ?? false }

  /// Who the meter says it is; nil when the telegram does not tell.
  var identity: MeterIdentity? { told?.header?.meterIdentity }
}
