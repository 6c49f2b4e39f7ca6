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
      // Where the records do not stand in the telegram as they are, as in compact frames, they are not shown.
      guard next(bytes.count) == bytes else { continue }
      take(record, of: telegram, options, isFromMaster)
    }
    guard offset < end else { return }
    if let problem = telegram.problem {
      fillers(end)
      take(end - offset, .unread, "not read: \(problem.cause)")
    } else {
      between(end, telegram)
    }
  }

  /// What stands between records: fillers, and what could not be read.
  private mutating func between(_ end: Int, _ telegram: Telegram) {
    while offset < end {
      let start = offset
      fillers(end)
      if offset == start { take(end - offset, .unread, Self.reason(telegram)) }
    }
  }

  private mutating func fillers(_ end: Int) {
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

  private mutating func take(
    _ record: DataRecord, of telegram: Telegram, _ options: DecodingOptions, _ isFromMaster: Bool
  ) {
    guard record.type != .manufacturer else {
      let more = record.dif.first == DataInformation.Special.moreRecordsFollow
      take(1, .manufacturer) { _ in
        "DIF: manufacturer's own data to the end" + (more ? ", another telegram follows" : "")
      }
      take(record.data.count, .manufacturer) { _ in "manufacturer's own data" }
      return
    }
    for (index, dif) in record.dif.enumerated() {
      let isLast = index == record.dif.count - 1
      take(1, .dataInformation) { _ in
        (index == 0 ? DIFWords.dif(dif) : DIFWords.dife(dif))
          + (isLast && index > 0 ? DIFWords.sum(record) : "")
      }
    }
    for part in VIFPart.parts(of: record.vif, textVIF: options.textVIF) {
      take(part.bytes.count, .valueInformation) { _ in
        part.words(isFromMaster: isFromMaster)
      }
    }
    data(record, of: telegram)
  }

  private mutating func data(_ record: DataRecord, of telegram: Telegram) {
    var data = record.data[...]
    if record.dif.first.map({ $0 & 0x0F == 0x0D }) ?? false, !data.isEmpty {
      take(1, .data) { _ in
        "LVAR: \(record.type.name), \(Count.bytes(record.data.count - 1))"
      }
      data = data.dropFirst()
    }
    if let profile = record.profile, profile.stands(in: data) {
      self.profile(profile, Array(data), telegram.values(ofProfile: record))
    } else {
      take(data.count, .data) { _ in RecordWords.value(record) }
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

/// What DIF and DIFEs say.
private enum DIFWords {
  private static let dataFields = [
    "no data", "8 bit integer", "16 bit integer", "24 bit integer", "32 bit integer",
    "32 bit real", "48 bit integer", "64 bit integer", "selection for readout", "2 digit BCD",
    "4 digit BCD", "6 digit BCD", "8 digit BCD", "variable length", "12 digit BCD",
    "special function",
  ]

  static func dif(_ dif: UInt8) -> String {
    let function = ValueKey.Function(rawValue: dif >> 4 & 0x3) ?? .instantaneous
    let storage = dif & 0x40 != 0 ? ", storage bit 1" : ""
    return "DIF: \(dataFields[Int(dif & 0x0F)]), \(function.name)\(storage)"
  }

  static func dife(_ dife: UInt8) -> String {
    "DIFE: storage bits \(dife & 0x0F), tariff bits \(dife >> 4 & 0x3), subunit bit \(dife >> 6 & 1)"
  }

  /// What all of them make together.
  static func sum(_ record: DataRecord) -> String {
    "; storage \(record.storage), tariff \(record.tariff), subunit \(record.subunit)"
  }
}

extension VIFPart {
  /// What it says.
  fileprivate func words(isFromMaster: Bool) -> String {
    switch role {
    case .tablePrefix: "VIF: a code of another table follows"
    case .code(let table): "VIF: " + Self.words(VIFRow.row(code, in: table), code)
    case .textCode: "VIF: text of the meter's own"
    case .textLength: "length of the text"
    case .text: "\"\(Latin1.visible(Latin1.text(bytes.reversed())))\""
    case .combinable:
      "VIFE: \(((isFromMaster ? ObjectAction.row(code) : nil) ?? VIFERow.row(code)).words(of: code))"
    case .extensionPrefix: "VIFE: a code of the table of extensions follows"
    case .behindExtension: "VIFE: \(VIFERow.rowBehindFC(code).words(of: code))"
    case .manufacturer: "VIFE: manufacturer's own"
    }
  }

  private static func words(_ row: VIFRow, _ code: UInt8) -> String {
    RecordWords.scaled(row.meaning, row.exponent(of: code))
  }
}

/// The value of a record, in words.
enum RecordWords {
  /// The name of a unit; empty for what has none.
  static func unit(_ meaning: ValueMeaning) -> String {
    meaning.unit == .none && meaning.ownUnit == nil ? "" : meaning.unitName
  }

  /// What is measured, and by which power of ten of which unit.
  static func scaled(_ meaning: ValueMeaning, _ exponent: Int) -> String {
    let factor = exponent == 0 ? "" : "10^\(exponent)"
    let scale = [factor, unit(meaning)].filter { !$0.isEmpty }.joined(separator: " ")
    return [meaning.description, scale].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  static func value(_ record: DataRecord) -> String {
    switch record.value.reading {
    case .integer, .large, .real:
      let number = record.value.scaledText ?? ""
      return [number, unit(record.meaning)].filter { !$0.isEmpty }.joined(separator: " ")
    case .text(let text): return "\"\(text)\""
    case .binary: return "bytes"
    case .time(let time):
      return ([time.iso8601] + (record.dateMarks?.words ?? [])).joined(separator: ", ")
    case .invalid(let why, _): return "no value: \(why)"
    }
  }
}
