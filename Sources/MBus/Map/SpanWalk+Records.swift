import Bytes
import Metering

/// The records.
extension SpanWalk {
  /// - Parameter isFromMaster: VIFEs are actions, not errors.
  mutating func records(
    _ telegram: Telegram, _ options: DecodingOptions, isFromMaster: Bool = false, end: Int
  ) {
    for record in telegram.records {
      let bytes = record.dif + record.vif + record.data
      guard record.offset >= offset, record.offset + bytes.count <= end else { continue }
      between(record.offset, telegram)
      // Where the records do not stand in the telegram as they are, they are not shown.
      guard next(bytes.count) == bytes else { continue }
      take(record, of: telegram, options, isFromMaster)
    }
    guard offset < end else { return }
    if let problem = telegram.problem {
      fillers(end)
      if problem.isInARecord { cutOff(problem, options, isFromMaster, end: end) }
      take(end - offset, .unread, "not read: \(problem.cause)")
    } else {
      between(end, telegram)
    }
  }

  /// What stands between records: fillers, and what could not be read.
  mutating func between(_ end: Int, _ telegram: Telegram) {
    while offset < end {
      let start = offset
      fillers(end)
      if offset == start { take(end - offset, .unread, Self.reason(telegram)) }
    }
  }

  /// Takes the fillers that stand next.
  mutating func fillers(_ end: Int) {
    var count = 0
    for byte in next(end - offset) {
      guard byte == DataInformation.Special.filler else { break }
      count += 1
    }
    take(count, .filler, count == 1 ? "filler" : "fillers")
  }

  private static func reason(_ telegram: Telegram) -> String {
    switch telegram.security.state {
    case .none, .decrypted, .sentPlain, .disabled: "data"
    case .keyMissing: "encrypted, and no key is known"
    case .keyWrong: "encrypted with another key"
    case .unsupported:
      "encrypted in security mode \(telegram.security.mode), which is not supported"
    case .truncated: "encrypted, and cut short"
    }
  }

  /// Takes a record that is whole.
  mutating func take(
    _ record: DataRecord, of telegram: Telegram, _ options: DecodingOptions, _ isFromMaster: Bool
  ) {
    guard record.type != .manufacturer else {
      let more = record.dif.first == DataInformation.Special.moreRecordsFollow
      take(1, .manufacturer) { _ in
        "DIF: vendor specific data to the end" + (more ? ", another telegram follows" : "")
      }
      take(record.data.count, .manufacturer) { _ in "vendor specific data" }
      return
    }
    head(record, options, isFromMaster: isFromMaster)
    data(record, of: telegram)
  }

  /// Takes what stands before the data of a record.
  mutating func head(
    _ record: DataRecord, _ options: DecodingOptions, isFromMaster: Bool = false
  ) {
    dataInformation(record.dif, record)
    valueInformation(
      record.vif, options, unit: RecordWords.unit(record.meaning), isFromMaster: isFromMaster)
  }

  /// - Parameter record: nil: that is not known yet.
  private mutating func dataInformation(_ block: [UInt8], _ record: DataRecord? = nil) {
    for (index, dif) in block.enumerated() {
      let sum = index > 0 && index == block.count - 1 ? record.map(DIFWords.sum) ?? "" : ""
      take(1, .dataInformation) { _ in
        (index == 0 ? DIFWords.dif(dif, record?.type) : DIFWords.dife(dif)) + sum
      }
    }
  }

  private mutating func valueInformation(
    _ block: [UInt8], _ options: DecodingOptions, unit: String, isFromMaster: Bool
  ) {
    var before: VIFPart?
    for part in VIFPart.parts(of: block, textVIF: options.textVIF) {
      let words = VIFPart.Words(unit: unit, isFromMaster: isFromMaster, before: before)
      take(part.bytes.count, .valueInformation) { _ in words.text(part) }
      before = part
    }
  }

  /// Takes what can be told of a record that cannot be read to its end.
  private mutating func cutOff(
    _ problem: RecordError, _ options: DecodingOptions, _ isFromMaster: Bool, end: Int
  ) {
    let left = next(end - offset)
    let isCutShort = if case .ends = problem.reason { true } else { false }
    var cursor = ByteCursor(left)
    guard let dif = try? cursor.readByte(),
      dif & DataInformation.Special.mask != DataInformation.Special.mask
    else { return }
    guard let head = try? DataInformation.read(dif: dif, &cursor) else {
      dataInformation(Array(left.prefix(1 + DataInformation.maxDIFEs)))
      if isCutShort { lack("the rest of the record: DIFE, VIF, data") }
      return
    }
    cursor = ByteCursor(left)
    guard let record = DataRecord.withoutData(&cursor, options, isFromMaster: isFromMaster) else {
      dataInformation(head.bytes)
      guard isCutShort else { return }
      valueInformation(
        Array(left.dropFirst(head.bytes.count)), options, unit: "", isFromMaster: isFromMaster)
      return lack("the rest of the record: VIF or VIFE, data")
    }
    self.head(record, options, isFromMaster: isFromMaster)
    if case .ends(let data, _) = problem.reason {
      let count = data.needed - data.available
      lack(
        data.available == 0
          ? "\(Count.bytes(count)) of the record's data"
          : "the last \(Count.bytes(count)) of the record's data", count)
    }
  }

  /// - Parameter words: what is to be said behind the first bytes.
  mutating func data(_ record: DataRecord, of telegram: Telegram, behind words: String = "") {
    var data = record.data[...]
    var words = words
    if record.dif.first.map({ $0 & 0x0F == 0x0D }) ?? false, !data.isEmpty {
      take(1, .data) { _ in
        "LVAR: \(record.type.name), \(Count.bytes(record.data.count - 1))\(words)"
      }
      data = data.dropFirst()
      words = ""
    }
    if let profile = record.profile, profile.stands(in: data) {
      self.profile(profile, Array(data), telegram.values(ofProfile: record))
    } else {
      take(data.count, .data) { _ in RecordWords.value(record) + words }
    }
  }

  private mutating func profile(_ profile: Profile, _ data: [UInt8], _ values: [DataRecord]) {
    take(1, .data) { _ in ProfileWords.control(profile) }
    take(1, .data) { _ in ProfileWords.spacing(profile) }
    var rest = data.dropFirst(2)
    for (index, element) in profile.elements.enumerated() {
      let value = values.dropFirst(index).first
      take(element.count, .data) { _ in ProfileWords.element(index + 1, value) }
      rest = rest.dropFirst(element.count)
    }
    take(rest.count, .data) { _ in "less than an element" }
  }
}

extension RecordError {
  /// The record at which reading ended is one of which something can be told.
  fileprivate var isInARecord: Bool {
    switch reason {
    case .ends, .tooManyDIFEs, .tooManyVIFEs, .reservedLVAR: true
    case .reservedDIF, .readoutRequest, .encrypted, .shortCompactFrame, .unknownFormat,
      .otherFormat, .badFormat, .shortFixedData:
      false
    }
  }
}
