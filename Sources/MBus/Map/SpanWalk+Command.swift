import Bytes
import Metering

/// What a master sends.
extension SpanWalk {
  mutating func command(
    _ command: MasterCommand, _ frame: Frame, _ options: DecodingOptions, end: Int
  ) {
    switch command {
    case .applicationReset(let subcode):
      take(end - offset, .command, "subcode: \(subcode.map(MasterCommand.text) ?? "")")
    case .select(let select, let fabrication, let isBigEndian):
      self.select(select)
      sent(fabrication.map { [$0] } ?? [], isBigEndian: isBigEndian, end: end)
    case .send(let records, let isBigEndian): sent(records, isBigEndian: isBigEndian, end: end)
    case .other(_, .some(let ci), let data):
      if let headed = HeadedCommand(frame) {
        self.headed(headed, ci, options, end: end)
      } else if !command.isReadable, Self.hasRecords(ci) {
        let isBigEndian = ci == ControlInformation.dataSendBigEndian
        each(data, options, isBigEndian: isBigEndian, end: end)
      }
    case .linkReset, .requestData, .requestAlarm, .synchronize, .setBaudRate, .other: break
    }
    take(end - offset, .command, "data of the command")
  }

  private static func hasRecords(_ ci: UInt8) -> Bool {
    [ControlInformation.dataSend, ControlInformation.dataSendBigEndian].contains(ci)
  }

  /// Records of which each is whole.
  private mutating func sent(_ records: [CommandRecord], isBigEndian: Bool, end: Int) {
    for record in records {
      if record == .filler {
        // A run of them is one span.
        fillers(end)
        continue
      }
      let bytes = next(record.bytes.count)
      if record == .globalReadout {
        take(1, .dataInformation, "DIF: \(record.description)")
        continue
      }
      var decoder = RecordDecoder(
        bytes, offset: offset, isBigEndian: isBigEndian, isFromMaster: true)
      switch try? decoder.next() {
      case .record(let found)?, .manufacturer(let found, _)?:
        take(found, of: Telegram(header: nil), .standard, true)
      case .end?, nil: take(bytes.count, .command, record.description)
      }
    }
  }

  /// Data behind a header, CI 5A and 5B.
  private mutating func headed(
    _ command: HeadedCommand, _ ci: UInt8, _ options: DecodingOptions, end: Int
  ) {
    let isLong = ci == ControlInformation.dataSendLongHeader
    header(AnswerKind(header: isLong ? .long : .short, body: .records), end: end)
    guard !command.isEncrypted else { return }
    each(command.data, options, isBigEndian: false, end: end)
  }

  /// Records as far as they can be read, and the maker's own data at their end.
  private mutating func each(
    _ data: [UInt8], _ options: DecodingOptions, isBigEndian: Bool, end: Int
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

  private mutating func select(_ select: SlaveSelect) {
    let serial = "\(select.serial)"
    take(4, .command, "serial \(serial)" + (serial.contains("F") ? ", F for any digit" : ""))
    take(
      2, .command,
      select.manufacturer == SlaveSelect.Wildcard.manufacturer
        ? "any manufacturer"
        : "manufacturer \(ManufacturerCode(rawValue: select.manufacturer).words)")
    take(
      1, .command,
      select.version == SlaveSelect.Wildcard.byte ? "any version" : "version \(select.version)")
    take(
      1, .command,
      select.medium == SlaveSelect.Wildcard.byte
        ? "any medium" : "medium \(Medium(rawValue: select.medium).name)")
  }
}
