import Bytes
import Metering

/// The application layer.
extension SpanWalk {
  mutating func application(
    _ telegram: DecodedTelegram, _ options: DecodingOptions, end: Int
  ) {
    guard offset < end, let ci = telegram.frame.ci else { return }
    if let wanted = telegram.command {
      command(wanted, telegram.frame, options, end: end)
    } else if case .data(let data) = telegram.response {
      header(data.header, ci, end: end)
      records(data, options, end: end)
    } else if case .applicationError(let error) = telegram.response, ci == 0x70 {
      take(1, .data, "\(error)")
      take(end - offset, .unread, "not read")
    } else {
      let why = telegram.error.map { "not read: \($0)" } ?? "data"
      take(end - offset, telegram.error == nil ? .data : .unread, why)
    }
  }

  /// What a master sends.
  private mutating func command(
    _ command: MasterCommand, _ frame: Frame, _ options: DecodingOptions, end: Int
  ) {
    switch command {
    case .applicationReset(let subcode):
      take(1, .command, "subcode: \(subcode.map(MasterCommand.text) ?? "")")
    case .select(let select, _, _): self.select(select)
    case .send(_, let isBigEndian):
      sent(frame.data, isBigEndian: isBigEndian, options, end: end)
    case .other:
      if let headed = HeadedCommand(frame) { self.headed(headed, options, end: end) }
    case .linkReset, .requestData, .requestAlarm, .synchronize, .setBaudRate: break
    }
    take(end - offset, .command, "data of the command")
  }

  private mutating func select(_ select: SlaveSelect) {
    take(4, .command, "serial \(select.serial), F for any digit")
    let manufacturer = ManufacturerCode(rawValue: select.manufacturer)
    take(
      2, .command,
      select.manufacturer == SlaveSelect.Wildcard.manufacturer
        ? "any manufacturer" : "manufacturer \(manufacturer)")
    take(
      1, .command,
      select.version == SlaveSelect.Wildcard.byte ? "any version" : "version \(select.version)")
    take(
      1, .command,
      select.medium == SlaveSelect.Wildcard.byte
        ? "any medium" : "medium \(Medium(rawValue: select.medium).name)")
  }

  // MARK: - Headers

  private mutating func header(_ header: ResponseHeader?, _ ci: UInt8, end: Int) {
    guard let header, let kind = AnswerKind.of(ci) else { return }
    if header.isFixed { return fixed(header) }
    switch (kind.header, kind.body) {
    case (.short, _): access(header)
    // CI 73 may be a compact frame behind a long header.
    case (.long, _), (.none, .fixed): long(header)
    case (.none, _): return
    }
    // What stands between the configuration field and the encrypted data (EN 13757-7:2018, ch. 7.7.5).
    if header.securityMode == SecurityMode.seven, offset < end {
      let hasVersion = (peek ?? 0) & ConfigurationExtension.Bits.keyVersion != 0
      take(1, .header, "configuration field extension: which key")
      if header.signature & ConfigurationExtension.Bits.counter != 0 {
        take(4, .header, "message counter")
      }
      if hasVersion { take(1, .header, "key version") }
    }
  }

  mutating func long(_ header: ResponseHeader) {
    let identity = header.identity
    take(4, .header, "serial \(identity?.serial.description ?? "")")
    take(2, .header, "manufacturer \(identity?.manufacturer?.description ?? "")")
    take(1, .header, "version \(identity?.version.map(String.init) ?? "")")
    take(1, .header, "medium \(identity?.medium?.name ?? "")")
    access(header)
  }

  mutating func access(_ header: ResponseHeader) {
    take(1, .header, "access number \(header.access)")
    take(1, .header, "status: \(MeterStatus(rawValue: header.meterStatus))")
    let field = Hex.encode(header.signature.bigEndianBytes)
    take(2, .header, "configuration field \(field): \(header.securityWords)")
  }

  /// The fixed data structure.
  private mutating func fixed(_ header: ResponseHeader) {
    take(4, .header, "serial \(header.identity?.serial.description ?? "")")
    take(1, .header, "access number \(header.access)")
    let coding = header.status & 0x01 != 0 ? "binary counters" : "BCD counters"
    let time = header.status & 0x02 != 0 ? "stored at a fixed date" : "current"
    take(1, .header, "status: \(coding), \(time), \(MeterStatus(rawValue: header.meterStatus))")
    let code = header.identity?.medium
    let medium = code.map { "\(FixedDataStructure.name($0)) (code \($0.rawValue))" } ?? ""
    take(1, .header) { "medium \(medium), counter 1: \(Self.unit($0))" }
    take(1, .header) { "upper bits of the medium, counter 2: \(Self.unit($0))" }
  }

  /// What a counter of the fixed data structure counts.
  private static func unit(_ bytes: [UInt8]) -> String {
    guard let code = bytes.first.map({ $0 & FixedUnit.mask }) else { return "" }
    if code == FixedUnit.historic { return "historic value of the other counter" }
    let unit = FixedUnit.row(code)
    if unit.meaning.type == .time { return "hours, minutes and seconds" }
    if unit.isClock { return "days, months and years" }
    let words = RecordWords.scaled(unit.meaning, unit.scale)
    return words.isEmpty ? "no unit (code \(Hex.byte(code)))" : words
  }
}
