import Bytes
import Metering
import Time

/// One data record as a meter sends it: DIF and VIF with their extensions, and the data field
/// (EN 13757-3, ch. 6).
struct MeterRecord: Hashable, Sendable {
  let dif: [UInt8]
  let vif: [UInt8]
  let data: [UInt8]

  /// DIF, VIF and data, as on the line.
  var bytes: [UInt8] { dif + vif + data }

  /// A BCD number, data type A.
  /// - Parameter count: bytes; the data field of the DIF says the same.
  static func bcd(_ dif: [UInt8], _ vif: [UInt8], _ number: Int64, count: Int) -> MeterRecord {
    let magnitude = UInt64(max(number, 0))
    return MeterRecord(dif: dif, vif: vif, data: BCD.encode(magnitude, count: count))
  }

  /// A serial, as a BCD number of eight digits.
  static func serial(_ serial: MeterSerial) -> MeterRecord {
    MeterRecord(dif: [0x0C], vif: [0x78], data: serial.digits.littleEndianBytes)
  }

  /// An integer, data type B; what does not fit is cut off, as a counter rolls over.
  static func int16(_ dif: [UInt8], _ vif: [UInt8], _ number: Int64) -> MeterRecord {
    MeterRecord(
      dif: dif, vif: vif, data: UInt16(truncatingIfNeeded: number).littleEndianBytes)
  }

  /// An integer, data type B; what does not fit is cut off, as a counter rolls over.
  static func int32(_ dif: [UInt8], _ vif: [UInt8], _ number: Int64) -> MeterRecord {
    MeterRecord(
      dif: dif, vif: vif, data: UInt32(truncatingIfNeeded: number).littleEndianBytes)
  }

  /// A floating point number, data type H.
  static func real(_ dif: [UInt8], _ vif: [UInt8], _ number: Float) -> MeterRecord {
    MeterRecord(dif: dif, vif: vif, data: number.bitPattern.littleEndianBytes)
  }

  /// A date, data type G: five bits day, four bits month, seven bits year.
  static func date(_ dif: [UInt8], _ time: CivilTime) -> MeterRecord {
    MeterRecord(dif: dif, vif: [0x6C], data: dateBits(time).littleEndianBytes)
  }

  /// Date and time of day without seconds, data type F.
  static func dateTime(_ dif: [UInt8], _ time: CivilTime) -> MeterRecord {
    let clock = [UInt8(truncatingIfNeeded: time.minute), UInt8(truncatingIfNeeded: time.hour)]
    return MeterRecord(dif: dif, vif: [0x6D], data: clock + dateBits(time).littleEndianBytes)
  }

  /// Day in bits 0–4, month in bits 8–11, the year's lower three bits in 5–7, its upper four in
  /// 12–15.
  private static func dateBits(_ time: CivilTime) -> UInt16 {
    let year = UInt16(truncatingIfNeeded: time.year % 100)
    let day = UInt16(truncatingIfNeeded: time.day)
    let month = UInt16(truncatingIfNeeded: time.month)
    return day | (year & 0x07) << 5 | month << 8 | (year >> 3) << 12
  }
}
