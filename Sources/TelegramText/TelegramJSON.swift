import Bytes
import MBus
import Metering
import TextFormats

/// A decoded telegram as the JSON object that `metergate decode --json` prints.
package enum TelegramJSON {
  /// - Parameters:
  ///   - quirks: what has been set right in it.
  ///   - flaws: what is wrong with its frame.
  ///   - advice: in which words to say what can be done about encryption.
  ///   - asked: who sent it, where it does not say that itself.
  ///   - origin: where it comes from.
  ///   - damaged: places of bytes that came with a wrong parity or stop bit.
  ///   - map: what each byte is, to be told, too; nil: it is not.
  package static func object(
    _ telegram: DecodedTelegram, quirks: [MeterQuirk] = [], flaws: [FrameFlaw] = [],
    advice: EncryptionAdvice = .settings, asked: MeterIdentity? = nil,
    origin: TelegramOrigin = TelegramOrigin(), damaged: [Int] = [], map: TelegramMap? = nil
  ) -> JSONText {
    let (identity, isGiven) = telegram.sender(asked: asked)
    var fields: [(String, JSONText)] = [
      ("schema", .whole(1)), ("protocol", .string("mbus")), ("frame", frame(telegram)),
      ("meter", identity.map(meter) ?? .null),
    ]
    switch telegram.response {
    case .data(let data): fields += self.data(data, flaws, advice, medium: identity?.medium)
    case .applicationError(let error):
      fields += [("applicationError", .string(error.description)), ("records", .array([]))]
    case .alarm(let alarm):
      fields += [("alarm", .string(alarm.description)), ("records", .array([]))]
    case .format(let format):
      fields += [("format", .string(Hex.encode(format.bytes))), ("records", .array([]))]
    case nil: fields += [("records", .array([]))]
    }
    if let command = telegram.command { fields.append(("command", .string("\(command)"))) }
    if let fault = telegram.fault {
      fields += problem(fault.description, fault.offset, flaws)
    } else if let error = telegram.error {
      fields += problem(error.description, error.offset, flaws)
    } else if telegram.response?.isData != true {
      fields += problem(nil, 0, flaws)
    }
    if !quirks.isEmpty { fields.append(("quirks", .array(quirks.map { .string($0.name) }))) }
    fields += origin.json
    if !damaged.isEmpty { fields.append(("damaged", .array(damaged.map { .whole($0) }))) }
    fields.append(("kind", .string(telegram.kind)))
    fields += origin.laterJSON
    if isGiven { fields.append(("meterGiven", .bool(true))) }
    if let map { fields.append(("bytes", TelegramBytes.json(map))) }
    return .object(fields)
  }

  /// What is wrong, with the frame before its data, and where the first of it is; nothing where nothing is.
  private static func problem(
    _ text: String?, _ offset: Int, _ flaws: [FrameFlaw]
  ) -> [(String, JSONText)] {
    let texts = flaws.map(\.description) + [text].compactMap { $0 }
    guard !texts.isEmpty else { return [] }
    return [
      ("error", .string(texts.joined(separator: "; "))),
      ("offset", .whole(flaws.first?.offset ?? offset)),
    ]
  }

  /// What was not given of it is null.
  private static func frame(_ telegram: DecodedTelegram) -> JSONText {
    let link = telegram.start == .frame ? telegram.frame : nil
    let ci = telegram.start == .records ? nil : telegram.frame.ci
    return .object([
      ("c", .optional(link?.controlField.map { Hex.byte($0.rawValue) })),
      ("a", link?.address.map { .whole($0) } ?? .null),
      ("ci", .optional(ci.map(Hex.byte))),
    ])
  }

  /// - Parameter medium: that of the meter, which OBIS codes begin with.
  private static func data(
    _ telegram: Telegram, _ flaws: [FrameFlaw], _ advice: EncryptionAdvice, medium: Medium?
  ) -> [(String, JSONText)] {
    let header = telegram.header
    let mode = header?.securityMode ?? 0
    var fields: [(String, JSONText)] = [
      ("access", header.map { .whole($0.access) } ?? .null),
      ("status", .optional(header.map { Hex.byte($0.status) })),
      // The fixed data structure has none.
      (
        "signature",
        .optional(
          header.flatMap { $0.isFixed ? nil : Hex.encode($0.signature.bigEndianBytes) })
      ),
      // Wired meters put all kinds of things here and yet send plain records.
      (
        "security",
        .object(
          [("mode", .whole(mode)), ("state", .string(telegram.security.state.rawValue))]
            + (header?.encryptedBlocks.map { [("blocks", .whole($0))] } ?? []))
      ),
      ("moreRecordsFollow", .bool(telegram.moreRecordsFollow)),
      (
        "records",
        .array(
          zip(telegram.records, telegram.proposedOBIS(medium)).map { record($0, $1, in: telegram) })
      ),
    ]
    let error = telegram.problem
    fields += problem(error.map { advice.text($0, in: telegram) }, error?.offset ?? 0, flaws)
    if let header {
      let words = MeterStatus(rawValue: header.meterStatus).words
      fields.append(("statusWords", .array(words.map { .string($0) })))
    }
    return fields
  }

  private static func meter(_ identity: MeterIdentity) -> JSONText {
    .object([
      ("serial", .string(identity.serial.description)),
      ("manufacturer", .optional(identity.manufacturer?.description)),
      ("version", identity.version.map { .whole($0) } ?? .null),
      ("medium", identity.medium.map { .whole($0.rawValue) } ?? .null),
      ("mediumName", .optional(identity.medium?.name)),
    ])
  }

  private static func record(
    _ record: DataRecord, _ obis: OBISCode?, in telegram: Telegram
  ) -> JSONText {
    let values = record.profile == nil ? nil : telegram.values(ofProfile: record)
    return .object(
      fields(record, obis) + (values.map { [("profile", .array($0.map(value)))] } ?? []))
  }

  /// A value of a profile.
  private static func value(_ record: DataRecord) -> JSONText {
    .object([
      ("storage", .whole(record.storage)), ("value", value(record.reading)),
      ("scaled", .digits(record.value.scaledText)), ("error", .optional(record.error)),
      ("time", .optional(record.shownTime?.iso8601)),
    ])
  }

  private static func fields(_ record: DataRecord, _ obis: OBISCode?) -> [(String, JSONText)] {
    [
      ("offset", .whole(record.offset)),
      ("dif", .string(Hex.encode(record.dif))),
      ("vif", .string(Hex.encode(record.vif))),
      ("data", .string(Hex.encode(record.data))),
      ("function", .string(record.function.name)),
      ("storage", .whole(record.storage)),
      ("tariff", .whole(record.tariff)),
      ("subunit", .whole(record.subunit)),
      ("type", .string(record.type.name)),
      ("description", .string(record.meaning.quantity)),
      ("descriptionIndex", .whole(record.meaning.type.rawValue)),
      ("unit", .string(record.meaning.unitName)),
      ("unitIndex", .whole(record.meaning.unit.rawValue)),
      ("value", value(record.reading)),
      ("scale", .whole(record.scale)),
      ("factor", record.factor.map { .number($0) } ?? .null),
      ("scaled", .digits(record.value.scaledText)),
      ("qualifiers", .array(record.qualifiers.map { .string($0) })),
      ("error", .optional(record.error)),
      ("time", time(record.reading)),
      ("addend", record.value.addend.map { .number($0) } ?? .null),
      ("obis", .optional(obis?.description)),
    ] + (record.dateMarks.map(marks) ?? [])
  }

  /// What stands beside a date; nothing where the meter says nothing.
  private static func marks(_ marks: DateMarks) -> [(String, JSONText)] {
    (marks.isSummerTime ? [("summerTime", .bool(true))] : [])
      + (marks.dayOfWeek.map { [("dayOfWeek", .whole($0))] } ?? [])
      + (marks.week.map { [("week", .whole($0))] } ?? [])
  }

  private static func value(_ reading: Reading) -> JSONText {
    switch reading {
    case .integer(let number): .integer(number)
    case .large(let digits): .string(digits)
    case .real: .digits(reading.numberText)
    case .text(let text): .string(text)
    case .binary(let bytes): .string(Hex.encode(bytes))
    case .time, .invalid: .null
    }
  }

  private static func time(_ reading: Reading) -> JSONText {
    guard case .time(let time) = reading else { return .null }
    return .string(time.iso8601)
  }
}

extension Response {
  fileprivate var isData: Bool {
    if case .data = self { return true }
    return false
  }
}

extension Telegram {
  /// The OBIS code that each record suggests.
  package func proposedOBIS(_ medium: Medium?) -> [OBISCode?] {
    OBISTable.proposals(records.map(\.value.key), medium: medium)
  }
}

extension DecodedTelegram {
  /// Who sent it.
  /// - Parameter asked: who it is where the telegram does not say it; for commands, which no meter sends, nobody.
  /// - Returns: nil: that is not known; and whether it comes from `asked`.
  package func sender(asked: MeterIdentity?) -> (identity: MeterIdentity?, isGiven: Bool) {
    if let identity = ResponseDecoder.identity(of: frame) { return (identity, false) }
    guard let asked, response != nil else { return (nil, false) }
    return (asked, true)
  }
}
