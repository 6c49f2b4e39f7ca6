import Bytes
import Metering

/// A meter's answer to be sent: long header and records (CI 72).
public struct ResponseEncoder: Hashable, Sendable {
  /// What stands before the records.
  public var header: ResponseHeader
  /// The records in order.
  public var records: [RecordEncoder]
  /// What follows them of the maker's own; nil: nothing, not even its DIF.
  public var manufacturerData: [UInt8]?
  /// Another telegram follows: the block of the maker's own begins with 1F.
  public var moreRecordsFollow: Bool

  /// An answer; what is left out is empty.
  public init(
    header: ResponseHeader, records: [RecordEncoder], manufacturerData: [UInt8]? = nil,
    moreRecordsFollow: Bool = false
  ) {
    self.header = header
    self.records = records
    self.manufacturerData = manufacturerData
    self.moreRecordsFollow = moreRecordsFollow
  }

  /// The frame; whether it is too long shows when it is encoded.
  /// - Parameter address: the meter's link layer address.
  public func frame(
    address: UInt8, control: ControlField = .rspUD()
  ) throws(RecordEncodingError) -> Frame {
    var data = header.longBytes
    for record in records { data += try record.encoded }
    if moreRecordsFollow {
      data.append(DataInformation.Special.moreRecordsFollow)
    } else if manufacturerData != nil {
      data.append(DataInformation.Special.manufacturer)
    }
    data += manufacturerData ?? []
    return .long(
      control: control, address: address, ci: ControlInformation.longHeader, data: data)
  }
}
