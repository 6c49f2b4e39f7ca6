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

  /// The 16 codes of the medium in the order of their numbers, by the medium that the other data structures have for
  /// the same (EN 13757-3:2013, annex on the fixed data structure). What "mode 2" adds to a medium has no number there.
  private static let media: [(name: String, medium: Medium)] = [
    ("other", Medium(rawValue: 0)), ("oil", Medium(rawValue: 1)), ("electricity", .electricity),
    ("gas", .gas), ("heat", .heat), ("steam", Medium(rawValue: 5)), ("hot water", .warmWater),
    ("water", .water), ("heat cost allocator", .heatCostAllocator), ("reserved", unknown),
    ("gas, mode 2", .gas), ("heat, mode 2", .heat), ("hot water, mode 2", .warmWater),
    ("water, mode 2", .water), ("heat cost allocator, mode 2", .heatCostAllocator),
    ("reserved", unknown),
  ]

  /// Unknown medium: what reserved codes stand for.
  private static let unknown = Medium(rawValue: 15)

  private static func row(_ sent: Medium) -> (name: String, medium: Medium)? {
    media.dropFirst(Int(sent.rawValue)).first
  }

  /// The medium of a code as sent, in the numbers of the other data structures.
  static func medium(_ sent: Medium) -> Medium { row(sent)?.medium ?? sent }

  /// What a code as sent means here, for people.
  static func name(_ sent: Medium) -> String { row(sent)?.name ?? "" }

  /// The code by which a medium is sent here; 0, "other", for what has none.
  static func sent(_ medium: Medium) -> Medium {
    if medium == unknown { return unknown }
    let code = media.firstIndex { $0.medium == medium }.flatMap { UInt8(exactly: $0) }
    return Medium(rawValue: code ?? 0)
  }

  /// Whether the counters are binary numbers.
  static func isBinary(_ status: UInt8) -> Bool { status & Status.binary != 0 }

  /// The bits of the status that say something of the meter and not of the counters.
  static func errors(_ status: UInt8) -> UInt8 { status & ~(Status.binary | Status.stored) }

  /// Bytes of the serial, with which it begins.
  static let serialLength = 4
  /// Bytes of one of its two counters, with which it ends.
  static let counterLength = 4
  /// Bytes before the counters.
  static let headerLength = length - 2 * counterLength

  /// How messages tell that it ends too early.
  static func cutShort(_ count: Int, at offset: Int) -> String {
    "the fixed data structure is cut short: \(count) of \(length) bytes, at offset \(offset)"
  }

  /// Who sent it, as far as it is there; nil: not even the serial.
  static func identity(_ bytes: [UInt8], isBigEndian: Bool) -> MeterIdentity? {
    var cursor = ByteCursor(bytes)
    guard let serial = try? serial(&cursor, isBigEndian: isBigEndian) else { return nil }
    return MeterIdentity(serial: serial)
  }

  private static func serial(
    _ cursor: inout ByteCursor, isBigEndian: Bool
  ) throws(OutOfBytes) -> MeterSerial {
    MeterSerial(
      digits: isBigEndian
        ? try cursor.readBigEndian(UInt32.self) : try cursor.readLittleEndian(UInt32.self))
  }

  /// Reads what follows the CI field. One that ends in its counters has those that are there, and names the problem.
  /// - Parameter isBigEndian: serial and counters have their most significant byte first (CI 77).
  static func decode(
    _ bytes: [UInt8], offset: Int, isBigEndian: Bool = false
  ) throws(OutOfBytes) -> Telegram {
    var cursor = ByteCursor(bytes, base: offset)
    let serial = try serial(&cursor, isBigEndian: isBigEndian)
    let access = try cursor.readByte()
    let status = try cursor.readByte()
    let first = try cursor.readByte()
    let second = try cursor.readByte()
    let identity = MeterIdentity(
      serial: serial,
      medium: Medium(rawValue: first >> 6 | (second >> 6) << 2))
    let header = ResponseHeader(
      identity: identity, access: access, status: status, isFixed: true)
    var telegram = Telegram(header: header)
    var shared = FixedUnit.row(second)
    for unit in [first, second] {
      if unit & FixedUnit.mask != FixedUnit.historic { shared = FixedUnit.row(unit) }
      guard
        var record = try? counter(&cursor, status: status, shared, isBigEndian: isBigEndian)
      else {
        telegram.problem = RecordError(
          .shortFixedData(bytes.count), offset: offset + bytes.count, bytes: [])
        return telegram
      }
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
    let data = try cursor.read(counterLength)
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
