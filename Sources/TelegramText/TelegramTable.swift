import Bytes
import MBus
import Metering
import TextFormats

/// A decoded telegram as text for people.
package enum TelegramTable {
  /// - Parameters:
  ///   - style: how values are described.
  ///   - quirks: what has been set right in it.
  ///   - flaws: what is wrong with its frame.
  ///   - advice: in which words to say what can be done about encryption.
  ///   - asked: who sent it, where its header does not say it.
  package static func text(
    _ telegram: DecodedTelegram, style: DescriptionStyle = .standard, quirks: [MeterQuirk] = [],
    flaws: [FrameFlaw] = [], advice: EncryptionAdvice = .settings, asked: MeterIdentity? = nil
  ) -> String {
    var lines = [head(telegram)]
    lines += flaws.map { "Wrong: \($0), at byte \($0.offset)" }
    let (sender, isGiven) = telegram.sender(asked: asked)
    if let sender { lines.append("Meter: \(meter(sender))" + (isGiven ? ", as given" : "")) }
    switch telegram.response {
    case .data(let data): lines += self.data(data, style, advice, medium: sender?.medium)
    case .applicationError(let error):
      lines += error.header.map(header) ?? []
      lines.append("Application error: \(error)")
    case .alarm(let alarm):
      lines += alarm.header.map(header) ?? []
      lines.append("Alarm: \(alarm)")
    case .format(let format):
      lines.append("Format of compact frames: \(Hex.encode(format.bytes, separator: " "))")
    case nil: break
    }
    lines += quirks.map { "Set right: \($0.name)" }
    if let command = telegram.command { lines.append("Command: \(command)") }
    if let fault = telegram.fault {
      lines.append("Not read: \(fault)")
    } else if let error = telegram.error {
      lines.append("Not read: \(error)")
    }
    return lines.joined(separator: "\n")
  }

  private static func head(_ telegram: DecodedTelegram) -> String {
    let frame = telegram.frame
    switch telegram.start {
    case .records: return "Records without link layer and CI field"
    case .application:
      return "Application layer without link layer"
        + (frame.ci.map { ", CI \(Hex.byte($0))" } ?? "")
    case .frame: break
    }
    guard let control = frame.controlField, let address = frame.address else {
      return "Frame: E5, acknowledgement: the frame before was received"
    }
    let ci = frame.ci.map { ", CI \(Hex.byte($0))" } ?? ""
    let words = control.words.map { ": \($0)" } ?? ""
    return "Frame: \(control) (C \(Hex.byte(control.rawValue))), address \(address)\(ci)\(words)"
  }

  private static func data(
    _ telegram: Telegram, _ style: DescriptionStyle, _ advice: EncryptionAdvice, medium: Medium?
  ) -> [String] {
    var lines: [String] = []
    if let header = telegram.header {
      lines += self.header(header)
      if let words = telegram.securityWords { lines.append("Encryption: \(words)") }
      if let opened = telegram.opened {
        lines.append("From offset \(opened.offset) on: \(opened.bytes.count) bytes, decrypted")
      }
    }
    let rows = zip(telegram.records, telegram.proposedOBIS(medium)).flatMap { record, obis in
      [row(record, obis, style)]
        + telegram.values(ofProfile: record).map { profileRow($0, style) }
    }
    if !rows.isEmpty { lines += table([columns] + rows) }
    if telegram.moreRecordsFollow { lines.append("The meter has another telegram to send.") }
    if let problem = telegram.problem {
      lines.append(
        (telegram.isReadable ? "Not read to the end: " : "Not read: ")
          + advice.text(problem, in: telegram))
    }
    return lines
  }

  private static func header(_ header: ResponseHeader) -> [String] {
    var parts = ["Access number \(header.access)", "status \(Hex.byte(header.status))"]
    // The fixed data structure has none.
    if !header.isFixed {
      parts.append("configuration field \(Hex.encode(header.signature.bigEndianBytes))")
    }
    let status = MeterStatus(rawValue: header.meterStatus)
    return [parts.joined(separator: ", ")] + (status.isEmpty ? [] : ["Status: \(status)"])
  }

  /// Who it is, on one line.
  package static func meter(_ identity: MeterIdentity) -> String {
    let manufacturer = identity.manufacturer.map { code in
      code.words == code.description ? code.words : "manufacturer \(code.words)"
    }
    return [
      identity.serial.description, manufacturer,
      identity.version.map { "version \($0)" }, identity.medium?.name,
    ].compactMap { $0 }.joined(separator: " ")
  }

  private static let columns = [
    "Offset", "DIF", "VIF", "Function", "Storage", "Tariff", "Subunit", "Value", "Unit",
    "OBIS", "Description",
  ]

  private static func row(
    _ record: DataRecord, _ obis: OBISCode?, _ style: DescriptionStyle
  ) -> [String] {
    let description = style.text(record.meaning, record.value.key, data: record.data)
    let words = ([description] + record.qualifiers).filter { !$0.isEmpty }
      .joined(separator: ", ")
    return [
      "\(record.offset)", Hex.encode(record.dif), Hex.encode(record.vif), record.function.name,
      "\(record.storage)", "\(record.tariff)", "\(record.subunit)", value(record),
      record.meaning.unitName, obis?.description ?? "", words,
    ]
  }

  /// A value of the profile in the record before.
  private static func profileRow(_ record: DataRecord, _ style: DescriptionStyle) -> [String] {
    var cells = row(record, nil, style)
    cells.replaceSubrange(0...2, with: ["", "", ""])
    return cells.dropLast() + [
      "of the profile" + (record.shownTime.map { ", \($0.iso8601)" } ?? "")
    ]
  }

  /// More bytes of data than that are not shown in a row: those of the telegram have a table of their own.
  private static let shownBytes = 24

  private static func hex(_ bytes: [UInt8]) -> String {
    let shown = Hex.encode(Array(bytes.prefix(shownBytes)), separator: " ")
    return bytes.count > shownBytes ? "\(shown) … (\(bytes.count) bytes)" : shown
  }

  private static func value(_ record: DataRecord) -> String {
    if let digits = record.identificationDigits { return digits }
    if let scaled = record.value.scaledText { return scaled }
    return switch record.value.reading {
    case .text(let text): "\"\(text)\""
    case .binary(let bytes): hex(bytes)
    case .time(let time):
      ([time.iso8601] + (record.dateMarks?.words ?? [])).joined(separator: ", ")
    case .invalid(let why, _): "– (\(why))"
    case .integer, .large, .real: ""
    }
  }

  /// Lines with columns of equal width.
  private static func table(_ rows: [[String]]) -> [String] {
    let widths = columns.indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: max(0, width - cell.count))
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}

extension Telegram {
  /// What its header announces, and what became of it; nil: nothing is encrypted.
  fileprivate var securityWords: String? {
    guard let header, header.securityMode != 0 else { return nil }
    let state =
      switch security.state {
      case .none: "nothing is encrypted"
      case .decrypted: "decrypted"
      case .sentPlain: "yet sent in plain"
      case .disabled: "taken as it is"
      case .keyMissing: "not decrypted, the key or the sender is missing"
      case .keyWrong: "not decrypted, the key is wrong"
      case .unsupported: "not decrypted, the mode is not supported"
      case .truncated: "not decrypted, bytes are missing"
      }
    return "\(header.securityWords), \(state)"
  }
}
