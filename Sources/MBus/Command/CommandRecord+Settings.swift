import Bytes
import Metering
import Time

/// Records for what masters set in meters.
extension CommandRecord {
  /// Primary VIF codes (EN 13757-3, ch. 6.4.2).
  private enum Code {
    static let fabrication: UInt8 = 0x78
    static let identification: UInt8 = 0x79
    static let busAddress: UInt8 = 0x7A
  }

  /// A new primary address (EN 13757-3, VIF 7A). One select before sends it to the selected meter alone.
  public static func primaryAddress(_ address: UInt8) -> CommandRecord {
    CommandRecord(dif: [0x01], vif: [Code.busAddress], data: [address])
  }

  /// A new serial.
  public static func serial(_ serial: MeterSerial) -> CommandRecord {
    CommandRecord(
      dif: [0x0C], vif: [Code.identification], data: serial.digits.littleEndianBytes)
  }

  /// A new secondary address; what the identity lacks is sent as 0.
  public static func identity(_ identity: MeterIdentity) -> CommandRecord {
    CommandRecord(
      dif: [0x07], vif: [Code.identification],
      data: identity.serial.digits.littleEndianBytes
        + (identity.manufacturer?.rawValue ?? 0).littleEndianBytes
        + [identity.version ?? 0, identity.medium?.rawValue ?? 0])
  }

  /// The fabrication number with which a slave select tells meters apart that have the same secondary address; F
  /// stands for any digit.
  public static func fabrication(_ digits: MeterSerial) -> CommandRecord {
    CommandRecord(
      dif: [0x0C], vif: [Code.fabrication], data: digits.digits.littleEndianBytes)
  }

  /// Date and time, as type F (without seconds) or I.
  /// - Parameter isSummerTime: sets the mark of summer time.
  public static func clock(
    _ time: CivilTime, withSeconds: Bool = false, isSummerTime: Bool = false
  ) throws(RecordEncodingError) -> CommandRecord {
    let type: DataType = withSeconds ? .dateTimeI : .dateTimeF
    var record = try CommandRecord(
      RecordEncoder(type, vif: [PrimaryVIF.dateTime], value: .time(time)))
    // The top bit of the hour in type F, bit 6 of the seconds in type I (EN 13757-3, annex A).
    if isSummerTime {
      record.data = record.data.enumerated().map { place, byte in
        switch (place, withSeconds) {
        case (1, false): byte | 0x80
        case (0, true): byte | 0x40
        default: byte
        }
      }
    }
    return record
  }

  /// A date, as type G.
  /// - Parameter storage: 1: the next date at which the meter keeps its values, on many meters.
  public static func date(
    _ date: CivilTime, storage: UInt64 = 0
  ) throws(RecordEncodingError) -> CommandRecord {
    try CommandRecord(
      RecordEncoder(.dateG, storage: storage, vif: [PrimaryVIF.date], value: .time(date)))
  }

  /// A password, before a command that needs one.
  public static func password(_ bytes: [UInt8]) -> CommandRecord? {
    let lengths: [Int: UInt8] = [1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 8: 7]
    return lengths[bytes.count].map {
      CommandRecord(dif: [$0], vif: [0xFD, 0x16], data: bytes)
    }
  }

  /// Digital outputs, one bit each.
  public static func digitalOutput(_ bits: UInt8) -> CommandRecord {
    CommandRecord(dif: [0x01], vif: [0xFD, 0x1A], data: [bits])
  }

  /// Remote control, for example of a valve: what the numbers do, the maker says.
  public static func remoteControl(_ code: UInt8) -> CommandRecord {
    CommandRecord(dif: [0x01], vif: [0xFD, 0x1F], data: [code])
  }

  /// A value that the meter is to send in readouts.
  /// - Parameter vif: VIF and VIFEs; 7E stands for all values.
  public static func selection(
    vif: [UInt8], storage: UInt64 = 0, tariff: UInt32 = 0, subunit: UInt32 = 0
  ) -> CommandRecord? {
    DataInformation.encode(
      dataField: 0x08, function: .instantaneous, storage: storage, tariff: tariff, subunit: subunit
    ).map { CommandRecord(dif: $0, vif: vif) }
  }

  /// The same with something else to be done with the value.
  public func doing(_ action: ObjectAction) -> CommandRecord {
    var record = self
    record.vif = vif.dropLast() + vif.suffix(1).map { $0 | 0x80 } + [action.rawValue]
    return record
  }
}
