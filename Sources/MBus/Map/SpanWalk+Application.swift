import Bytes
import Metering

/// The application layer.
extension SpanWalk {
  mutating func application(
    _ telegram: DecodedTelegram, _ options: DecodingOptions, end: Int
  ) {
    guard let ci = telegram.frame.ci else { return }
    if let wanted = telegram.command {
      command(wanted, telegram.frame, options, end: end)
    } else if ci != ControlInformation.authentication {
      answer(ci, telegram, options, end: end)
    } else if let inner = authentication(end: end) {
      answer(inner, telegram, options, end: end)
    }
  }

  /// What stands before the CI field of a telegram whose sender can be proved.
  /// - Returns: that CI field.
  private mutating func authentication(end: Int) -> UInt8? {
    let layer = "authentication and fragmentation layer"
    let length = Int(peek ?? 0)
    guard end - offset > length + 1 else {
      take(end - offset, .unread, "\(layer), cut short")
      return nil
    }
    take(1, .header, "length \(length) of the \(layer)")
    take(length, .header, layer)
    let ci = peek
    let name = ci.map { CINames.name($0, end - offset - 1) }
    take(1, .header, "CI field: \(name ?? "")")
    return ci
  }

  private mutating func answer(
    _ ci: UInt8, _ telegram: DecodedTelegram, _ options: DecodingOptions, end: Int
  ) {
    guard var kind = AnswerKind.of(ci) else { return unread(telegram, end: end) }
    if kind.body == .fixed {
      guard !kind.isBigEndian, end - offset > FixedDataStructure.length else {
        return fixed(telegram, options, isBigEndian: kind.isBigEndian, end: end)
      }
      // CI 73 is a compact frame, too, behind a long header.
      kind = AnswerKind(header: .long, body: .compact)
    }
    header(kind, end: end)
    switch telegram.response {
    case .data(let data) where kind.body == .compact: compact(data, options, end: end)
    case .data where kind.body == .empty:
      take(end - offset, .unread, "not expected: behind this CI field there is no data")
    case .data(let data): records(data, options, end: end)
    case .applicationError(let error): code(error, end: end)
    case .alarm(let alarm): self.alarm(alarm, end: end)
    case .format(let format): self.format(format, options, end: end)
    case nil: unread(telegram, end: end)
    }
  }

  private mutating func unread(_ telegram: DecodedTelegram, end: Int) {
    take(end - offset, .unread, telegram.error.map { "not read: \($0)" } ?? "not read")
  }

  private mutating func code(_ error: ApplicationError, end: Int) {
    if let code = error.code, peek == code { take(min(1, end - offset), .data, "\(error)") }
    take(end - offset, .unread, "not read")
  }

  private mutating func alarm(_ alarm: Alarm, end: Int) {
    // What was encrypted is not as it stands here.
    let isPlain = next(end - offset) == alarm.bits
    take(end - offset, .data, isPlain ? "\(alarm)" : "encrypted: \(alarm)")
  }

  /// The fixed data structure, as far as it is there.
  private mutating func fixed(
    _ telegram: DecodedTelegram, _ options: DecodingOptions, isBigEndian: Bool, end: Int
  ) {
    let length = FixedDataStructure.headerLength
    let there = next(min(length, end - offset))
    // What is missing is taken for 0, and not shown.
    let whole = there + [UInt8](repeating: 0, count: length - there.count)
    let read = try? FixedDataStructure.decode(whole, offset: offset, isBigEndian: isBigEndian)
    guard let header = read?.header else { return unread(telegram, end: end) }
    fixed(header, units: whole.suffix(2).map(Self.unit), end: end)
    var counted = 0
    if case .data(var data) = telegram.response {
      // What is missing is told counter by counter.
      data.problem = nil
      counted = data.records.count
      records(data, options, end: min(end, offset + counted * FixedDataStructure.counterLength))
    }
    for number in [1, 2] where number > counted {
      field(FixedDataStructure.counterLength, "counter \(number)", end: end)
    }
  }

  private mutating func fixed(_ header: ResponseHeader, units: [String], end: Int) {
    field(
      FixedDataStructure.serialLength, "serial", header.identity?.serial.description, end: end)
    field(1, "access number", "\(header.access)", end: end)
    let coding = FixedDataStructure.isBinary(header.status) ? "binary counters" : "BCD counters"
    let time = header.status & 0x02 != 0 ? "stored at a fixed date" : "current"
    let status = "\(coding), \(time), \(MeterStatus(rawValue: header.meterStatus))"
    field(1, "status", status, ": ", end: end)
    let code = header.identity?.medium
    let medium = code.map { "\(FixedDataStructure.name($0)) (code \($0.rawValue))" } ?? ""
    // Half of its bits stand in the next byte.
    let known = end - offset < 2 ? "lower bits of the medium" : "medium \(medium)"
    unit("\(known), counter 1: \(units.first ?? "")", of: 1, end: end)
    unit("upper bits of the medium, counter 2: \(units.last ?? "")", of: 2, end: end)
  }

  private mutating func unit(_ meaning: String, of counter: Int, end: Int) {
    guard offset < end else { return lack("unit of counter \(counter)", 1) }
    take(1, .header, meaning)
  }

  /// What a counter of the fixed data structure counts.
  private static func unit(_ byte: UInt8) -> String {
    let code = byte & FixedUnit.mask
    if code == FixedUnit.historic { return "historic value of the other counter" }
    let unit = FixedUnit.row(code)
    if unit.meaning.type == .time { return "hours, minutes and seconds" }
    if unit.isClock { return "days, months and years" }
    let words = RecordWords.scaled(unit.meaning, unit.scale)
    return words.isEmpty ? "no unit (code \(Hex.byte(code)))" : words
  }
}
