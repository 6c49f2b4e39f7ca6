import Bytes
import Metering

/// One record by itself, as if it stood alone in a telegram without header (CI 78).
public enum RecordProbe {
  /// What DIF and VIF mean, with zeros as data; nil: these bytes are not DIF and VIF of one record.
  /// - Parameters:
  ///   - dif: DIF and DIFEs.
  ///   - vif: VIF and VIFEs.
  public static func record(dif: [UInt8], vif: [UInt8]) -> DataRecord? {
    guard let first = dif.first, first & 0x0F != 0x0F else { return nil }
    let zeros = [UInt8](repeating: 0, count: lengths[Int(first & 0x0F)])
    guard let telegram = telegram(dif + vif + zeros), telegram.problem == nil,
      telegram.records.count == 1, let record = telegram.records.first, record.dif == dif,
      record.vif == vif
    else { return nil }
    return record
  }

  /// RSP_UD, address 0, CI 78 (EN 13757-2; EN 13757-3).
  private static let head: [UInt8] = [0x08, 0x00, 0x78]
  /// The bytes of data by the low digit of the DIF (EN 13757-3, table 4); one length byte of 0 for variable length.
  private static let lengths = [0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 1, 6, 0]

  private static func telegram(_ record: [UInt8]) -> Telegram? {
    let body = head + record
    guard let length = UInt8(exactly: body.count) else { return nil }
    let sum = body.reduce(UInt8(0), &+)
    let bytes = [0x68, length, length, 0x68] + body + [sum, 0x16]
    guard let decoded = try? TelegramDecoder.decode(bytes),
      case .data(let telegram)? = decoded.response
    else { return nil }
    return telegram
  }
}
