import Bytes

/// The data behind the header of an answer, once it is in the clear.
struct Answer {
  var kind: AnswerKind
  var header: ResponseHeader?
  var options: DecodingOptions
  var formats: FormatCache

  /// Reads the data.
  /// - Parameters:
  ///   - bytes: the data.
  ///   - offset: its place in the telegram.
  ///   - security: what became of its encryption.
  func response(_ bytes: [UInt8], offset: Int, _ security: SecurityReport) -> Response {
    let telegram = Telegram(header: header, security: security)
    switch kind.body {
    case .records: return .data(records(bytes, offset: offset, of: telegram))
    case .compact: return .data(compact(bytes, offset: offset, of: telegram))
    case .format: return format(bytes, offset: offset, telegram)
    case .applicationError:
      return .applicationError(ApplicationError(code: bytes.first, header: header))
    case .alarm: return .alarm(Alarm(bits: bytes, header: header))
    case .empty, .fixed: return .data(telegram)
    }
  }

  private func records(_ bytes: [UInt8], offset: Int, of telegram: Telegram) -> Telegram {
    var telegram = telegram
    var decoder = RecordDecoder(
      bytes, offset: offset, isBigEndian: kind.isBigEndian, textVIF: options.textVIF)
    do {
      while true {
        switch try decoder.next() {
        case .record(let record): telegram.records.append(record)
        case .manufacturer(let block, let more):
          telegram.records.append(block)
          telegram.moreRecordsFollow = more
        case .end: return telegram
        }
      }
    } catch {
      telegram.problem = error
      return telegram
    }
  }

  private func compact(_ bytes: [UInt8], offset: Int, of telegram: Telegram) -> Telegram {
    var telegram = telegram
    let data = Self.withoutPrefix(bytes)
    guard let frame = CompactFrame(data, offset: offset + bytes.count - data.count) else {
      telegram.problem = RecordError(.shortCompactFrame, offset: offset, bytes: bytes)
      return telegram
    }
    guard formats.format(frame.signature) != nil else {
      telegram.problem = RecordError(
        .unknownFormat(frame.signature), offset: offset, bytes: frame.signature.littleEndianBytes)
      return telegram
    }
    guard let expanded = frame.expanded(formats) else {
      telegram.problem = RecordError(
        .otherFormat(frame.signature), offset: offset, bytes: frame.signature.littleEndianBytes)
      return telegram
    }
    telegram = records(expanded.bytes, offset: 0, of: telegram)
    // Their headers are not in the telegram: what has a place there is their data.
    for (index, place) in zip(telegram.records.indices, expanded.places) {
      telegram.records[index].offset = place
    }
    return telegram
  }

  private func format(_ bytes: [UInt8], offset: Int, _ telegram: Telegram) -> Response {
    let data = Self.withoutPrefix(bytes)
    if let format = RecordFormat(frame: data, textVIF: options.textVIF) { return .format(format) }
    var telegram = telegram
    telegram.problem = RecordError(.badFormat, offset: offset, bytes: [])
    return .data(telegram)
  }

  /// Without the two fillers with which what was encrypted begins.
  private static func withoutPrefix(_ bytes: [UInt8]) -> [UInt8] {
    let prefix = SecuredAnswer.proof
    return bytes.starts(with: prefix) ? Array(bytes.dropFirst(prefix.count)) : bytes
  }
}
