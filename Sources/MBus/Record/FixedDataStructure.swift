import Bytes
import Metering

/// The fixed data structure of old meters, CI 73 and 77: two counters (EN 13757-3:2013, annex on the fixed
/// data structure).
enum FixedDataStructure {
  /// Bytes that follow the CI field.
  static let length = 16

  private enum Status {
    /// The counters are binary numbers, else BCD.
    static let binary: UInt8 = 0x01
    /// The counters were stored at a fixed date, else they are current.
    static let stored: UInt8 = 0x02
  }

  /// The codes of the medium that mean something else here than everywhere: they stand for media that
  /// have other codes there (EN 13757-3:2013, annex on the
  /// fixed data structure: gas, heat, hot water, water, heat cost allocator, "mode 2").
  private static let mode2: [Medium: Medium] = [
    Medium(rawValue: 10): .gas, Medium(rawValue: 11): .heat, Medium(rawValue: 12): .warmWater,
    Medium(rawValue: 13): .water, Medium(rawValue: 14): .heatCostAllocator,
  ]

  /// The medium of a code as sent, in the numbers of the other data structures.
  static func medium(_ sent: Medium) -> Medium { mode2[sent] ?? sent }

  /// The code by which a medium is sent here.
  static func sent(_ medium: Medium) -> Medium {
    mode2.first { $0.value == medium }?.key ?? medium
  }

  /// Whether the counters are binary numbers.
  static func isBinary(_ status: UInt8) -> Bool { status & Status.binary != 0 }

  /// The bits of the status that say something of the meter and not of the counters.
  static func errors(_ status: UInt8) -> UInt8 { status & ~(Status.binary | Status.stored) }

  /// Reads what follows the CI field.
  /// - Parameter isBigEndian: serial and counters have their most significant byte first (CI 77).
  static func decode(
    _ bytes: [UInt8], offset: Int, isBigEndian: Bool = false
  ) throws(OutOfBytes) -> Telegram {
    var cursor = ByteCursor(bytes, base: offset)
    let serial =
      isBigEndian
      ? try cursor.readBigEndian(UInt32.self) : try cursor.readLittleEndian(UInt32.self)
    let access = try cursor.readByte()
    let status = try cursor.readByte()
    let first = try cursor.readByte()
    let second = try cursor.readByte()
    let identity = MeterIdentity(
      serial: MeterSerial(digits: serial),
      medium: Medium(rawValue: first >> 6 | (second >> 6) << 2))
    let header = ResponseHeader(
      identity: identity, access: access, status: status, isFixed: true)
    var telegram = Telegram(header: header)
    var shared = FixedUnit.row(second)
    for unit in [first, second] {
      if unit & FixedUnit.mask != FixedUnit.historic { shared = FixedUnit.row(unit) }
      var record = try counter(&cursor, status: status, shared, isBigEndian: isBigEndian)
      if unit & FixedUnit.mask == FixedUnit.historic {
        record.qualifiers = ["historic value"]
        record.whichValue = record.qualifiers
      }
      telegram.records.append(record)
    }
    return telegram
  }

  private static func counter(
    _ cursor: inout ByteCursor, status: UInt8, _ unit: FixedUnit, isBigEndian: Bool
  ) throws(OutOfBytes) -> DataRecord {
    let offset = cursor.offset
    let data = try cursor.read(4)
    let type: DataType = isBinary(status) ? .int32 : .bcd8
    let ordered = isBigEndian ? data.reversed() : data
    return DataRecord(
      offset: offset, dif: [], vif: [], keyVIF: [], data: data, function: .instantaneous,
      storage: status & Status.stored != 0 ? 1 : 0, tariff: 0, subunit: 0, type: type,
      meaning: unit.meaning, qualifiers: [],
      // Hours, minutes and seconds, and days, months and years, are no one number.
      reading: unit.isClock ? .binary(ordered) : DataField.decode(type, ordered, .number),
      scale: unit.scale)
  }
}

/// The units of the fixed data structure: six bits.
struct FixedUnit: Hashable, Sendable {
  /// What is measured, and in which unit.
  var meaning: ValueMeaning
  /// The exponent that belongs to the unit.
  var scale: Int

  /// What stands there is parts of a time of day or of a date.
  var isClock: Bool { [.time, .timestamp].contains(meaning.type) }

  /// The bits of a byte that are the unit; the others belong to the medium.
  static let mask: UInt8 = 0x3F
  /// The unit of the other counter, which this one is an older value of.
  static let historic: UInt8 = 0x3E

  /// One row of the table of units.
  struct Row: Hashable, Sendable {
    let codes: ClosedRange<UInt8>
    let meaning: ValueMeaning
    /// The exponent of the first code; one more for each that follows.
    let scale: Int
  }

  /// The table of physical units (EN 13757-3:2013, annex on the fixed data structure).
  static let rows: [Row] = [
    Row(codes: 0x00...0x00, meaning: ValueMeaning(.time, .none), scale: 0),
    Row(codes: 0x01...0x01, meaning: ValueMeaning(.timestamp, .none), scale: 0),
    Row(codes: 0x02...0x0A, meaning: ValueMeaning(.energy, .wattHour), scale: 0),
    Row(codes: 0x0B...0x13, meaning: ValueMeaning(.energy, .joule), scale: 3),
    Row(codes: 0x14...0x1C, meaning: ValueMeaning(.power, .watt), scale: 0),
    Row(codes: 0x1D...0x25, meaning: ValueMeaning(.power, .joulePerHour), scale: 3),
    Row(codes: 0x26...0x2E, meaning: ValueMeaning(.volume, .cubicMetre), scale: -6),
    Row(codes: 0x2F...0x37, meaning: ValueMeaning(.volumeFlow, .cubicMetrePerHour), scale: -6),
    Row(codes: 0x38...0x38, meaning: ValueMeaning(.flowTemperature, .degreeCelsius), scale: -3),
    Row(codes: 0x39...0x39, meaning: ValueMeaning(.unitsForHCA, .none), scale: 0),
    Row(codes: 0x3A...0x3E, meaning: ValueMeaning(.none, .none), scale: 0),
    Row(codes: 0x3F...0x3F, meaning: ValueMeaning(.none, .dimensionless), scale: 0),
  ]

  /// The unit in a byte.
  static func row(_ byte: UInt8) -> FixedUnit {
    let code = byte & mask
    guard let row = rows.first(where: { $0.codes.contains(code) }) else {
      return FixedUnit(meaning: ValueMeaning(.none, .none), scale: 0)
    }
    return FixedUnit(meaning: row.meaning, scale: row.scale + Int(code &- row.codes.lowerBound))
  }
}
