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
  /// Where the text of a text VIF stands.
  let textVIF: DecodingOptions.TextVIFPlacement
  /// The records go to a meter: VIFEs are actions, not errors.
  let isFromMaster: Bool
  private var cursor: ByteCursor
  /// What ends the records behind the one that was read last.
  private var end: RecordError?

  init(
    _ bytes: [UInt8], offset: Int, isBigEndian: Bool = false,
    textVIF: DecodingOptions.TextVIFPlacement = .behindVIF, isFromMaster: Bool = false
  ) {
    cursor = ByteCursor(bytes, base: offset)
    self.isBigEndian = isBigEndian
    self.textVIF = textVIF
    self.isFromMaster = isFromMaster
  }

  /// Reads up to the end of the next record; fillers are passed over. A reserved DIF, whose length
  /// nobody knows, is a record by itself, and the error that comes next.
  mutating func next() throws(RecordError) -> Item {
    if let end { throw end }
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
        end = RecordError(.reservedDIF, offset: offset, bytes: [dif])
        return .record(special(dif, offset, .reserved, []))
      default:
        return .record(try record(dif, offset))
      }
    }
    return .end
  }

  private mutating func manufacturerBlock(_ dif: UInt8, _ offset: Int) -> DataRecord {
    special(dif, offset, .manufacturer, cursor.readRest())
  }

  private func special(
    _ dif: UInt8, _ offset: Int, _ type: DataType, _ data: [UInt8]
  ) -> DataRecord {
    let meaning: ValueMeaning =
      type == .manufacturer
      ? ValueMeaning(.vendorSpecificData, .none)
      : ValueMeaning(.meterSpecific, .none, ownDescription: VIFRow.reservedDescription)
    return DataRecord(
      offset: offset, dif: [dif], vif: [], keyVIF: [], data: data, function: .instantaneous,
      storage: 0, tariff: 0, subunit: 0, type: type, meaning: meaning, qualifiers: [],
      reading: .binary(data), scale: 0)
  }

  private mutating func record(_ dif: UInt8, _ offset: Int) throws(RecordError) -> DataRecord {
    let head = try DataInformation.read(dif: dif, &cursor)
    let value = try ValueInformation.read(&cursor, textVIF: textVIF, isFromMaster: isFromMaster)
    let data = try readData(head.dataField, value)
    let error = value.recordError.map { code in
      Reading.invalid("the meter reports: \(VIFERow.row(code.rawValue).words)", code: code)
    }
    return DataRecord(
      offset: offset, dif: head.bytes, vif: value.bytes, keyVIF: value.keyBytes,
      data: data.bytes,
      function: head.function, storage: head.storage, tariff: head.tariff, subunit: head.subunit,
      type: data.type, meaning: value.meaning, qualifiers: value.qualifiers,
      whichValue: value.whichValue, vifes: value.vifes,
      reading: error ?? data.reading, scale: value.scale, factor: value.factor,
      addend: value.addend, profile: error == nil ? Self.profile(value, data) : nil)
  }

  private static func profile(_ value: ValueInformation, _ data: Data) -> Profile? {
    guard let kind = value.profile, case .binary(let bytes) = data.reading else { return nil }
    return Profile(kind, bytes, content: value.content, vif: value.profileValueBytes)
  }

  private typealias Data = (type: DataType, bytes: [UInt8], reading: Reading)

  private mutating func readData(
    _ dataField: UInt8, _ value: ValueInformation
  ) throws(RecordError) -> Data {
    guard let type = DataType.fixed(dataField: dataField), let length = type.length else {
      let data = try readVariable(value.profile == nil ? value.content : .bytes)
      guard value.profile != nil, let number = Self.number(data.bytes) else { return data }
      return (number, data.bytes, Self.uncodedProfile(number))
    }
    let bytes = try read(length)
    let ordered = isBigEndian ? bytes.reversed() : bytes
    switch (value.content, type) {
    case (_, .none): return (type, bytes, DataField.decode(type, [], value.content))
    case _ where value.profile != nil: return (type, bytes, Self.uncodedProfile(type))
    case (.date, _):
      guard let date = type.asDate else { return (type, bytes, DataField.uncodedDate(type)) }
      return (date, bytes, DataField.decode(date, ordered, .date))
    case (.daylightSaving, .int32):
      return (.daylightSavingK, bytes, DataField.decode(.daylightSavingK, ordered, .bytes))
    default: return (type, bytes, DataField.decode(type, ordered, value.content))
    }
  }

  /// The type of data of variable length whose LVAR says that it is digits or floating point: it cannot be a series
  /// of values (EN 13757-3:2018, annex F).
  private static func number(_ data: [UInt8]) -> DataType? {
    data.first.flatMap(VariableLength.init(lvar:)).map(\.type)
      .flatMap { $0 == .lvarBCD || $0 == .real64 ? $0 : nil }
  }

  private static func uncodedProfile(_ type: DataType) -> Reading {
    .invalid("no profile can be coded as \(type.name)", code: .uncodedProfile)
  }

  private mutating func readVariable(_ content: VIFRow.Content) throws(RecordError) -> Data {
    let offset = cursor.offset
    let lvar = try read(1)
    guard let variable = lvar.first.flatMap(VariableLength.init(lvar:)) else {
      throw RecordError(.reservedLVAR, offset: offset, bytes: lvar)
    }
    let bytes = try read(variable.length)
    let ordered = isBigEndian ? bytes.reversed() : bytes
    return (variable.type(as: content), lvar + bytes, variable.decode(ordered, content))
  }

  private mutating func read(_ count: Int) throws(RecordError) -> [UInt8] {
    do { return try cursor.read(count) } catch {
      throw RecordError(.ends(error, in: .data), offset: error.offset, bytes: [])
    }
  }
}
