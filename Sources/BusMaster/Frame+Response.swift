import MBus
import Metering

extension Frame {
  /// Who the meter says it is; nil when the telegram does not tell.
  var identity: MeterIdentity? { ResponseDecoder.header(of: self)?.meterIdentity }

  /// True when the meter has another telegram to send, or may have one since this one is encrypted.
  var mayBeContinued: Bool {
    guard case .data(let data) = try? ResponseDecoder.decode(self) else { return false }
    return data.moreRecordsFollow || !data.isReadable
  }
}
