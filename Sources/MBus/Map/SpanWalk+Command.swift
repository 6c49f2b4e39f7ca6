import Bytes

/// Data that a master sends.
extension SpanWalk {
  /// Records, and the maker's own data at their end.
  mutating func sent(
    _ data: [UInt8], isBigEndian: Bool, _ options: DecodingOptions, end: Int
  ) {
    var telegram = Telegram(header: nil)
    var decoder = RecordDecoder(
      data, offset: offset, isBigEndian: isBigEndian, textVIF: options.textVIF, isFromMaster: true)
    do {
      reading: while true {
        switch try decoder.next() {
        case .record(let record): telegram.records.append(record)
        case .manufacturer(let record, _):
          telegram.records.append(record)
          break reading
        case .end: break reading
        }
      }
    } catch {
      telegram.problem = error
    }
    records(telegram, options, isFromMaster: true, end: end)
  }

  /// The same behind a header.
  mutating func headed(_ command: HeadedCommand, _ options: DecodingOptions, end: Int) {
    if command.header.identity == nil { access(command.header) } else { long(command.header) }
    guard !command.isEncrypted else { return }
    sent(command.data, isBigEndian: false, options, end: end)
  }
}
