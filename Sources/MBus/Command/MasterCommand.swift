import Bytes
import Metering

/// What a master wants of slaves: every frame that it sends, both ways.
public enum MasterCommand: Hashable, Sendable {
  /// SND_NKE: the link layer begins anew; at `LinkAddress.networkLayer` the selection ends too.
  case linkReset
  /// REQ_UD2: the meter's data.
  case requestData
  /// REQ_UD1: the meter's alarms.
  case requestAlarm
  /// CI 50: the application begins anew.
  case applicationReset(subcode: UInt8?)
  /// CI 51, or 55 with the most significant byte first: data for the meter, or what it is to send. Fillers are among
  /// the records, where they stand.
  case send([CommandRecord], isBigEndian: Bool)
  /// CI 52, or 56 with the most significant byte first: who answers at `LinkAddress.networkLayer`.
  case select(SlaveSelect, fabrication: CommandRecord?, isBigEndian: Bool)
  /// CI 54, or 5C since EN 13757-3:2018: all meters freeze their values at this moment.
  case synchronize(is2018: Bool)
  /// CI B8–BF: another speed from the acknowledgement on.
  case setBaudRate(BaudRate)
  /// Something else.
  case other(control: ControlField, ci: UInt8?, data: [UInt8])

  /// The speeds that a slave can be switched to (EN 13757-3:2013, baud rate switch).
  public enum BaudRate: UInt8, Hashable, CaseIterable, Sendable {
    case baud300 = 0xB8
    case baud600 = 0xB9
    case baud1200 = 0xBA
    case baud2400 = 0xBB
    case baud4800 = 0xBC
    case baud9600 = 0xBD
    case baud19200 = 0xBE
    case baud38400 = 0xBF

    /// Bits a second.
    public var bitsPerSecond: Int { 300 << Int(rawValue &- BaudRate.baud300.rawValue) }
  }

  /// What a frame wants; nil when it does not come from a master.
  public init?(_ frame: Frame) {
    guard let control = frame.controlField, control.isFromMaster else { return nil }
    switch (control.kind, frame.ci) {
    case (.sndNKE, nil): self = .linkReset
    case (ControlField.reqUD2(fcb: false).kind, nil): self = .requestData
    case (ControlField.reqUD1(fcb: false).kind, nil): self = .requestAlarm
    case (ControlField.sndUD(fcb: nil), .some(let ci)):
      self =
        Self.command(ci, frame.data)
        ?? .other(control: control, ci: ci, data: frame.data)
    default: self = .other(control: control, ci: frame.ci, data: frame.data)
    }
  }

  private static func command(_ ci: UInt8, _ data: [UInt8]) -> MasterCommand? {
    switch ci {
    case ControlInformation.applicationReset where data.count <= 1:
      return .applicationReset(subcode: data.first)
    case ControlInformation.dataSend, ControlInformation.dataSendBigEndian:
      let isBigEndian = ci == ControlInformation.dataSendBigEndian
      return records(data, isBigEndian: isBigEndian).map { .send($0, isBigEndian: isBigEndian) }
    case ControlInformation.slaveSelect, ControlInformation.slaveSelectBigEndian:
      return select(data, isBigEndian: ci == ControlInformation.slaveSelectBigEndian)
    case ControlInformation.synchronize, ControlInformation.synchronize2018:
      guard data.isEmpty else { return nil }
      return .synchronize(is2018: ci == ControlInformation.synchronize2018)
    default:
      guard data.isEmpty else { return nil }
      return BaudRate(rawValue: ci).map { .setBaudRate($0) }
    }
  }

  /// The records in the data of a command, fillers included; nil when it cannot be read to its end.
  static func records(_ data: [UInt8], isBigEndian: Bool) -> [CommandRecord]? {
    var cursor = ByteCursor(data)
    var records: [CommandRecord] = []
    while !cursor.isAtEnd {
      guard let record = CommandRecord.read(&cursor, isBigEndian: isBigEndian) else { return nil }
      records.append(record)
    }
    return records
  }

  private static func select(_ data: [UInt8], isBigEndian: Bool) -> MasterCommand? {
    let head = Array(data.prefix(SlaveSelect.dataLength))
    let select = SlaveSelect(data: isBigEndian ? SlaveSelect.turned(head) : head)
    guard let select,
      let rest = records(Array(data.dropFirst(head.count)), isBigEndian: isBigEndian),
      rest.count <= 1, rest.first != .filler
    else { return nil }
    return .select(select, fabrication: rest.first, isBigEndian: isBigEndian)
  }
}

extension MasterCommand {
  /// The frame.
  /// - Parameters:
  ///   - address: the link address; a select always goes to `LinkAddress.networkLayer`.
  ///   - fcb: the frame count bit; nil sends it without one, as a broadcast needs. SND_NKE has none.
  public func frame(address: UInt8, fcb: Bool? = false) -> Frame {
    switch self {
    case .linkReset: return .sndNKE(address: address)
    case .requestData: return .reqUD2(address: address, fcb: fcb ?? false)
    case .requestAlarm: return .reqUD1(address: address, fcb: fcb ?? false)
    case .applicationReset(let subcode):
      return .applicationReset(address: address, subcode: subcode, fcb: fcb)
    case .send(let records, let isBigEndian):
      return Self.data(
        isBigEndian ? ControlInformation.dataSendBigEndian : ControlInformation.dataSend,
        records.flatMap { $0.bytes(isBigEndian: isBigEndian) }, address, fcb)
    case .select(let select, let fabrication, let isBigEndian):
      let data =
        (isBigEndian ? SlaveSelect.turned(select.data) : select.data)
        + (fabrication?.bytes(isBigEndian: isBigEndian) ?? [])
      let ci =
        isBigEndian ? ControlInformation.slaveSelectBigEndian : ControlInformation.slaveSelect
      return Self.data(ci, data, LinkAddress.networkLayer, fcb)
    case .synchronize(let is2018):
      return Self.data(
        is2018 ? ControlInformation.synchronize2018 : ControlInformation.synchronize, [], address,
        fcb)
    case .setBaudRate(let rate): return Self.data(rate.rawValue, [], address, fcb)
    case .other(let control, let ci, let data):
      guard let ci else { return .short(control: control, address: address) }
      guard !data.isEmpty else { return .control(control: control, address: address, ci: ci) }
      return .long(control: control, address: address, ci: ci, data: data)
    }
  }

  private static func data(_ ci: UInt8, _ data: [UInt8], _ address: UInt8, _ fcb: Bool?) -> Frame {
    let control = ControlField.sndUD(fcb: fcb)
    guard !data.isEmpty else { return .control(control: control, address: address, ci: ci) }
    return .long(control: control, address: address, ci: ci, data: data)
  }
}

extension CommandRecord {
  /// As on the line, with the most significant byte of the data first where that is wanted. What a manufacturer means by
  /// its own data nobody else knows: it stands as it is.
  fileprivate func bytes(isBigEndian: Bool) -> [UInt8] {
    guard isBigEndian, let dif = dif.first, dif != DataInformation.Special.manufacturer else {
      return bytes
    }
    let lvar = DataType.fixed(dataField: dif) == nil ? 1 : 0
    return self.dif + vif + data.prefix(lvar) + data.dropFirst(lvar).reversed()
  }
}

extension SlaveSelect {
  /// The data with serial and manufacturer turned around; version and medium are single bytes.
  fileprivate static func turned(_ data: [UInt8]) -> [UInt8] {
    data.prefix(4).reversed() + data.dropFirst(4).prefix(2).reversed() + data.dropFirst(6)
  }
}
