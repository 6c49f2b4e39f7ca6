import Bytes
import Metering

/// Reads the records of a telegram one after the other.
struct RecordDecoder {
  /// What stands next in the telegram.
  enum Item {
    case record(DataRecord)
    case manufacturer(DataRecord, moreRecordsFollow: Bool)
    case end
  }

  /// True for the old meters that send the most significant byte first (CI 76).
  let isBigEndian: Bool
  private var cursor: ByteCursor

  init(_ bytes: [UInt8], offset: Int, isBigEndian: Bool = false) {
    cursor = ByteCursor(bytes, base: offset)
    self.isBigEndian = isBigEndian
  }

  /// Reads up to the end of the next record; fillers are passed over.
  mutating func next() throws(RecordError) -> Item {
    while let dif = try? cursor.readByte() {
      let offset = cursor.offset - 1
      switch dif {
      case DataInformation.Special.filler: continue
      case DataInformation.Special.manufacturer, DataInformation.Special.moreRecordsFollow:
        return .manufacturer(
          manufacturerBlock(dif, offset),
          moreRecordsFollow: dif == DataInformation.Special.moreRecordsFollow)
      case DataInformation.Special.readoutRequest:
        throw RecordError(.readoutRequest, offset: offset, bytes: [dif])
      case _ where dif & DataInformation.Special.mask == DataInformation.Special.mask:
        throw RecordError(.reservedDIF, offset: offset, bytes: [dif])
      default:
        return .record(try record(dif, offset))
      }
    }
    return .end
  }

  private mutating func manufacturerBlock(_ dif: UInt8, _ offset: Int) -> DataRecord {
    let data = cursor.readRest()
    return DataRecord(
      offset: offset, dif: [dif], vif: [], keyVIF: [], data: data, function: .instantaneous,
      storage: 0,
      tariff: 0, subunit: 0, type: .manufacturer, meaning: ValueMeaning(.vendorSpecificData, .none),
      qualifiers: [], reading: .binary(data), scale: 0)
  }

  private mutating func record(_ dif: UInt8, _ offset: Int) throws(RecordError) -> DataRecord {
    let head = try DataInformation.read(dif: dif, &cursor)
    let value = try ValueInformation.read(&cursor)
    let data = try readData(head.dataField, value.content)
    let reading = value.recordError.map { code in
      Reading.invalid("the meter reports: \(VIFERow.row(code.rawValue).words)", code: code)
    }
    return DataRecord(
      offset: offset, dif: head.bytes, vif: value.bytes, keyVIF: value.keyBytes,
      data: data.bytes,
      function: head.function, storage: head.storage, tariff: head.tariff, subunit: head.subunit,
      type: data.type, meaning: value.meaning, qualifiers: value.qualifiers,
      reading: reading ?? data.reading, scale: value.scale)
  }

  private typealias Data = (type: DataType, bytes: [UInt8], reading: Reading)

  private mutating func readData(
    _ dataField: UInt8, _ content: VIFRow.Content
  ) throws(RecordError) -> Data {
    guard let type = DataType.fixed(dataField: dataField), let length = type.length else {
      return try readVariable(content)
    }
    let bytes = try read(length)
    let ordered = isBigEndian ? bytes.reversed() : bytes
    guard content == .date, type != .none else {
      return (type, bytes, DataField.decode(type, ordered, content))
    }
    guard let date = type.asDate else {
      return (type, bytes, .invalid("no date can be coded as \(type.name)", code: .uncodedDate))
    }
    return (date, bytes, DataField.decode(date, ordered, content))
  }

  private mutating func readVariable(_ content: VIFRow.Content) throws(RecordError) -> Data {
    let offset = cursor.offset
    let lvar = try read(1)
    guard let variable = lvar.first.flatMap(VariableLength.init(lvar:)) else {
      throw RecordError(.reservedLVAR, offset: offset, bytes: lvar)
    }
    let bytes = try read(variable.length)
    let ordered = isBigEndian ? bytes.reversed() : bytes
    return (variable.type, lvar + bytes, variable.decode(ordered, content))
  }

  private mutating func read(_ count: Int) throws(RecordError) -> [UInt8] {
    do { return try cursor.read(count) } catch {
      throw RecordError(.ends(error, in: .data), offset: error.offset, bytes: [])
    }
  }
}
