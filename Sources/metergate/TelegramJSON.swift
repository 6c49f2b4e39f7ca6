import Bytes
import MBus
import Metering
import TextFormats

/// A decoded telegram as the JSON object that `metergate decode --json` prints.
enum TelegramJSON {
  static func object(_ telegram: DecodedTelegram) -> JSONText {
    var fields: [(String, JSONText)] = [
      ("schema", .whole(1)), ("protocol", .string("mbus")), ("frame", frame(telegram.frame)),
    ]
    switch telegram.response {
    case .data(let data): fields += self.data(data)
    case .applicationError(let error):
      fields += [
        ("meter", .null), ("applicationError", .string(error.description)),
        ("records", .array([])),
      ]
    case .alarm(let alarm):
      fields += [
        ("meter", .null), ("alarm", .string(alarm.description)), ("records", .array([])),
      ]
    case .format(let format):
      fields += [
        ("meter", .null), ("format", .string(Hex.encode(format.bytes))), ("records", .array([])),
      ]
    case nil:
      fields += [("meter", .null), ("records", .array([]))]
    }
    if let command = telegram.command { fields.append(("command", .string("\(command)"))) }
    if let error = telegram.error { fields += problem(error.description, error.offset) }
    return .object(fields)
  }

  private static func problem(_ text: String, _ offset: Int) -> [(String, JSONText)] {
    [("error", .string(text)), ("offset", .whole(offset))]
  }

  private static func frame(_ frame: Frame) -> JSONText {
    .object([
      ("c", .optional(frame.controlField.map { Hex.byte($0.rawValue) })),
      ("a", frame.address.map { .whole($0) } ?? .null),
      ("ci", .optional(frame.ci.map(Hex.byte))),
    ])
  }

  private static func data(_ telegram: Telegram) -> [(String, JSONText)] {
    let header = telegram.header
    let mode = header?.securityMode ?? 0
    var fields: [(String, JSONText)] = [
      ("meter", header?.identity.map(meter) ?? .null),
      ("access", header.map { .whole($0.access) } ?? .null),
      ("status", .optional(header.map { Hex.byte($0.status) })),
      ("signature", .optional(header.map { Hex.encode($0.signature.bigEndianBytes) })),
      // Wired meters put all kinds of things here and yet send plain records.
      (
        "security",
        .object([
          ("mode", .whole(mode)), ("state", .string(telegram.security.state.rawValue)),
        ])
      ),
      ("moreRecordsFollow", .bool(telegram.moreRecordsFollow)),
      ("records", .array(telegram.records.map(record))),
    ]
    if let error = telegram.problem { fields += problem(error.description, error.offset) }
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

  private static func record(_ record: DataRecord) -> JSONText {
    .object([
      ("offset", .whole(record.offset)),
      ("dif", .string(Hex.encode(record.dif))),
      ("vif", .string(Hex.encode(record.vif))),
      ("data", .string(Hex.encode(record.data))),
      ("function", .string(record.function.name)),
      ("storage", .whole(record.storage)),
      ("tariff", .whole(record.tariff)),
      ("subunit", .whole(record.subunit)),
      ("type", .string(record.type.name)),
      ("description", .string(record.meaning.description)),
      ("descriptionIndex", .whole(record.meaning.type.rawValue)),
      ("unit", .string(record.meaning.unitName)),
      ("unitIndex", .whole(record.meaning.unit.rawValue)),
      ("value", value(record.reading)),
      ("scale", .whole(record.scale)),
      ("factor", record.factor.map { .number($0) } ?? .null),
      ("scaled", record.scaled.map { .number($0) } ?? .null),
      ("qualifiers", .array(record.qualifiers.map { .string($0) })),
      ("error", .optional(record.error)),
      ("time", time(record.reading)),
    ])
  }

  private static func value(_ reading: Reading) -> JSONText {
    switch reading {
    case .integer(let number): .integer(number)
    case .real(let number): .number(number)
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
