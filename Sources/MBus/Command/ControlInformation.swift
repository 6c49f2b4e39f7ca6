/// CI fields: what the data of a frame is (EN 13757-3, ch. 4; EN 13757-7, ch. 5).
public enum ControlInformation {
  /// Master to slave: the application begins anew.
  public static let applicationReset: UInt8 = 0x50
  /// Master to slave: data records.
  public static let dataSend: UInt8 = 0x51
  /// Master to slave: slave select.
  public static let slaveSelect: UInt8 = 0x52
  /// Slave to master: application error.
  public static let applicationError: UInt8 = 0x70
  /// Slave to master: long header, records, least significant byte first.
  public static let longHeader: UInt8 = 0x72
  /// Slave to master: the fixed data structure, least significant byte first.
  public static let fixedData: UInt8 = 0x73
  /// Slave to master: long header, records, most significant byte first (old meters).
  public static let longHeaderBigEndian: UInt8 = 0x76
  /// Slave to master: records without a header.
  public static let noHeader: UInt8 = 0x78
  /// Slave to master: short header, records.
  public static let shortHeader: UInt8 = 0x7A
}
