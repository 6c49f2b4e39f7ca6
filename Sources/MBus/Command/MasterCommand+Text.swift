import Bytes
import Metering

extension MasterCommand: CustomStringConvertible {
  /// What the master wants, on one line.
  public var description: String {
    let details = details
    return details.isEmpty ? title : "\(title): \(details.joined(separator: "; "))"
  }

  /// What kind of command it is.
  public var title: String {
    switch self {
    case .linkReset: "reset of the link layer"
    case .requestData: "request for the meter's data"
    case .requestAlarm: "request for the meter's alarms"
    case .applicationReset: "application reset"
    case .send(let records, _) where records.said.isEmpty: "data send, without records"
    case .send(_, let isBigEndian):
      isBigEndian ? "data send, most significant byte first" : "data send"
    case .select(_, _, let isBigEndian):
      isBigEndian ? "slave select, most significant byte first" : "slave select"
    case .synchronize: "synchronize: all meters freeze their values"
    case .setBaudRate(let rate): "switch to \(rate.bitsPerSecond) baud"
    case .other(let control, nil, _): "\(control)"
    case .other(_, .some(let ci), _) where !isReadable:
      "\(Self.known[ci] ?? ""), which cannot be read to its end"
    case .other(_, .some(let ci), _) where Self.known[ci] != nil: Self.known[ci] ?? ""
    case .other(_, .some(let ci), _): "unknown command (CI \(Hex.byte(ci)))"
    }
  }

  /// What it says beyond that, one part a line: records, or who is selected.
  public var details: [String] {
    switch self {
    case .applicationReset(let subcode): subcode.map { [Self.text(subcode: $0)] } ?? []
    case .send(let records, _): records.said
    case .select(let select, let fabrication, _):
      [select.description] + (fabrication.map { [$0.description] } ?? [])
    case .other(_, .some(let ci), let data) where Self.headed(ci, data) != nil:
      Self.headed(ci, data) ?? []
    case .other(_, _, let data): data.isEmpty ? [] : [Hex.encode(data, separator: " ")]
    case .linkReset, .requestData, .requestAlarm, .synchronize, .setBaudRate: []
    }
  }

  /// Commands whose form is known: what has another form is broken.
  private static let known: [UInt8: String] = [
    ControlInformation.applicationReset: "application reset",
    ControlInformation.dataSend: "data send",
    ControlInformation.dataSendBigEndian: "data send, most significant byte first",
    ControlInformation.slaveSelect: "slave select",
    ControlInformation.slaveSelectBigEndian: "slave select, most significant byte first",
    ControlInformation.dataSendShortHeader: "data send, short header",
    ControlInformation.dataSendLongHeader: "data send, long header",
  ]

  /// For whom a command with a header is, and its records; nil: it is none, or cannot be read.
  private static func headed(_ ci: UInt8, _ data: [UInt8]) -> [String]? {
    guard let command = HeadedCommand(ci, data), let records = command.records else { return nil }
    return [command.addressee].compactMap { $0 } + records.said
  }

  /// False for a command of which something is missing, or which has more than belongs to it.
  public var isReadable: Bool {
    guard case .other(let control, .some(let ci), let data) = self else { return true }
    return control.kind != ControlField.sndUD(fcb: nil).kind || Self.known[ci] == nil
      || HeadedCommand(ci, data)?.records != nil
  }

  /// The upper half of a subcode says which data, the lower which telegram (EN 13757-3:2013, table 1).
  private static let subcodes = [
    "all", "user data", "simple billing", "enhanced billing", "multi tariff billing",
    "instantaneous values", "load management values", "reserved", "installation and startup",
    "testing", "calibration", "manufacturing", "development", "self test", "reserved", "reserved",
  ]

  static func text(subcode: UInt8) -> String {
    let what = subcodes.dropFirst(Int(subcode >> 4)).first ?? ""
    let part = subcode & 0x0F
    return part == 0 ? what : "\(what), telegram \(part)"
  }
}

extension [CommandRecord] {
  /// What they say, one text each; fillers say nothing.
  fileprivate var said: [String] { filter { $0 != .filler }.map(\.description) }
}

extension SlaveSelect: CustomStringConvertible {
  /// Who is selected; an F in the serial stands for any digit.
  public var description: String {
    let any = "any"
    let manufacturer =
      manufacturer == Wildcard.manufacturer ? any : "\(ManufacturerCode(rawValue: manufacturer))"
    let version = version == Wildcard.byte ? any : "\(version)"
    let medium = medium == Wildcard.byte ? any : Medium(rawValue: medium).name
    return "serial \(serial), manufacturer \(manufacturer), version \(version), medium \(medium)"
  }
}
