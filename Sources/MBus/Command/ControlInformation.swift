/// CI fields: what the data of a frame is (EN 13757-3, ch. 4; EN 13757-7:2018, table 2).
public enum ControlInformation {
  /// Master to slave: the application begins anew.
  public static let applicationReset: UInt8 = 0x50
  /// Master to slave: data records.
  public static let dataSend: UInt8 = 0x51
  /// Master to slave: slave select.
  public static let slaveSelect: UInt8 = 0x52
  /// Master to slave: all meters freeze their values now. EN 13757-3:2018 has another use for it, the request of
  /// the selected application.
  public static let synchronize: UInt8 = 0x54
  /// Master to slave: data records, most significant byte first (old meters).
  public static let dataSendBigEndian: UInt8 = 0x55
  /// Master to slave: slave select, most significant byte first (old meters).
  public static let slaveSelectBigEndian: UInt8 = 0x56
  /// Master to slave: short header, data records.
  public static let dataSendShortHeader: UInt8 = 0x5A
  /// Master to slave: long header, data records.
  public static let dataSendLongHeader: UInt8 = 0x5B
  /// Master to slave: all meters freeze their values now, since EN 13757-3:2018.
  public static let synchronize2018: UInt8 = 0x5C
  /// Slave to master: format frame without, with short, with long header.
  public static let format: UInt8 = 0x69
  /// Slave to master: format frame with short header.
  public static let formatShortHeader: UInt8 = 0x6A
  /// Slave to master: format frame with long header.
  public static let formatLongHeader: UInt8 = 0x6B
  /// Slave to master: application error behind a short header.
  public static let applicationErrorShortHeader: UInt8 = 0x6E
  /// Slave to master: application error behind a long header.
  public static let applicationErrorLongHeader: UInt8 = 0x6F
  /// Slave to master: application error.
  public static let applicationError: UInt8 = 0x70
  /// Slave to master: alarm.
  public static let alarm: UInt8 = 0x71
  /// Slave to master: long header, records, least significant byte first.
  public static let longHeader: UInt8 = 0x72
  /// Slave to master: the fixed data structure, least significant byte first; since EN 13757-3:2018 a compact
  /// frame behind a long header.
  public static let fixedData: UInt8 = 0x73
  /// Slave to master: alarm behind a short header.
  public static let alarmShortHeader: UInt8 = 0x74
  /// Slave to master: alarm behind a long header.
  public static let alarmLongHeader: UInt8 = 0x75
  /// Slave to master: long header, records, most significant byte first (old meters).
  public static let longHeaderBigEndian: UInt8 = 0x76
  /// Slave to master: the fixed data structure, most significant byte first (old meters).
  public static let fixedDataBigEndian: UInt8 = 0x77
  /// Slave to master: records without a header.
  public static let noHeader: UInt8 = 0x78
  /// Slave to master: compact frame without a header.
  public static let compact: UInt8 = 0x79
  /// Slave to master: short header, records.
  public static let shortHeader: UInt8 = 0x7A
  /// Slave to master: short header, compact frame.
  public static let compactShortHeader: UInt8 = 0x7B
  /// Slave to master: short header and nothing else.
  public static let transportShortHeader: UInt8 = 0x8A
  /// Slave to master: long header and nothing else.
  public static let transportLongHeader: UInt8 = 0x8B
  /// Authentication and fragmentation layer: another CI field follows behind it.
  public static let authentication: UInt8 = 0x90
  /// Master to slave: talk at another speed from now on, 300 baud to 38400 baud (EN 13757-2 and -3:2013, baud
  /// rate switch).
  public static let baudRates: ClosedRange<UInt8> = 0xB8...0xBF
}
