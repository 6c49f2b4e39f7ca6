import Bytes
import Metering

/// Compact frames, which have the data alone, and format frames, which have the rest (EN 13757-3:2018, annex G).
extension SpanWalk {
  mutating func compact(_ telegram: Telegram, _ options: DecodingOptions, end: Int) {
    if case .encrypted = telegram.problem?.reason { return records(telegram, options, end: end) }
    proof(end)
    guard end - offset >= CompactFrame.leastLength else {
      let why = telegram.problem.map { "not read: \($0.cause)" } ?? "not read"
      return take(end - offset, .unread, why)
    }
    take(2, .header) { "format signature \(Hex.encode(Array($0.reversed())))" }
    take(2, .header) { "CRC \(Hex.encode(Array($0.reversed()))) of the full telegram" }
    for record in telegram.records {
      guard record.offset >= offset, record.offset + record.data.count <= end else { continue }
      between(record.offset, telegram)
      guard next(record.data.count) == record.data else { continue }
      data(record, of: telegram, behind: "; \(RecordWords.which(record))")
    }
    if let problem = telegram.problem {
      take(end - offset, .unread, "not read: \(problem.cause)")
    }
    between(end, telegram)
  }

  mutating func format(_ format: RecordFormat, _ options: DecodingOptions, end: Int) {
    proof(end)
    guard let sent = format.frameData, end - offset >= sent.count, next(sent.count) == sent else {
      return take(end - offset, .data, "encrypted: a format of compact frames")
    }
    take(1, .header) { "length \($0.first ?? 0): signature and what follows it" }
    take(2, .header) { "format signature \(Hex.encode(Array($0.reversed())))" }
    var cursor = ByteCursor(format.bytes)
    while let record = DataRecord.withoutData(&cursor, options) { head(record, options) }
    let telegram = Telegram(header: nil)
    between(end, telegram)
  }

  /// The fillers with which what was encrypted begins.
  private mutating func proof(_ end: Int) {
    let proof = SecuredAnswer.proof
    if end - offset >= proof.count, next(proof.count) == proof {
      take(proof.count, .filler, "fillers")
    }
  }
}

extension DataRecord {
  /// A record of which only what stands before its data is there; nil: not even that.
  static func withoutData(
    _ cursor: inout ByteCursor, _ options: DecodingOptions, isFromMaster: Bool = false
  ) -> DataRecord? {
    guard let dif = try? cursor.readByte(), let head = try? DataInformation.read(dif: dif, &cursor),
      let value = try? ValueInformation.read(
        &cursor, textVIF: options.textVIF, isFromMaster: isFromMaster)
    else { return nil }
    // Of variable data the length byte.
    let data = [UInt8](repeating: 0, count: DataType.fixed(dataField: dif)?.length ?? 1)
    var decoder = RecordDecoder(
      head.bytes + value.bytes + data, offset: 0, textVIF: options.textVIF,
      isFromMaster: isFromMaster)
    guard case .record(let record) = try? decoder.next() else { return nil }
    return record
  }
}
